/**
 * Moving a waiting turn by pointer.
 *
 * The drag knows turns, never positions: rows that arrive or leave meanwhile change nothing about
 * what is held, and the drop names the turn to stand behind.
 */

import { useEffect, useRef, useState } from "../../dom.js";

/** How far a press must travel to be a drag. */
const SLACK_PX = 4;

/** @typedef {{ turn: string, after: string }} Move */
/** @typedef {{ turn: string, y_px: number, startY_px: number, after: string | null }} Held */

/** @param {(move: Move) => void} onDrop */
export const useDrag = (onDrop) => {
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  const [held, setHeld] = useState(/** @type {Held | null} */ (null));

  useEffect(() => {
    if (!held) return undefined;
    return listen(held, list, setHeld, onDrop);
  }, [held?.turn]);

  /** @param {PointerEvent} event @param {string} turn */
  const start = (event, turn) => {
    if (event.button !== 0) return;
    setHeld({ turn, y_px: event.clientY, startY_px: event.clientY, after: null });
  };

  /** @param {string} turn */
  const classOf = (turn) => {
    if (!held || held.after === null) return "";
    if (turn === held.turn) return "dragged";
    return held.after === turn ? "drop-after" : held.after === "top" ? "drop-maybe-top" : "";
  };

  /** @param {string} turn */
  const styleOf = (turn) =>
    held?.turn === turn && held.after !== null
      ? { transform: `translateY(${held.y_px - held.startY_px}px)` }
      : undefined;

  return { list, start, classOf, styleOf };
};

/**
 * Follow the pointer until it is let go.
 *
 * @param {Held} first
 * @param {{ current: HTMLOListElement | null }} list
 * @param {(held: Held | null) => void} setHeld
 * @param {(move: Move) => void} onDrop
 */
const listen = (first, list, setHeld, onDrop) => {
  const stop = new AbortController();
  let held = first;
  /** @param {PointerEvent} event */
  const move = (event) => {
    const isDrag = held.after !== null || Math.abs(event.clientY - first.startY_px) > SLACK_PX;
    if (!isDrag) return;
    event.preventDefault();
    held = { ...held, y_px: event.clientY, after: behind(list.current, held.turn, event.clientY) };
    setHeld(held);
  };
  /** @param {boolean} isDropped */
  const end = (isDropped) => {
    const rows = rowsOf(list.current);
    const at = rows.findIndex((row) => row.dataset["turn"] === held.turn);
    const stood = at > 0 ? rows[at - 1]?.dataset["turn"] : "top";
    if (isDropped && at >= 0 && held.after !== null && held.after !== stood) {
      onDrop({ turn: held.turn, after: held.after });
    }
    setHeld(null);
  };
  const options = { signal: stop.signal };
  window.addEventListener("pointermove", move, options);
  window.addEventListener("pointerup", () => end(true), options);
  window.addEventListener("pointercancel", () => end(false), options);
  window.addEventListener("keydown", (event) => event.key === "Escape" && end(false), options);
  return () => stop.abort();
};

/** @param {HTMLElement | null} list @returns {HTMLElement[]} */
const rowsOf = (list) => [.../** @type {NodeListOf<HTMLElement>} */ (list?.querySelectorAll("[data-turn]") ?? [])];

/**
 * The turn whose lower half, or what is below it, the pointer is over; "top" above all.
 *
 * @param {HTMLElement | null} list
 * @param {string} turn  the one held
 * @param {number} y_px
 */
const behind = (list, turn, y_px) => {
  let after = "top";
  for (const row of rowsOf(list)) {
    if (row.dataset["turn"] === turn) continue;
    const box = row.getBoundingClientRect();
    if (y_px > box.top + box.height / 2) after = row.dataset["turn"] ?? after;
  }
  return after;
};
