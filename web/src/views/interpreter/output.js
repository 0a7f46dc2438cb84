/**
 * What the booth gives into: by what is spoken, or chosen by hand as on a console.
 *
 * A choice stands until it is pressed again or the microphone is given away. It does not end with
 * the speaker: an interpreter is a sentence behind, and would be moved in the middle of it.
 */

import { cx, el } from "../../dom.js";
import { languageName, t } from "../../i18n.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */

/** The outputs' letters, which are their keys too but for the third, where C is the cough. */
const LETTERS = ["A", "B", "C"];

/** Which output a key chooses. @param {BoothView | null} booth @param {string} key */
export const outputOf = (booth, key) => (booth && !booth.signing && booth.languages.length > 1 && key !== "c" ? booth.languages[LETTERS.indexOf(key.toUpperCase())] : undefined);

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
export const Output = ({ desk, view, booth }) => {
  if (booth.signing || booth.languages.length < 2) return null;
  const isOn = desk.isActive.value;
  const chosen = isOn ? booth.output : null;
  return el(
    "section",
    { class: cx("output", chosen !== null && "by-hand"), role: "group", "aria-label": t("output.title") },
    booth.languages.map((tag, index) => {
      const letter = LETTERS[index] ?? "";
      const hasKey = letter !== "" && letter !== "C";
      return el(
        "button",
        {
          key: tag, type: "button", class: cx("button", isOn && booth.into === tag && "gives"), disabled: !isOn, "aria-pressed": chosen === tag,
          "aria-keyshortcuts": hasKey ? letter : undefined, onClick: () => desk.giveInto(tag),
        },
        el("b", { "aria-hidden": "true" }, letter),
        languageName(tag),
        hasKey ? el("kbd", { "aria-hidden": "true" }, letter) : null,
      );
    }),
    el("p", {}, wordsOf(view, chosen)),
  );
};

/** @param {View} view @param {string | null} chosen */
const wordsOf = ({ floor }, chosen) => {
  if (chosen === null) return t("output.auto");
  return t(floor.spoken === chosen ? "output.same" : "output.by_hand", { language: languageName(chosen) });
};
