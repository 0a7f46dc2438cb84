/** What is wrong with an output, in plain words, and what to do about it. */

import { en } from "../../../locales/desk_en.js";
import { t } from "../../i18n.js";

/** @typedef {keyof typeof en} DeskKey */

/** @param {string} key @returns {key is DeskKey} */
const isKey = (key) => Object.hasOwn(en, key);

/**
 * @param {string} code as the output reports it
 * @returns {{ text: string, remedy: string }}
 */
export const outputTrouble = (code) => {
  const key = `trouble.${code}`;
  const remedy = `${key}.remedy`;
  if (!isKey(key)) return { text: t("trouble.other", { code }), remedy: t("trouble.other.remedy") };
  return { text: t(key), remedy: isKey(remedy) ? t(remedy) : "" };
};
