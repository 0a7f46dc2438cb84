/** The room's technician: joins as the room's feed. Opened by `main_join.js`. */

import { effect, el, h, render, signal } from "./dom.js";
import { language, t } from "./i18n.js";
import { DeviceCheck } from "./views/delegate/check.js";
import { createDelegateDesk } from "./views/delegate/desk.js";
import { Elsewhere, Messages, Notice, Refused } from "./views/parts.js";
import { RoomConsole } from "./views/room/console.js";
import { keepAwake } from "./wake.js";

/** @typedef {import("./views/delegate/desk.js").DelegateDesk} DelegateDesk */
/** @typedef {import("./views/room/console.js").Levels} Levels */

/** @param {{ desk: DelegateDesk, name: string, levels: Levels }} props */
function App({ desk, name, levels }) {
  const { view, status, refusal } = desk.connection;
  if (desk.phase.value === "elsewhere") {
    return h(Elsewhere, { sendsMedia: true });
  }
  if (status.value === "refused") {
    return h(Refused, { code: refusal.value?.code ?? "unknown", params: refusal.value?.params });
  }
  if (desk.phase.value === "check") return h(DeviceCheck, { name, view: view.value, devices: desk.devices, room: true, onJoin: desk.join });
  if (!view.value) return h(Notice, { title: t("standing.connecting"), text: t("standing.connecting_detail"), busy: true });
  return h(RoomConsole, { desk, view: view.value, levels });
}

/**
 * Become the technician's page.
 *
 * @param {import("./main_join.js").Admission} admission @param {HTMLElement} root
 */
export function open(admission, root) {
  const desk = createDelegateDesk(admission, { raw: true });
  const levels = signal(/** @type {Levels} */ ({}));
  desk.connection.onEvent("levels", (body) => (levels.value = body));
  document.title = admission.name;
  effect(() => (desk.phase.value === "table" ? keepAwake() : undefined));
  const Page = () => el("div", { class: "page", lang: language.value }, h(App, { desk, name: admission.name, levels: levels.value }), h(Messages, {}));
  render(h(Page, {}), root);
}
