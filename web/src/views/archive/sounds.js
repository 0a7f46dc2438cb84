/** What the sounds of a recording are called. */

import { languageName, t } from "../../i18n.js";
import { endonym } from "../desk/format.js";

const BOOTH = "booth-";

/** An interpreter's microphone alone. @param {string} sound */
export const isBooth = (sound) => sound.startsWith(BOOTH);

/** The language heard; none for the floor. @param {string} sound @returns {string | undefined} */
export const languageOf = (sound) => (sound === "floor" ? undefined : sound.replace(BOOTH, ""));

/** On the button, for those who look for their own language. @param {string} sound */
export const shortName = (sound) => (sound === "floor" ? t("listen.floor") : endonym(languageOf(sound) ?? ""));

/** In a list, whole. @param {string} sound */
export const longName = (sound) => {
  if (sound === "floor") return t("archive.sound.floor");
  const language = languageName(languageOf(sound) ?? "");
  return isBooth(sound) ? t("archive.sound.booth", { language }) : language;
};
