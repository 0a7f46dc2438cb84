/** Booths as others see them: what is raised, what is interpreted now. */

import { el, h } from "../dom.js";
import { languageMark, languageName, t } from "../i18n.js";
import { elapsed } from "./desk/format.js";
import { nameOf, spokenNow } from "./interpreter/standing.js";

/** @typedef {import("../wire.d.ts").View} View */
/** @typedef {import("../wire.d.ts").BoothView} BoothView */

/** @typedef {import("./interpreter/desk.js").SignalKind} SignalKind */
/** @typedef {(booth: string, signal: string) => void} Seen */

/** An interpreter who goes on air with the speaker needs a moment. */
const MISSED_MS = 4000;

/** Languages that nobody interprets, though a booth should. @param {View} view @param {number} now_ms */
export const missed = ({ program }, now_ms) => program.missed.filter(({ since }) => now_ms - since >= MISSED_MS);

/** How many things the booths want seen. @param {View} view @param {number} now_ms */
export const troubled = (view, now_ms) =>
  view.booths.reduce((sum, booth) => sum + booth.signals.length + (booth.silent_since === null ? 0 : 1), missed(view, now_ms).length);

/**
 * What the booths raise, until somebody says that it is seen.
 *
 * @param {{ view: View, now_ms: number, pending: ReadonlySet<string>, seen: Seen }} props  `pending`: keys as `seenKey` has them
 */
export const BoothAlarms = ({ view, now_ms, pending, seen }) => {
  if (troubled(view, now_ms) === 0) return null;
  return el(
    "ul",
    { class: "booth-alarms", "aria-label": t("booths.alarms") },
    missed(view, now_ms).map(({ lang, since }) => h(Missed, { key: `missed ${lang}`, lang, lasted_ms: now_ms - since })),
    view.booths.flatMap((booth) => [
      booth.silent_since === null ? null : h(Silence, { key: `silent ${booth.booth}`, booth, lasted_ms: now_ms - booth.silent_since }),
      ...booth.signals.map((raised) => h(Raised, { key: `${booth.booth} ${raised.signal}`, view, booth, raised, now_ms, pending, seen })),
    ]),
  );
};

/** A booth in few letters. @param {BoothView} booth */
export const markOf = ({ languages }) => languages.map(languageMark).join("–");

/** @param {string} booth @param {string} signal */
export const seenKey = (booth, signal) => `booth.signal_seen ${booth} ${signal}`;

/** @param {{ lang: string, lasted_ms: number }} props */
const Missed = ({ lang, lasted_ms }) =>
  el(
    "li",
    { class: "booth-alarm missed" },
    el("b", { role: "alert" }, el("i", { class: "mark", "aria-hidden": "true" }), t("booths.missed", { language: languageName(lang) })),
    el("small", { class: "tabular" }, t("booths.missed.detail", { time: elapsed(lasted_ms) })),
  );

/** @param {{ booth: BoothView, lasted_ms: number }} props */
const Silence = ({ booth, lasted_ms }) =>
  el(
    "li",
    { class: "booth-alarm silent" },
    // Announced once: what counts on stays outside the alert.
    el("b", { role: "alert" }, t("booths.silent", { booth: markOf(booth) })),
    el("small", { class: "tabular" }, t("booths.silent.detail", { time: elapsed(lasted_ms) })),
  );

/**
 * @param {{ view: View, booth: BoothView, raised: import("../wire.d.ts").BoothSignalView, now_ms: number,
 *   pending: ReadonlySet<string>, seen: Seen }} props
 */
const Raised = ({ view, booth, raised, now_ms, pending, seen }) => {
  const words = t("booths.signal", { booth: markOf(booth), signal: t(`signal.${/** @type {SignalKind} */ (raised.signal)}`) });
  return el(
    "li",
    { class: "booth-alarm" },
    el("b", { role: "alert" }, words),
    el("small", { class: "tabular" }, t("booths.by", { name: nameOf(view, raised.seat), age: elapsed(now_ms - raised.at) })),
    el(
      "button",
      {
        type: "button", class: "button", "aria-label": `${t("booths.seen")}: ${words}`,
        "aria-busy": pending.has(seenKey(booth.booth, raised.signal)), onClick: () => seen(booth.booth, raised.signal),
      },
      t("booths.seen"),
    ),
  );
};

/**
 * What a language is at the moment: interpreted, spoken on the floor, or the floor for want of a booth.
 *
 * @param {View} view @param {string} tag
 * @returns {"now" | "spoken" | "not" | null} null: nothing to say, no booth ever gives it
 */
export const interpretedNow = (view, tag) => {
  if (tag === "floor") return null;
  if (view.booths.some((booth) => booth.into === tag && (booth.state === "on_air" || booth.state === "muted"))) return "now";
  if (spokenNow(view) === tag) return "spoken";
  return view.booths.some((booth) => booth.languages.includes(tag)) ? "not" : null;
};

/** A language with what it is at the moment, in words. @param {View} view @param {string} tag @param {string} name */
export const withInterpreted = (view, tag, name) => {
  const state = interpretedNow(view, tag);
  return state === null ? name : `${name} · ${t(`interpreted.${state}`)}`;
};
