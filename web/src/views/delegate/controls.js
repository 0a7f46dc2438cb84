/** What a delegate can do, always in the same places. The middle button follows the standing. */

import { el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { ActionButton, Icon } from "../parts.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../state.js").Standing} Standing */
/** @typedef {import("./desk.js").DelegateDesk} DelegateDesk */

/**
 * The one act that fits now.
 *
 * @param {{ desk: DelegateDesk, view: View, standing: Standing }} props
 */
function MainAct({ desk, view, standing }) {
  const offline = standing.kind === "reconnecting" || standing.kind === "connecting";
  if (standing.kind === "called") {
    return h(ActionButton, { class: "big main next", act: () => desk.command("floor.start", { turn: standing.turn }), children: [h(Icon, { name: "microphone" }), t("act.start")] });
  }
  if (standing.kind === "on_air" || standing.kind === "silenced") {
    return h(ActionButton, { class: "big main danger filled", act: () => desk.command("floor.end", { turn: standing.turn }), children: [h(Icon, { name: "check" }), t("act.finish")] });
  }
  if (standing.kind === "held" || (standing.kind === "reconnecting" && standing.wasSpeaking)) {
    return el("button", { type: "button", class: "button big main", disabled: true }, t("act.held"));
  }
  const turn = view.you?.turn ?? null;
  if (turn !== null) {
    return h(ActionButton, { class: "big main next", disabled: offline, act: () => desk.command("floor.withdraw", { turn }), shortcut: "H", children: [h(Icon, { name: "hand" }), t("act.lower")] });
  }
  const open = view.floor.list === "open";
  return h(ActionButton, {
    class: "big main primary", disabled: offline || !open, act: () => desk.command("floor.request", {}), shortcut: "H",
    children: [h(Icon, { name: "hand" }), t(open ? "act.raise" : "act.list_closed")],
  });
}

/**
 * @param {{
 *   desk: DelegateDesk, view: View, standing: Standing, onDevices: () => void, onLeave: () => void,
 * }} props
 */
export function Controls({ desk, view, standing, onDevices, onLeave }) {
  const muted = desk.muted.value;
  const { camera, microphone } = desk.devices;
  const sharing = desk.screen.value !== null;
  return el(
    "footer",
    { class: "controls", id: "controls", tabIndex: -1, "aria-label": t("controls.label") },
    h(ActionButton, {
      class: muted ? "side-act muted-now" : "side-act", act: desk.toggleMute, pressed: muted, disabled: !microphone.value,
      shortcut: "M", children: [h(Icon, { name: muted ? "microphone_off" : "microphone" }), el("span", {}, t(muted ? "act.unmute" : "act.mute"))],
    }),
    h(ActionButton, {
      class: "side-act", act: desk.toggleCamera, pressed: camera.value === null,
      shortcut: "V", children: [h(Icon, { name: camera.value ? "camera" : "camera_off" }), el("span", {}, t(camera.value ? "act.camera_off" : "act.camera_on"))],
    }),
    h(MainAct, { desk, view, standing }),
    desk.canShare &&
      h(ActionButton, { class: "side-act share", act: desk.toggleShare, pressed: sharing, children: [h(Icon, { name: "screen" }), el("span", {}, t(sharing ? "act.unshare" : "act.share"))] }),
    el("button", { type: "button", class: "button side-act", onClick: onDevices }, h(Icon, { name: "settings" }), el("span", {}, t("act.devices"))),
    el("button", { type: "button", class: "button side-act", onClick: onLeave }, h(Icon, { name: "leave" }), el("span", {}, t("act.leave"))),
  );
}
