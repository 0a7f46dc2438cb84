/** How names, clocks and times are written. Pure: no DOM, no state but the interface language. */

import { language } from "../../i18n.js";

/**
 * What to call somebody in two words. The server decides it, so that every page says the same.
 *
 * @param {{ short: string }} person
 */
export const shortName = ({ short }) => short;

/**
 * Two letters, or one Han character, for a round badge.
 *
 * @param {{ short: string }} person
 */
export const initials = (person) => {
  const text = shortName(person).trim();
  if (/^\p{Script=Han}/u.test(text)) return [...text][0] ?? "";
  const words = text.split(/[\s-]+/).filter(Boolean);
  const letters = words.length > 1 ? `${words[0]?.[0]}${words[1]?.[0]}` : text.slice(0, 2);
  return letters.toLocaleUpperCase();
};

/**
 * A country's name; a two-letter code is spelt out in the interface language.
 *
 * @param {string} country
 */
export const countryName = (country) => {
  if (!/^[A-Z]{2}$/.test(country)) return country;
  return new Intl.DisplayNames([language.value], { type: "region" }).of(country) ?? country;
};

/**
 * A language by its own name, as its speakers look for it.
 *
 * @param {string} code
 */
export const endonym = (code) => {
  if (code.startsWith("zh")) return "中文";
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
};

/**
 * Elapsed milliseconds as `m:ss` or `h:mm:ss`; a second counts when it is full.
 *
 * @param {number} span_ms
 */
export const elapsed = (span_ms) => {
  const seconds = Math.max(0, Math.floor(span_ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(s).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
};

/**
 * The weekday and date in a zone, in full.
 *
 * @param {number} instant_ms
 * @param {string} [timezone] the viewer's own when absent
 */
export const longDay = (instant_ms, timezone) =>
  new Intl.DateTimeFormat(language.value, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: timezone,
  }).format(instant_ms);

/**
 * What people call a zone: "Taipei Time", 「台北時間」.
 *
 * @param {string} timezone
 * @param {number} instant_ms
 */
export const zoneName = (timezone, instant_ms) => {
  const parts = new Intl.DateTimeFormat(language.value, {
    timeZone: timezone,
    timeZoneName: "longGeneric",
  }).formatToParts(instant_ms);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? timezone;
};

/** The viewer's own zone. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * How many calendar days the event's zone is ahead of the viewer's: usually -1, 0 or 1.
 *
 * @param {number} instant_ms
 * @param {string} timezone
 */
export const daysAhead = (instant_ms, timezone) =>
  Math.round((dayNumber(instant_ms, timezone) - dayNumber(instant_ms, ownZone())) / 86_400_000);

/**
 * @param {number} instant_ms
 * @param {string} timezone
 */
const dayNumber = (instant_ms, timezone) => {
  const text = new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(instant_ms);
  return Date.parse(`${text}T00:00:00Z`);
};

/**
 * Bytes as people read them: 12.4 MB.
 *
 * @param {number} count_bytes
 */
export const bytes = (count_bytes) => {
  /** @type {[number, string]} */
  const [value, unit] =
    count_bytes < 1e6
      ? [count_bytes / 1e3, "kB"]
      : count_bytes < 1e9
        ? [count_bytes / 1e6, "MB"]
        : [count_bytes / 1e9, "GB"];
  return `${new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }).format(value)} ${unit}`;
};
