/** Between instants and what a clock on a wall of some zone shows, as fields of forms want it.  Pure. */

/**
 * What the clock shows: `2026-11-22T14:00`.
 *
 * @param {number} instant_ms @param {string} zone
 */
export const wallTime = (instant_ms, zone) => {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(instant_ms);
  /** @param {string} kind */
  const part = (kind) => parts.find(({ type }) => type === kind)?.value ?? "00";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
};

/**
 * When the clock shows it; NaN if it is no time. Of an hour that a change of the clocks skips, the one after it.
 *
 * @param {string} wall @param {string} zone
 */
export const instantOf = (wall, zone) => {
  const asIfUtc_ms = Date.parse(`${wall}Z`);
  if (Number.isNaN(asIfUtc_ms)) return NaN;
  /** How far the zone is ahead at an instant. @param {number} at_ms */
  const ahead_ms = (at_ms) => Date.parse(`${wallTime(at_ms, zone)}Z`) - at_ms;
  // The second guess is right even when the first fell on the other side of a change of the clocks.
  return asIfUtc_ms - ahead_ms(asIfUtc_ms - ahead_ms(asIfUtc_ms));
};
