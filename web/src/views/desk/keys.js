/** Every verb by key. Keys rest while somebody types, while a dialog is open, or when switched off. */

import { approveAct, ofTab } from "./questions.js";
import { perform } from "./context.js";
import { panic } from "./youtube/acts.js";
import { callVerb, chairVerb, clockVerb, endVerb, extendVerb, listVerb, undoVerb } from "./verbs.js";

/** @typedef {import("./context.js").Desk} Desk */

/** What the help shows. @type {readonly (readonly [string, import("../../i18n.js").Key])[]} */
export const KEYS = [
  ["N", "keys.call"],
  ["P", "keys.clock"],
  ["E", "keys.end"],
  ["L", "keys.list"],
  ["X", "keys.extend"],
  ["⇧ X", "keys.extend.more"],
  ["Z", "keys.undo"],
  ["C", "keys.chair"],
  ["R", "keys.add"],
  ["Y", "keys.youtube"],
  ["⇧ S", "keys.panic"],
  ["A", "keys.approve"],
  ["Alt ↑ ↓", "keys.move"],
  ["?", "keys.help"],
];

/**
 * Listen for the desk's keys; gives the way to stop.
 *
 * @param {() => Desk | null} latest
 */
export const listenKeys = (latest) => {
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    const desk = latest();
    if (!desk || !isForDesk(desk, event)) return;
    const act = actOf(desk, event);
    if (!act) return;
    event.preventDefault();
    act();
  };
  window.addEventListener("keydown", pressed);
  return () => window.removeEventListener("keydown", pressed);
};

/** @param {Desk} desk @param {KeyboardEvent} event */
const isForDesk = (desk, event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return false;
  if (desk.ui.dialog.value) return false;
  const target = event.target;
  if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]")) return false;
  return desk.ui.keysOn.value || event.key === "?";
};

/** @param {Desk} desk @param {KeyboardEvent} event @returns {(() => void) | null} */
const actOf = (desk, event) => {
  const { view, ui } = desk;
  /** @param {import("./verbs.js").Verb} verb */
  const verb = (verb) => () => perform(desk, verb);
  switch (event.key.toLowerCase()) {
    case "n":
      return verb(callVerb(view));
    case "p":
      return verb(clockVerb(view));
    case "e":
      return verb(endVerb(view));
    case "l":
      return verb(listVerb(view));
    case "x":
      return verb(extendVerb(view, event.shiftKey ? 60 : 30));
    case "z":
      return verb(undoVerb(view, desk.now.value));
    case "c":
      return verb(chairVerb(view));
    case "r":
      return () => { ui.dialog.value = { kind: "add_speaker" }; };
    case "y":
      return view.youtube ? () => { ui.side.value = "youtube"; } : null;
    case "s":
      return event.shiftKey ? () => panic(desk) : null;
    case "a":
      return () => approveFirst(desk);
    case "?":
      return () => { ui.dialog.value = { kind: "keys" }; };
    default:
      return null;
  }
};

/** Approve the question that has the focus, else the first new one on show. @param {Desk} desk */
const approveFirst = (desk) => {
  if (desk.ui.side.value !== "questions" || desk.ui.tab.value !== "pending") return;
  const shown = ofTab(desk.view.questions, "pending");
  const focused = document.activeElement?.closest("[data-question]")?.getAttribute("data-question");
  const question = shown.find((other) => other.question === focused) ?? shown[0];
  if (!question) return;
  const { name, body } = approveAct(question);
  // One key, one question at a time: the next press must see the next question first.
  void desk.acts.run(name, body, { key: "A" });
};
