/** Time as the server sees it, and how it is written. */

import { signal } from "@preact/signals";

/** @typedef {{ spoken_ms: number, running_since: number | null, limit_ms: number }} Clock */

/** This device's time, ticking four times a second while somebody reads it. */
export const tick = signal(Date.now(), {
  watched() {
    tick.value = Date.now();
    timer = setInterval(() => (tick.value = Date.now()), 250);
  },
  unwatched() {
    clearInterval(timer);
  },
});

/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/**
 * How long a turn has spoken at `now_ms` (server time).
 *
 * @param {Clock} clock @param {number} now_ms
 */
export const spokenMs = (clock, now_ms) =>
  clock.spoken_ms + (clock.running_since === null ? 0 : Math.max(0, now_ms - clock.running_since));

/** What is left; negative when over time. @param {Clock} clock @param {number} now_ms */
export const remainingMs = (clock, now_ms) => clock.limit_ms - spokenMs(clock, now_ms);

/**
 * Write a length of time: `3:08`, `1:02:09`, `-0:15` past the end.
 *
 * @param {number} length_ms
 */
export function clockText(length_ms) {
  // Up for what is left, so that 5:00 shows for the first second and 0:00 means over.
  const whole_s = Math.ceil(length_ms / 1000);
  const s = Math.abs(whole_s);
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  const tail = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(s % 60).padStart(2, "0")}`;
  return `${whole_s < 0 ? "\u2212" : ""}${hours ? `${hours}:` : ""}${tail}`;
}
