/** Which terms of the glossary an interpreter wants to see, and in what order. No DOM. */

import { timeOfDay } from "../../i18n.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").TermView} TermView */

/** Shorter words are too often a part of others: they must stand alone. */
const WHOLE_BELOW = 4;

/** Letters that a longer word may have after it: "night buses" has "night bus" in it. */
const ENDING = 3;

/** Not of the session's day: the programme's clock says nothing. */
const FAR_MS = 12 * 3_600_000;

/** The main language of a tag. @param {string} tag */
const primary = (tag) => tag.split("-")[0];

/** Letters as they are typed in a hurry: no case, no accents. @param {string} text */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The item of the programme that should be under way, by its clock. @param {View} view @param {number} now_ms */
const itemNow = ({ session: { agenda, starts_at, timezone } }, now_ms) => {
  if (starts_at !== null && Math.abs(now_ms - starts_at) > FAR_MS) return undefined;
  const now = timeOfDay(now_ms, timezone);
  return agenda.filter(({ at }) => at <= now).at(-1);
};

/** What is spoken about now: the question, the speaker, their topic, the item of the programme. @param {View} view @param {number} now_ms */
export const spokenAbout = (view, now_ms) => {
  const asked = view.questions.find((one) => one.state === "live") ?? view.questions.find((one) => one.state === "next");
  const turn = view.floor.current;
  return [
    ...(asked ? [asked.text, ...Object.values(asked.translations)] : []),
    ...(turn ? [turn.topic, turn.name, turn.title, turn.city, turn.country] : []),
    ...Object.values(itemNow(view, now_ms)?.title ?? {}),
  ].filter(Boolean).join("\n");
};

/** @param {string} text @param {string} word both plain */
function isIn(text, word) {
  if (word === "") return false;
  // Scripts without spaces between words have no beginnings to look at.
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word)) return text.includes(word);
  const literal = word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  const ending = word.length < WHOLE_BELOW ? "" : `\\p{L}{0,${ENDING}}`;
  return new RegExp(`(^|[^\\p{L}\\p{N}])${literal}${ending}($|[^\\p{L}\\p{N}])`, "u").test(text);
}

/** Entries of which something is said now. @param {ReadonlyArray<TermView>} terms @param {string} about */
export function named(terms, about) {
  const text = plain(about);
  const isNamed = (/** @type {TermView} */ { term, says }) => [term, ...Object.values(says)].some((word) => isIn(text, plain(word)));
  return new Set(text ? terms.filter(isNamed).map(({ entry }) => entry) : []);
}

/**
 * What a term is in each language, the booth's own first.
 *
 * @param {TermView} term @param {ReadonlyArray<string>} own
 */
export function saidIn({ says }, own) {
  const rank = (/** @type {string} */ tag) => {
    const at = own.findIndex((mine) => primary(mine) === primary(tag));
    return at < 0 ? own.length : at;
  };
  return Object.entries(says)
    .map(([tag, text]) => ({ tag, text, isOwn: rank(tag) < own.length }))
    .sort((one, other) => rank(one.tag) - rank(other.tag));
}

/**
 * What is left of the list by what was typed: named now first, then what begins so, then what the booth has words for.
 *
 * @param {ReadonlyArray<TermView>} terms @param {ReadonlyArray<string>} own the booth's languages
 * @param {string} typed @param {ReadonlySet<string>} isNamed entries
 */
export function arranged(terms, own, typed, isNamed) {
  const wanted = plain(typed.trim());
  const words = (/** @type {TermView} */ { term, says }) => [term, ...Object.values(says)].map(plain);
  const rank = (/** @type {TermView} */ one) =>
    (isNamed.has(one.entry) ? 0 : 4) +
    (words(one).some((word) => word.startsWith(wanted)) ? 0 : 2) +
    (saidIn(one, own).some(({ isOwn }) => isOwn) ? 0 : 1);
  return terms
    .filter((one) => [...words(one), plain(one.note)].some((text) => text.includes(wanted)))
    .map((one) => ({ one, rank: rank(one) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ one }) => one);
}
