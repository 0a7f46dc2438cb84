/**
 * Words for people: `t(key, places)` in the language of the interface.
 *
 * A key that does not exist, or that a language lacks, is a type error. The server sends codes,
 * never sentences; `errorText` turns a code into what happened and what to do.
 */

import { computed, effect, signal } from "@preact/signals";

import { en as booth_en } from "../locales/booth_en.js";
import { zhHant as booth_zh_hant } from "../locales/booth_zh_hant.js";
import { en as core_en } from "../locales/core_en.js";
import { zhHant as core_zh_hant } from "../locales/core_zh_hant.js";
import { en as desk_en } from "../locales/desk_en.js";
import { zhHant as desk_zh_hant } from "../locales/desk_zh_hant.js";
import { en as signing_en } from "../locales/signing_en.js";
import { zhHant as signing_zh_hant } from "../locales/signing_zh_hant.js";

/** @typedef {"en" | "zh-Hant"} InterfaceLanguage */
/** @typedef {keyof typeof core_en | keyof typeof desk_en | keyof typeof booth_en | keyof typeof signing_en} Key */
/** @typedef {Key extends infer K ? K extends `${infer Base}_other` ? Base : never : never} PluralKey */
/** @typedef {Record<string, string | number>} Places */

/** Where both have a key, the sentence for people at the table wins. @type {Record<InterfaceLanguage, Record<Key, string>>} */
const WORDS = {
  en: { ...desk_en, ...booth_en, ...signing_en, ...core_en },
  "zh-Hant": { ...desk_zh_hant, ...booth_zh_hant, ...signing_zh_hant, ...core_zh_hant },
};

/** @type {ReadonlyArray<InterfaceLanguage>} */
export const INTERFACE_LANGUAGES = ["en", "zh-Hant"];

/** What each interface language calls itself. */
export const OWN_NAMES = { en: "English", "zh-Hant": "中文" };

const STORAGE_KEY = "rotunda.language";

/** @param {string | null | undefined} tag @returns {InterfaceLanguage | null} */
export function nearestLanguage(tag) {
  if (!tag) return null;
  const lower = tag.toLowerCase();
  if (lower.startsWith("zh")) return "zh-Hant";
  return lower.startsWith("en") ? "en" : null;
}

/** @returns {InterfaceLanguage} */
function firstLanguage() {
  const asked = new URLSearchParams(location.search).get("ui");
  const wishes = [asked, read(), ...navigator.languages];
  for (const wish of wishes) {
    const found = nearestLanguage(wish);
    if (found) return found;
  }
  return "en";
}

function read() {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null; // Storage may be forbidden; the browser's own language serves then.
  }
}

/** The language of the interface. Reading it in a view makes the view follow changes. */
export const language = signal(firstLanguage());

/** @param {InterfaceLanguage} tag */
export function setLanguage(tag) {
  language.value = tag;
  try {
    localStorage.setItem(STORAGE_KEY, tag);
  } catch {
    // Kept for this page only.
  }
}

/**
 * Use the language a ticket names, unless the person has chosen one on this device.
 *
 * @param {string} tag
 */
export function suggestLanguage(tag) {
  const chosen = new URLSearchParams(location.search).get("ui") ?? read();
  const found = nearestLanguage(tag);
  if (found && !nearestLanguage(chosen)) language.value = found;
}

effect(() => {
  document.documentElement.lang = language.value;
});

/** @param {string} sentence @param {Places} [places] */
export const fill = (sentence, places) =>
  places ? sentence.replace(/\{(\w+)\}/g, (whole, name) => String(places[name] ?? whole)) : sentence;

/** @param {Key} key @param {Places} [places] */
export const t = (key, places) => fill(WORDS[language.value][key], places);

/** A sentence in every language of the interface, for what all read at once. @param {Key} key */
export const inEvery = (key) => INTERFACE_LANGUAGES.map((tag) => ({ tag, text: WORDS[tag][key] }));

/**
 * Choose the plural form; the sentence gets `{count}`.
 *
 * @param {PluralKey} key @param {number} count @param {Places} [places]
 */
