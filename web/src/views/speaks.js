/** What is spoken on the floor: shown, and put right by whoever hears it is something else. */

import { el } from "../dom.js";
import { languageName, t } from "../i18n.js";

/** @typedef {import("../wire.d.ts").View} View */
/**
 * Whose language it is, and how `floor.speaks` names them.
 *
 * @typedef {{ body: { turn: string } | { seat: string }, name: string, language: string | null }} Spoken
 */

/** Who is heard, or else whose turn it is. @param {View} view @returns {Spoken | null} */
export const spokenBy = ({ floor, seats }) => {
  const { current, voice } = floor;
  if (voice !== null && (floor.floor !== "speaking" || voice !== current?.seat)) {
    const name = seats.find((seat) => seat.seat === voice)?.short ?? voice;
    return { body: { seat: voice }, name, language: floor.spoken };
  }
  return current && { body: { turn: current.turn }, name: current.short, language: current.language };
};

/** What may be spoken here: by the program, those at the table and the booths. @param {View} view */
export const tongues = ({ session, seats, booths }) => [
  ...new Set([
    ...session.languages,
    ...booths.filter((booth) => !booth.signing).flatMap((booth) => booth.languages),
    ...seats.filter((seat) => seat.role !== "interpreter").map((seat) => seat.language),
  ]),
];

/** The language after the one that is spoken; null: there is no other. @param {View} view */
export const nextTongue = (view) => {
  const known = tongues(view);
  const spoken = spokenBy(view)?.language ?? null;
  const next = known[(spoken === null ? 0 : known.indexOf(spoken) + 1) % known.length] ?? null;
  return next === spoken ? null : next;
};

/** @param {{ view: View, shortcut?: string, say: (body: Record<string, string>) => void }} props */
export const Speaks = ({ view, shortcut, say }) => {
  const spoken = spokenBy(view);
  if (!spoken) return null;
  const known = tongues(view);
  const shown = spoken.language === null || known.includes(spoken.language) ? known : [spoken.language, ...known];
  return el(
    "label",
    { class: "speaks" },
    el("span", {}, t("speaks.label", { name: spoken.name })),
    el(
      "select",
      {
        class: "select", "aria-keyshortcuts": shortcut, value: spoken.language ?? "",
        onChange: (event) => say({ ...spoken.body, lang: event.currentTarget.value }),
      },
      spoken.language === null ? el("option", { value: "", disabled: true, selected: true }, t("speaks.unknown")) : null,
      shown.map((tag) => el("option", { key: tag, value: tag, selected: tag === spoken.language }, languageName(tag))),
    ),
    shortcut ? el("kbd", { "aria-hidden": "true" }, shortcut) : null,
  );
};
