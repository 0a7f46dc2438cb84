/** Whether a language arrives: pure, from its targets. */

import { number, t } from "../../i18n.js";

/** @typedef {import("../../wire.d.ts").OutputView} OutputView */
/** @typedef {"good" | "starting" | "weak" | "bad" | "idle"} Health */
/**
 * What a language pill says. `failing` of `total` targets do not arrive.
 *
 * @typedef {{ state: Health, failing: number, total: number, isTrying: boolean }} LanguageHealth
 */

/** @type {Record<import("../../wire.d.ts").OutputState, Health>} */
export const HEALTH = {
  ready: "idle",
  starting: "starting",
  running: "good",
  degraded: "weak",
  retrying: "weak",
  failed: "bad",
  finished: "idle",
};

/** States in which nothing reaches the viewers of a target. */
const DOWN = new Set(["failed", "retrying"]);

/**
 * How a language does, from the targets that viewers watch: its own and those that carry every
 * language. It is lost only when all of them are; the recording is no target.
 *
 * @param {readonly OutputView[]} outputs
 * @param {string} lang
 * @param {boolean} on_air
 * @returns {LanguageHealth}
 */
export const health = (outputs, lang, on_air) => {
  const states = outputs
    .filter((output) => output.kind !== "recording" && (output.lang === lang || output.lang === null))
    .map((output) => output.state);
  const down = states.filter((state) => DOWN.has(state));
  const found = { failing: down.length, total: states.length, isTrying: down.includes("retrying") };
  if (down.length > 0) return { ...found, state: down.length === states.length ? "bad" : "weak" };
  const worst = /** @type {const} */ (["weak", "starting", "good"]).find((state) => states.some((each) => HEALTH[each] === state));
  return { ...found, state: worst ?? (on_air ? "starting" : "idle") };
};

/** @param {LanguageHealth} found */
export const healthWords = ({ state, failing, total, isTrying }) => {
  if (failing > 0 && failing < total) return t("health.some", { failing: number(failing), total: number(total) });
  return t(state === "bad" && isTrying ? "health.retrying" : `health.${state}`);
};

/** How many outputs need a hand. @param {readonly OutputView[]} outputs */
export const failing = (outputs) => outputs.filter((output) => HEALTH[output.state] === "bad").length;