export function tn(key, count, places) {
  const words = /** @type {Record<string, string>} */ (WORDS[language.value]);
  const form = new Intl.PluralRules(language.value).select(count);
  const sentence = words[`${key}_${form}`] ?? words[`${key}_other`];
  return fill(sentence, { count: number(count), ...places });
}

/**
 * Say what an error code means and what to do.
 *
 * @param {string} code @param {Places} [params]
 */
export function errorText(code, params) {
  const words = /** @type {Record<string, string>} */ (WORDS[language.value]);
  const sentence = words[`error.${code}`] ?? words[`error.${code.split(".")[0]}`];
  return fill(sentence ?? words["error.unknown"], { code, ...params });
}

/** @param {number} value */
export const number = (value) => new Intl.NumberFormat(language.value).format(value);

/**
 * Pick the text of a mapping by interface language (`session.title`).
 *
 * @param {Readonly<Record<string, string>>} texts
 */
export const localized = (texts) =>
  texts[language.value] || texts.en || Object.values(texts)[0] || "";

/**
 * What there is in the language of the interface, whatever its script or region is called.
 *
 * @template T
 * @param {Readonly<Record<string, T>>} texts
 * @returns {T | undefined}
 */
export const inOwn = (texts) =>
  texts[language.value] ?? Object.entries(texts).find(([tag]) => nearestLanguage(tag) === language.value)?.[1];

/** What somebody wrote, for the reader: in their own language where it has been translated, else as it is.
 * @param {{ text: string, lang: string, translations: Readonly<Record<string, string>> }} written */
export function asRead({ text, lang, translations }) {
  const own = nearestLanguage(lang) === language.value ? undefined : inOwn(translations);
  return own ? { text: own, lang: language.value, original: text } : { text, lang, original: null };
}

/**
 * Somebody's name, title and place for the reader, and the name as its owner writes it where that differs.
 *
 * @param {{ name: string, title: string, city: string, country: string }} who
 * @param {Readonly<Record<string, { name?: string, title?: string, city?: string, country?: string }>>} words
 */
export function named(who, words) {
  const own = inOwn(words);
  return {
    name: own?.name || who.name, title: own?.title || who.title, city: own?.city || who.city, country: own?.country || who.country,
    original: own?.name && own.name !== who.name ? who.name : "",
  };
}

/**
 * What a spoken language is called here; `floor` is the untranslated sound.
 *
 * @param {string} tag
 */
export function languageName(tag) {
  if (tag === "floor") return t("language_floor");
  if (isSigned(tag)) return signName(tag);
  if (nearestLanguage(tag) === "zh-Hant") return language.value === "en" ? "Chinese" : "中文";
  return new Intl.DisplayNames(language.value, { type: "language" }).of(tag) ?? tag;
}

/** @param {string} tag */
const isSigned = (tag) => tag.split("-")[0] === "sgn";

/** Browsers know few sign languages by name. @param {string} tag `sgn-tss` */
function signName(tag) {
  const words = /** @type {Record<string, string>} */ (WORDS[language.value]);
  const own = tag.split("-")[1];
  return (own && words[`sign_language.${own}`]) ?? (own ? `${t("sign_language")} (${own})` : t("sign_language"));
}

/** A short mark for a language, as on a pill: `EN`, `中文`. @param {string} tag */
export function languageMark(tag) {
  if (tag === "floor") return t("language_floor_short");
  if (isSigned(tag)) return t("sign_language.mark");
  return nearestLanguage(tag) === "zh-Hant" ? "中文" : tag.split("-")[0].toUpperCase();
}

const WITH_DAY = /** @type {const} */ ({ weekday: "short", day: "numeric", month: "short" });

/**
 * A time of day, `16:41`, in a zone (the viewer's own by default).
 *
 * @param {number} instant_ms @param {string} [zone]
 */
export const timeOfDay = (instant_ms, zone) =>
  new Intl.DateTimeFormat(language.value, {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
  }).format(instant_ms);

/** A day, `Sat 21 Nov`. @param {number} instant_ms @param {string} [zone] */
export const day = (instant_ms, zone) =>
  new Intl.DateTimeFormat(language.value, { ...WITH_DAY, timeZone: zone }).format(instant_ms);

/** True while the interface is written without spaces between words. */
export const isChinese = computed(() => language.value === "zh-Hant");
