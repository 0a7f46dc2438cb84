/** What the page of channels says: its own sentences, and those of verdicts. */

import { en as channels_en } from "../../../locales/channels_en.js";
import { zhHant as channels_zh_hant } from "../../../locales/channels_zh_hant.js";
import { en as verdicts_en } from "../../../locales/youtube_en.js";
import { zhHant as verdicts_zh_hant } from "../../../locales/youtube_zh_hant.js";
import { errorText, fill, language } from "../../i18n.js";

/** @typedef {import("../../i18n.js").Places} Places */
/** @typedef {keyof typeof en} ChannelsKey */

const en = { ...verdicts_en, ...channels_en };
const WORDS = { en, "zh-Hant": { ...verdicts_zh_hant, ...channels_zh_hant } };

/** @param {string} key @returns {key is ChannelsKey} */
const isKey = (key) => Object.hasOwn(en, key);

/** @param {ChannelsKey} key @param {Places} [places] */
export const ct = (key, places) => fill(WORDS[language.value][key], places);

/** What went wrong, and what to do. @param {import("../../main_channels.js").Problem} problem */
export const problemText = ({ code, params }) => {
  const key = code.startsWith("youtube.") ? code : `error.${code}`;
  return isKey(key) ? ct(key, params) : errorText(code, params);
};

/** The one sentence of a sign-in. @param {string} code @param {Places} places */
export const stateText = (code, places) =>
  isKey(code) ? ct(code, places) : ct("channels.untried");

/** One word for a sign-in's state. @param {import("../../wire.d.ts").BroadcastVerdict} verdict @param {string} code */
export const stateWord = (verdict, code) => {
  const key = `state.${code.replace("youtube.", "")}`;
  return isKey(key) ? ct(key) : ct(`state.${verdict}`);
};
