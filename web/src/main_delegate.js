/** The delegate's page: green room, then table. Opened by `main_join.js`. */

import { effect, el, h, render } from "./dom.js";
import { language, localized, t } from "./i18n.js";
import { play } from "./sounds.js";
import { createDelegateDesk } from "./views/delegate/desk.js";
import { DeviceCheck } from "./views/delegate/check.js";
import { sentence, voiceOf } from "./views/delegate/sentence.js";
import { Table } from "./views/delegate/table.js";
import { Elsewhere, Messages, Notice, Refused, announce, notify } from "./views/parts.js";
import { keepAwake } from "./wake.js";

/** @typedef {import("./views/delegate/desk.js").DelegateDesk} DelegateDesk */

/** Standings that are called out and heard as a cue. */
const CUES = /** @type {const} */ ({ next: "next", called: "called", on_air: "on_air", open_microphone: "on_air", silenced: "held", held: "held" });
const URGENT = new Set(["called", "on_air", "open_microphone", "silenced", "held"]);

/** Tell eyes elsewhere: live region, cue, vibration, window title. @param {DelegateDesk} desk */
function tell(desk) {
  let before = "";
  effect(() => {
    const standing = desk.standing.value;
    const view = desk.connection.view.value;
    const { title, detail } = sentence(standing, voiceOf(desk, view));
    document.title = view ? `${title} · ${localized(view.session.title)}` : title;
    const identity = `${standing.kind} ${standing.kind === "waiting" ? standing.position : ""}`;
    if (identity === before || desk.phase.value !== "table") return;
    before = identity;
    announce(`${title}. ${detail}`, URGENT.has(standing.kind) ? "assertive" : "polite");
    if (standing.kind in CUES) void play(CUES[/** @type {keyof typeof CUES} */ (standing.kind)], desk.devices.speaker.peek());
  });
}

/** What the chair does to one's microphone is told at once, and what it asks. @param {DelegateDesk} desk */
function tellOfMicrophone(desk) {
  let wasAsked = false;
  effect(() => {
    if (desk.mutedByChair.value) notify(t("muted.by_chair"));
  });
  effect(() => {
    const isAsked = desk.asked.value;
    if (isAsked && !wasAsked) {
      announce(`${t("asked.title")}. ${t("asked.detail")}`, "assertive");
      void play("next", desk.devices.speaker.peek());
    }
    wasAsked = isAsked;
  });
}

/** A phone that sleeps takes its camera along. @param {DelegateDesk} desk */
const stayAwake = (desk) => effect(() => (desk.phase.value === "table" ? keepAwake() : undefined));

/** Keys work anywhere but in a field. @param {DelegateDesk} desk */
function listenForKeys(desk) {
  window.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (desk.phase.value !== "table" || target.closest("input, select, textarea, dialog")) return;
    const act = document.querySelector(`button[aria-keyshortcuts="${event.key.toUpperCase()}"]`);
    if (act instanceof HTMLButtonElement && !act.disabled) {
      event.preventDefault();
      act.click();
    }
  });
}

/** @param {{ desk: DelegateDesk, name: string }} props */
function App({ desk, name }) {
  const { view, status, refusal } = desk.connection;
  const phase = desk.phase.value;
  if (phase === "left") {
    return h(Notice, { mark: "○", title: t("left.title"), text: t("left.detail"), children: el("button", { type: "button", class: "button primary big", onClick: () => location.reload() }, t("left.again")) });
  }
  if (phase === "elsewhere") {
    return h(Elsewhere, { sendsMedia: true, onHere: desk.takeBack });
  }
  if (status.value === "refused") {
    return h(Refused, { code: refusal.value?.code ?? "unknown", params: refusal.value?.params });
  }
  if (phase === "check") return h(DeviceCheck, { name, view: view.value, devices: desk.devices, onJoin: desk.join });
  if (!view.value) return h(Notice, { title: t("standing.connecting"), text: t("standing.connecting_detail"), busy: true });
  return h(Table, { desk, view: view.value });
}

/**
 * Become the delegate's page.
 *
 * @param {import("./main_join.js").Admission} admission @param {HTMLElement} root
 */
export function open(admission, root) {
  const desk = createDelegateDesk(admission);
  const Page = () => el("div", { class: "page", lang: language.value }, h(App, { desk, name: admission.name }), h(Messages, {}));
  tell(desk);
  tellOfMicrophone(desk);
  listenForKeys(desk);
  stayAwake(desk);
  window.addEventListener("beforeunload", (event) => {
    // Only while a turn is at stake does the browser ask.
    const { kind } = desk.standing.peek();
    if (desk.phase.peek() === "table" && (kind === "on_air" || kind === "called")) event.preventDefault();
  });
  render(h(Page, {}), root);
}
