/** The booth's keys. Letters rest while somebody types; F8 and F9 are the microphone and the cough always. */

import { nextTongue, spokenBy } from "../speaks.js";
import { outputOf } from "./output.js";
import { lastRaised } from "./signals.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("./desk.js").SignalKind} SignalKind */

/** In the order of their keys, 1 to 4. @type {ReadonlyArray<SignalKind>} */
export const SIGNALS = ["slow_down", "no_sound", "missed_name", "closer_to_microphone"];

/** Fields by the key that goes to them. @type {Readonly<Record<string, string>>} */
const FIELDS = { g: "booth-glossary", n: "booth-notes", l: "booth-line", r: "booth-source" };

/** One step louder or quieter. */
const VOLUME_STEP = 0.05;

/**
 * The key by its letter, or by its place where an input method or another script hides the letter.
 *
 * @param {KeyboardEvent} event
 */
const nameOf = ({ key, code }) => {
  const lower = key.toLowerCase();
  return /^([a-z0-9+-]|enter|escape|f8|f9)$/.test(lower) ? lower : code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();
};

/** @param {EventTarget | null} target @param {string} selector */
const isIn = (target, selector) => target instanceof HTMLElement && target.closest(selector) !== null;

const FIELD = "input:not([type='range']), textarea, select";

/** Escape first leaves where one is, so that Enter is the hand-over's again; the next one acts. */
const PLACE = `${FIELD}, .terms`;

/** @param {BoothDesk} desk */
export function listenKeys(desk) {
  /** Which key is holding the cough. @type {string | null} */
  let holding = null;
  const letGo = () => {
    holding = null;
    desk.cough(false);
  };
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || desk.phase.value !== "booth") return;
    const name = nameOf(event);
    const isTyping = isIn(event.target, FIELD);
    if (name === "escape" && isIn(event.target, PLACE)) {
      if (!event.isComposing) /** @type {HTMLElement} */ (event.target).blur();
      return;
    }
    const act = name === "f8" || name === "f9" || !isTyping ? actOf(desk, name, event) : null;
    if (!act) return;
    event.preventDefault();
    if (event.repeat) return;
    if (name === "c" || name === "f9") holding = event.code;
    act();
  });
  window.addEventListener("keyup", (event) => {
    if (holding === event.code) letGo();
  });
  // The key may be let go over another window: better heard than silenced unawares.
  window.addEventListener("blur", () => holding !== null && letGo());
}

/** @param {BoothDesk} desk @param {string} name @param {KeyboardEvent} event @returns {(() => void) | null} */
const actOf = (desk, name, event) => {
  const field = FIELDS[name];
  if (field) return () => desk.goTo(field);
  const output = outputOf(desk.booth.value, name);
  if (output) return () => desk.giveInto(output);
  const signal = SIGNALS[Number(name) - 1];
  if (signal) return () => desk.tell(signal);
  switch (name) {
    case "m":
    case "f8":
      return desk.toggleMicrophone;
    case "c":
    case "f9":
      return () => desk.cough(true);
    case "h":
      return desk.handOver;
    case "d":
      return desk.toggleDevices;
    case "f":
      return desk.large.toggle;
    case "w":
      return () => writeTerm(desk);
    case "t":
      return desk.toggleSource;
    case "p":
      return desk.hearPartner;
    case "0":
      return () => {
        const raised = lastRaised(desk);
        if (raised) desk.takeBack(/** @type {SignalKind} */ (raised.signal));
      };
    case "s":
      return () => sayNext(desk);
    case "+":
    case "-":
      return () => desk.hearing.setVolume(desk.hearing.volume.value + (name === "+" ? VOLUME_STEP : -VOLUME_STEP));
    case "enter":
      // On a button Enter is the button's; elsewhere it agrees, and never begins anything.
      return !isIn(event.target, "button, a, summary") && isAsked(desk) ? desk.handOver : null;
    case "escape":
      if (desk.large.isOn.value) return desk.large.leave;
      return desk.isTakenOff.value ? desk.noteOff : desk.cancel;
    default:
      return null;
  }
};

/** The speaker has changed the language: the next one that is spoken here. @param {BoothDesk} desk */
const sayNext = (desk) => {
  const view = desk.connection.view.value;
  const spoken = view && spokenBy(view);
  const lang = view && nextTongue(view);
  if (spoken && lang) desk.speaks({ ...spoken.body, lang });
};

/** A term that is being written already goes on. @param {BoothDesk} desk */
const writeTerm = ({ glossary, goTo, isChoosing, large }) => {
  isChoosing.value = false;
  large.leave();
  if (glossary.draft.value) goTo("booth-glossary");
  else glossary.write({});
};

/** @param {BoothDesk} desk */
const isAsked = (desk) => ["offered", "asked", "lost"].includes(desk.handing.value?.kind ?? "none");
