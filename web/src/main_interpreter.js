/** The interpreter's page: sound check, then the booth. Opened by `main_join.js`. */

import { connect } from "./connection.js";
import { effect, el, h, render, signal } from "./dom.js";
import { language, languageName, localized, t } from "./i18n.js";
import { play } from "./sounds.js";
import { SoundCheck } from "./views/interpreter/check.js";
import { createBoothDesk } from "./views/interpreter/desk.js";
import { listenKeys } from "./views/interpreter/keys.js";
import { lampTitle, takenOffBy } from "./views/interpreter/lamp.js";
import { BoothPage, BoothWaiting, NoBooth } from "./views/interpreter/page.js";
import { nameOf, ownBooth } from "./views/interpreter/standing.js";
import { Elsewhere, Messages, Refused, announce } from "./views/parts.js";
import { keepAwake } from "./wake.js";

/** @typedef {import("./views/interpreter/desk.js").BoothDesk} BoothDesk */
/** @typedef {import("./connection.js").Connection} Connection */

/**
 * Tell a screen reader what the light shows others. Ears belong to the floor: the one cue is for who
 * was taken off the air and still speaks.
 *
 * @param {BoothDesk} desk
 */
function tell(desk) {
  let wasActive = false;
  let asked = "";
  effect(() => {
    const booth = desk.booth.value;
    const isActive = desk.isActive.value;
    if (isActive === wasActive || desk.phase.value !== "booth" || !booth) return;
    wasActive = isActive;
    if (desk.isTakenOff.value) return;
    announce(isActive ? desk.phrase("said.on_air", { language: languageName(booth.into ?? booth.booth) }) : desk.phrase("said.off"), "assertive");
  });
  let wasTaken = false;
  effect(() => {
    const isTaken = desk.isTakenOff.value && desk.phase.value === "booth";
    if (isTaken === wasTaken) return;
    wasTaken = isTaken;
    if (!isTaken) return;
    announce(`${desk.phrase("said.taken_off")} ${takenOffBy(desk)}`, "assertive");
    void play("off_air", desk.devices.speaker.peek());
  });
  effect(() => {
    const handing = desk.handing.value;
    const now = handing && (handing.kind === "offered" || handing.kind === "asked" || handing.kind === "lost") ? handing.kind : "";
    if (now === asked) return;
    asked = now;
    if (now && handing && "by" in handing) announce(desk.phrase(`said.${now}`, { name: nameOf(desk.connection.view.value, handing.by) }), "assertive");
  });
}

/** @param {{ connection: Connection, desk: BoothDesk | null, name: string }} props */
function App({ connection, desk, name }) {
  const { view, status, refusal } = connection;
  const booth = ownBooth(view.value);
  if (desk?.phase.value === "elsewhere" || status.value === "replaced") return h(Elsewhere, { sendsMedia: true });
  if (status.value === "refused") return h(Refused, { code: refusal.value?.code ?? "unknown", params: refusal.value?.params });
  if (!view.value) return h(BoothWaiting, { code: refusal.value?.code ?? null });
  if (!booth || !desk) return h(NoBooth, {});
  if (desk.phase.value === "check") return h(SoundCheck, { desk, view: view.value, booth, name });
  return h(BoothPage, { desk, view: view.value, booth });
}

/** @param {BoothDesk} desk */
function work(desk) {
  tell(desk);
  listenKeys(desk);
  // The light must be seen for a whole shift.
  effect(() => (desk.phase.value === "booth" ? keepAwake() : undefined));
  effect(() => {
    const view = desk.connection.view.value;
    const lamp = desk.phase.value === "booth" ? desk.lamp.value : null;
    const what = lamp ? lampTitle(desk, lamp) : t("booth.title");
    document.title = view ? `${what} · ${localized(view.session.title)}` : what;
  });
  window.addEventListener("pagehide", desk.goAway);
  window.addEventListener("beforeunload", (event) => {
    if (desk.isOpen.peek()) event.preventDefault();
  });
}

/**
 * Become the booth's page. Only the room knows whether the booth is of a sign language, so devices wait for it.
 *
 * @param {import("./main_join.js").Admission} admission @param {HTMLElement} root
 */
export function open(admission, root) {
  const connection = connect({ ticket: admission.ticket });
  const desk = signal(/** @type {BoothDesk | null} */ (null));
  effect(() => {
    const booth = ownBooth(connection.view.value);
    if (booth === null || desk.peek()) return;
    desk.value = createBoothDesk(admission, connection, booth.signing);
    work(desk.value);
  });
  const Page = () => el("div", { class: "page", lang: language.value }, h(App, { connection, desk: desk.value, name: admission.name }), h(Messages, {}));
  render(h(Page, {}), root);
}
