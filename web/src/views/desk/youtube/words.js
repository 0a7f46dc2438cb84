/** What the desk says about YouTube: sentences for verdicts, and names joined in them. */

import { en as panel_en } from "../../../../locales/broadcast_en.js";
import { zhHant as panel_zh_hant } from "../../../../locales/broadcast_zh_hant.js";
import { en as verdicts_en } from "../../../../locales/youtube_en.js";
import { zhHant as verdicts_zh_hant } from "../../../../locales/youtube_zh_hant.js";
import { fill, language, languageName, number, timeOfDay } from "../../../i18n.js";
import { outputTrouble } from "../trouble.js";

/** @typedef {import("../../../wire.d.ts").BroadcastView} BroadcastView */
/** @typedef {keyof typeof en} YouTubeKey */
/** @typedef {YouTubeKey extends infer K ? K extends `${infer Base}_other` ? Base : never : never} YouTubePlural */
/** @typedef {import("../../../i18n.js").Places} Places */

const en = { ...verdicts_en, ...panel_en };
const WORDS = { en, "zh-Hant": { ...verdicts_zh_hant, ...panel_zh_hant } };

/** @param {string} key @returns {key is YouTubeKey} */
const isKey = (key) => Object.hasOwn(en, key);

/** @param {YouTubeKey} key @param {Places} [places] */
export const yt = (key, places) => fill(WORDS[language.value][key], places);

/** @param {YouTubePlural} key @param {number} count @param {Places} [places] */
export const ytn = (key, count, places) => {
  const exact = `${key}_${new Intl.PluralRules(language.value).select(count)}`;
  return yt(isKey(exact) ? exact : `${key}_other`, { count: number(count), ...places });
};

/** Languages as a sentence joins them. @param {readonly string[]} langs @param {(name: string) => string} [each] */
export const namesOf = (langs, each = (name) => name) =>
  new Intl.ListFormat(language.value, { type: "conjunction" }).format(langs.map((lang) => each(languageName(lang))));

/** "the English and the Chinese". @param {readonly string[]} langs */
export const theNamesOf = (langs) => namesOf(langs, (name) => yt("end.the", { language: name }));

/**
 * The one sentence of a verdict; before the first look, that of its stage.
 *
 * @param {BroadcastView} broadcast
 */
export const sentenceOf = ({ code, params, stage, rehearsal }) => {
  const told = code || `youtube.${stage}`;
  return rehearsal && told === "youtube.live" ? yt("card.rehearsing") : sentence(told, params);
};

/** What a code says. @param {string} told @param {BroadcastView["params"]} params */
export const sentence = (told, params) =>
  isKey(told) ? yt(told, { ...params, ...inWords(params) }) : yt("youtube.unknown", { code: told });

/** Machine words among the parameters as people say them. @param {BroadcastView["params"]} params */
const inWords = ({ privacy, wanted, error, heard, since, until, used, daily, missing }) => ({
  ...figures({ used, daily, missing }),
  ...(until === undefined ? {} : { until: timeOfDay(Number(until)) }),
  ...(privacy === undefined ? {} : { privacy: privacyWord(String(privacy)) }),
  ...(typeof wanted === "string" ? { wanted: privacyWord(wanted) } : {}),
  ...(since === undefined ? {} : { since: timeOfDay(Number(since)) }),
  ...(heard === undefined ? {} : { heard: languageName(String(heard)) }),
  ...(error === undefined ? {} : { error: troubleSentence(String(error)) }),
});

/** Large figures as people write them. @param {Record<string, string | number | undefined>} params */
const figures = (params) =>
  Object.fromEntries(Object.entries(params).flatMap(([name, count]) => (count === undefined ? [] : [[name, number(Number(count))]])));

/** @param {string} privacy */
const privacyWord = (privacy) => {
  const key = `youtube.privacy.${privacy}`;
  return isKey(key) ? yt(key) : privacy;
};

/** @param {string} code */
const troubleSentence = (code) => {
  const { text, remedy } = outputTrouble(code);
  return language.value === "en" ? `${text} ${remedy}` : `${text}${remedy}`;
};
