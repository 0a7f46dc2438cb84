/**
 * Where one person stands, derived from the view alone. No DOM, no words: pages turn a standing
 * into one sentence, one shape and one colour.
 */

import { remainingMs } from "./clock.js";

/** @typedef {import("./wire.d.ts").View} View */
/** @typedef {import("./wire.d.ts").CurrentTurnView} CurrentTurn */
/** @typedef {import("./connection.js").Status} Status */

/**
 * @typedef {(
 *   | { kind: "connecting" }
 *   | { kind: "reconnecting", hasTurn: boolean, wasSpeaking: boolean }
 *   | { kind: "on_air", turn: string, left_ms: number, limit_ms: number, broadcast: boolean }
 *   | { kind: "open_microphone", broadcast: boolean }
 *   | { kind: "silenced", turn: string }
 *   | { kind: "called", turn: string, limit_ms: number }
 *   | { kind: "held", turn: string, reason: import("./wire.d.ts").HoldReason, left_ms: number }
 *   | { kind: "next", turn: string | null, after: string, about_ms: number | null }
 *   | { kind: "waiting", turn: string, position: number, ahead: number }
 *   | { kind: "off", list: import("./wire.d.ts").ListState, closing_in_ms: number | null, onStage: boolean }
 * )} Standing
 */

/** @typedef {Standing["kind"]} StandingKind */

/**
 * Say where the viewer of this view stands.
 *
 * @param {View | null} view @param {Status} status @param {number} now_ms server time
 * @returns {Standing}
 */
export function standing(view, status, now_ms) {
  const you = view?.you;
  if (!view || !you) return { kind: "connecting" };
  const { floor } = view;
  const mine = floor.current !== null && floor.current.turn === you.turn ? floor.current : null;
  if (status !== "online") {
    return {
      kind: "reconnecting", hasTurn: you.turn !== null, wasSpeaking: mine !== null && floor.floor === "speaking",
    };
  }
  if (mine) return currentStanding(view, mine, now_ms);
  if (you.tally === "on_air") return { kind: "open_microphone", broadcast: view.program.on_air };
  if (you.turn !== null && you.position !== null && you.position > 1) {
    return { kind: "waiting", turn: you.turn, position: you.position, ahead: you.position - 1 };
  }
  if (you.position === 1 || you.tally === "next") {
    return { kind: "next", turn: you.turn, after: floor.current?.short ?? "", about_ms: untilNext(floor.current, now_ms) };
  }
  return {
    kind: "off", list: floor.list, onStage: ownSeat(view)?.on_stage ?? false,
    closing_in_ms: floor.list === "open" && floor.closing_at !== null ? Math.max(0, floor.closing_at - now_ms) : null,
  };
}

/** @param {View} view @param {CurrentTurn} turn @param {number} now_ms @returns {Standing} */
function currentStanding(view, turn, now_ms) {
  switch (view.floor.floor) {
    case "calling":
      return { kind: "called", turn: turn.turn, limit_ms: turn.limit_ms };
    case "held":
      return { kind: "held", turn: turn.turn, reason: turn.held_reason ?? "chair", left_ms: remainingMs(turn, now_ms) };
    default:
      if (view.floor.mode === "chair_only") return { kind: "silenced", turn: turn.turn };
      return {
        kind: "on_air", turn: turn.turn, left_ms: remainingMs(turn, now_ms), limit_ms: turn.limit_ms,
        broadcast: view.program.on_air,
      };
  }
}

/** @param {CurrentTurn | null} current @param {number} now_ms */
const untilNext = (current, now_ms) => (current ? Math.max(0, remainingMs(current, now_ms)) : null);

/** The viewer's own seat, if they have one. @param {View} view */
export const ownSeat = (view) => view.seats.find((seat) => seat.seat === view.you?.seat) ?? null;

/** Whether the viewer's role may send this verb. @param {View | null} view @param {string} verb */
export const may = (view, verb) => view?.you?.may.includes(verb) ?? false;

/**
 * The languages one can listen to: the floor first, then what interpreters give.
 *
 * @param {View} view
 */
export const listenable = (view) => ["floor", ...view.session.languages.filter((tag) => tag !== "floor")];

/**
 * City and country in one line; what is missing is left out.
 *
 * @param {{ city: string, country: string }} who
 */
export const placeText = (who) => [who.city, who.country].filter(Boolean).join(" · ");
