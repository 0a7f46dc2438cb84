/** The program's picture as large as it goes, with what may never be out of sight below it. */

import { el, signal } from "../../dom.js";
import { t } from "../../i18n.js";
import { unreadOf } from "../line.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */

export function createLarge() {
  const isOn = signal(false);
  /** Where the focus was: what it was on may be out of sight meanwhile. @type {Element | null} */
  let before = null;

  const leave = () => {
    if (!isOn.peek()) return;
    isOn.value = false;
    if (document.fullscreenElement) void document.exitFullscreen();
    const focused = before;
    requestAnimationFrame(() => document.activeElement === document.body && focused instanceof HTMLElement && focused.focus());
  };

  /** Who left before the screen was full would be kept in it, and the browser would take their next Escape. */
  const leaveLate = () => {
    if (!isOn.peek() && document.fullscreenElement) void document.exitFullscreen();
  };

  // In full screen the browser takes Escape for itself.
  document.addEventListener("fullscreenchange", () => document.fullscreenElement === null && leave());

  return {
    isOn,
    leave,

    toggle() {
      if (isOn.peek()) return leave();
      before = document.activeElement;
      isOn.value = true;
      // Where the browser gives no full screen, the picture fills the window.
      void document.documentElement.requestFullscreen?.().then(leaveLate, () => undefined);
    },
  };
}

/** Beside the small picture, so that it covers nothing; on the large one. @param {{ desk: BoothDesk }} props */
export const LargeKey = ({ desk: { large } }) =>
  el(
    "button",
    {
      type: "button", class: "button picture-size", "aria-pressed": large.isOn.value, "aria-keyshortcuts": large.isOn.value ? "F Escape" : "F",
      onClick: large.toggle,
    },
    t(large.isOn.value ? "large.leave" : "large.enter"),
    el("kbd", { "aria-hidden": "true" }, large.isOn.value ? "Esc" : "F"),
  );

/** The desk may have written meanwhile. @param {{ desk: BoothDesk, view: View }} props */
export const LineMark = ({ desk, view }) => {
  const count = unreadOf(view, view.you?.booth ?? "", view.you?.line ?? []).length;
  if (!desk.large.isOn.value || count === 0) return null;
  return el(
    "button",
    { type: "button", class: "button line-mark", "aria-keyshortcuts": "L", onClick: () => desk.goTo("booth-line") },
    t("large.line", { count }),
    el("kbd", { "aria-hidden": "true" }, "L"),
  );
};
