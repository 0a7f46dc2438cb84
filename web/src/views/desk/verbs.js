/**
 * The verbs under the moderator's hand: what each will do now, and the command it sends.
 *
 * Pure. A button and its key share one verb, so both act on what was shown when they were pressed:
 * the body names the turn and what the desk believed to be current.
 */

import { shortName } from "./format.js";
import { t } from "../../i18n.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").QueuedTurnView} QueuedTurnView */
/**
 * @typedef {object} Verb
 * @property {string} name  the command
 * @property {Record<string, unknown>} body
 * @property {string} label  what it will do
 * @property {string} hint  what else follows from it, or why it cannot be done now
 * @property {string} key  its key, for the eye
 * @property {boolean} enabled
 * @property {string} [ask]  a question to put first
 * @property {string} [id]  tells this press from one of the same command about something else
 */

/** @param {Verb} verb @returns {Verb} */
const cannot = (verb) => ({ ...verb, enabled: false });

/**
 * Call the next one, or one chosen from the queue.
 *
 * @param {View} view
 * @param {QueuedTurnView} [chosen]
 * @returns {Verb}
 */
export const callVerb = (view, chosen = view.floor.queue[0]) => {
  const { current } = view.floor;
  const base = { name: "floor.call", key: "N", enabled: true };
  if (!chosen) {
    return cannot({ ...base, body: {}, label: t("verb.call.nobody"), hint: t("verb.call.nobody.hint") });
  }
  const away = chosen.presence === "away" && chosen.place === "remote";
  return {
    ...base,
    body: { turn: chosen.turn, expect_current: current?.turn ?? null },
    label: t("verb.call", { name: shortName(chosen) }),
    hint: current ? t("verb.call.ends", { name: shortName(current) }) : "",
    ...(away ? { ask: t("verb.call.away", { name: shortName(chosen) }) } : {}),
  };
};

/** Start, pause or resume: whatever the clock can do next. @param {View} view @returns {Verb} */
export const clockVerb = (view) => {
  const { current, floor } = view.floor;
  const base = { key: "P", hint: "", enabled: true };
  if (!current || floor === "idle") {
    return cannot({ ...base, name: "floor.pause", body: {}, label: t("verb.pause") });
  }
  const body = { turn: current.turn };
  if (floor === "calling") return { ...base, name: "floor.start", body, label: t("verb.start") };
  if (floor === "held") return resumeVerb(view, current);
  return { ...base, name: "floor.pause", body: { ...body, reason: "chair" }, label: t("verb.pause") };
};

/**
 * @param {View} view
 * @param {import("../../wire.d.ts").CurrentTurnView} current
 * @returns {Verb}
 */
const resumeVerb = (view, current) => {
  const verb = { name: "floor.resume", label: t("verb.resume"), key: "P", hint: "", enabled: true };
  const seat = view.seats.find((other) => other.seat === current.seat);
  const isSilent = current.place === "remote" && seat !== undefined && !seat.media.microphone;
  if (!isSilent) return { ...verb, body: { turn: current.turn } };
  const ask = t("verb.resume.silent", { name: shortName(current) });
  return { ...verb, body: { turn: current.turn, force: true }, ask };
};

/** @param {View} view @returns {Verb} */
export const endVerb = (view) => {
  const { current } = view.floor;
  const base = { name: "floor.end", key: "E", hint: "", enabled: true, label: t("verb.end") };
  if (!current) return cannot({ ...base, body: {} });
  return { ...base, body: { turn: current.turn } };
};

/** @param {View} view @returns {Verb} */
export const listVerb = (view) => {
  const open = view.floor.list === "open";
  return {
    name: open ? "floor.close" : "floor.open",
    body: {},
    label: open ? t("verb.list.close") : t("verb.list.open"),
    hint: "",
    key: "L",
    enabled: true,
  };
};

/** @param {View} view @param {30 | 60} seconds @returns {Verb} */
export const extendVerb = (view, seconds) => {
  const { current } = view.floor;
  const base = {
    name: "floor.extend",
    label: seconds === 30 ? t("verb.extend.30") : t("verb.extend.60"),
    hint: "",
    key: seconds === 30 ? "X" : "⇧X",
    enabled: true,
  };
  return current ? { ...base, body: { turn: current.turn, seconds } } : cannot({ ...base, body: {} });
};

/** @param {View} view @param {number} now_ms @returns {Verb} */
export const undoVerb = (view, now_ms) => {
  const { undo } = view.floor;
  const base = { name: "floor.undo", key: "Z", hint: "", enabled: true };
  if (!undo || undo.expires_at <= now_ms) {
    return cannot({ ...base, body: {}, label: t("verb.undo.nothing") });
  }
  return { ...base, body: { command: undo.command }, label: t("verb.undo", { what: undone(undo) }) };
};

/** What an undo takes back, as a few words. @param {{ verb: string, name: string }} undo */
const undone = ({ verb, name }) => {
  const what = UNDONE[verb];
  return what ? t(what, { name }).trim() : verb;
};

/** @type {Record<string, import("../../i18n.js").Key>} */
const UNDONE = {
  "floor.call": "undone.call",
  "floor.start": "undone.start",
  "floor.pause": "undone.pause",
  "floor.resume": "undone.resume",
  "floor.end": "undone.end",
  "floor.extend": "undone.extend",
  "floor.move": "undone.move",
  "floor.open": "undone.open",
  "floor.close": "undone.close",
  "floor.remove": "undone.remove",
  "floor.withdraw": "undone.remove",
};

/** @param {View} view @returns {Verb} */
export const chairVerb = (view) => ({
  name: "floor.chair",
  body: { open: !view.floor.chair_open },
  label: view.floor.chair_open ? t("verb.chair.close") : t("verb.chair.open"),
  hint: "",
  key: "C",
  enabled: true,
});

/**
 * Where a waiting turn moves, named by the turn it will stand behind.
 *
 * @param {readonly QueuedTurnView[]} queue
 * @param {string} turn
 * @param {"up" | "down" | "top"} way
 * @returns {{ turn: string, after: string } | null} null when it is there already
 */
export const moveBody = (queue, turn, way) => {
  const at = queue.findIndex((waiting) => waiting.turn === turn);
  if (at < 0) return null;
  if (way === "down") {
    const after = queue[at + 1]?.turn;
    return after ? { turn, after } : null;
  }
  if (at === 0) return null;
  return { turn, after: way === "top" ? "top" : (queue[at - 2]?.turn ?? "top") };
};
