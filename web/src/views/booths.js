/** Booths as others see them: what is raised, what is interpreted now. */

import { el, h } from "../dom.js";
import { languageMark, languageName, t } from "../i18n.js";
import { elapsed } from "./desk/format.js";
import { nameOf, spokenNow } from "./interpreter/standing.js";

/** @typedef {import("../wire.d.ts").View} View */
/** @typedef {import("../wire.d.ts").BoothView} BoothView */

/** @typedef {import("./interpreter/desk.js").SignalKind} SignalKind */
/**
 * Does what an alarm offers; `key` is what is pending then, as `actKey` has it.
 *
 * @typedef {(name: string, body: Record<string, unknown>, key: string) => void} Act
 */

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
 * @param {{ view: View, now_ms: number, pending: ReadonlySet<string>, act: Act }} props
 */
export const BoothAlarms = ({ view, now_ms, pending, act }) => {
  if (troubled(view, now_ms) === 0) return null;
  return el(
    "ul",
    { class: "booth-alarms", "aria-label": t("booths.alarms") },
    missed(view, now_ms).map(({ lang, since }) => h(Missed, { key: `missed ${lang}`, view, lang, lasted_ms: now_ms - since, pending, act })),
    view.booths.flatMap((booth) => [
      booth.silent_since === null ? null : h(Silence, { key: `silent ${booth.booth}`, booth, lasted_ms: now_ms - booth.silent_since }),
      ...booth.signals.map((raised) => h(Raised, { key: `${booth.booth} ${raised.signal}`, view, booth, raised, now_ms, pending, act })),
    ]),
  );
};

/** A booth in few letters. @param {BoothView} booth */
export const markOf = ({ languages }) => languages.map(languageMark).join("–");

/** @param {string} name @param {string} booth @param {string} signal */
const actKey = (name, booth, signal) => `${name} ${booth} ${signal}`;

/** Stop the clock until the interpreters can go on: a suggestion, never done by itself. @param {{ view: View, pending: ReadonlySet<string>, act: Act }} props */
const PauseForThem = ({ view, pending, act }) => {
  const { current, floor } = view.floor;
  if (!current || floor !== "speaking" || !view.you?.may.includes("floor.pause")) return null;
  const key = "floor.pause interpretation";
  return el(
    "button",
    {
      type: "button", class: "button", "aria-busy": pending.has(key),
      onClick: () => act("floor.pause", { turn: current.turn, reason: "interpretation" }, key),
    },
    t("booths.pause"),
  );
};

/** Show the speaker what is asked for. @param {{ view: View, booth: string, signal: string, pending: ReadonlySet<string>, act: Act }} props */
const PassOn = ({ view, booth, signal, pending, act }) => {
  const { current, floor } = view.floor;
  if (!current || floor !== "speaking" || !view.you?.may.includes("booth.pass_on")) return null;
  const key = actKey("booth.pass_on", booth, signal);
  return el(
    "button",
    { type: "button", class: "button", "aria-busy": pending.has(key), onClick: () => act("booth.pass_on", { booth, signal }, key) },
    t("booths.pass_on", { name: current.short }),
  );
};

/** What the interpreters ask of the speaker stands so long. */
const ASKED_MS = 12_000;

/** What the speaker is asked now. @param {View} view @param {number} now_ms */
export const askedNow = ({ floor }, now_ms) => {
  const asked = floor.current?.asked ?? null;
  return floor.floor === "speaking" && asked !== null && now_ms - asked.at < ASKED_MS ? t(`asked_speaker.${asked.signal}`) : null;
};

/** @param {{ view: View, lang: string, lasted_ms: number, pending: ReadonlySet<string>, act: Act }} props */
const Missed = ({ view, lang, lasted_ms, pending, act }) =>
  el(
    "li",
    { class: "booth-alarm missed" },
    el("b", { role: "alert" }, el("i", { class: "mark", "aria-hidden": "true" }), t("booths.missed", { language: languageName(lang) })),
    el("small", { class: "tabular" }, t("booths.missed.detail", { time: elapsed(lasted_ms) })),
    el("div", { class: "booth-alarm-acts" }, h(PauseForThem, { view, pending, act })),
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
 *   pending: ReadonlySet<string>, act: Act }} props
 */
const Raised = ({ view, booth, raised, now_ms, pending, act }) => {
  const { signal } = raised;
  const isForSpeaker = signal === "slow_down" || signal === "closer_to_microphone";
  const key = actKey("booth.signal_seen", booth.booth, signal);
  const words = t("booths.signal", { booth: markOf(booth), signal: t(`signal.${/** @type {SignalKind} */ (raised.signal)}`) });
  return el(
    "li",
    { class: "booth-alarm" },
    el("b", { role: "alert" }, words),
    el("small", { class: "tabular" }, t("booths.by", { name: nameOf(view, raised.seat), age: elapsed(now_ms - raised.at) })),
    el(
      "div",
      { class: "booth-alarm-acts" },
      isForSpeaker ? h(PassOn, { view, booth: booth.booth, signal, pending, act }) : null,
      signal === "no_sound" ? h(PauseForThem, { view, pending, act }) : null,
      el(
        "button",
        {
          type: "button", class: "button", "aria-label": `${t("booths.seen")}: ${words}`, "aria-busy": pending.has(key),
          onClick: () => act("booth.signal_seen", { booth: booth.booth, signal }, key),
        },
        t("booths.seen"),
      ),
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
