/** The way to YouTube, for viewers: the broadcast in their language, and never another one. */

import { cx, el } from "../../dom.js";
import { language, languageName, t } from "../../i18n.js";

/** @typedef {import("../../wire.d.ts").WatchView} WatchView */

/**
 * The language whose sound a viewer of this interface most likely wants.
 *
 * @param {readonly string[]} languages
 */
export const firstLanguage = (languages) =>
  languages.find((tag) => language.value.startsWith(tag.slice(0, 2))) ?? languages[0] ?? "en";

/**
 * Nothing where that language has no public broadcast: another language is no substitute.
 *
 * @param {{ watch: readonly WatchView[], lang: string }} props
 */
export const YouTubeLink = ({ watch, lang }) => {
  const link = watch.find((each) => each.lang === lang);
  if (!link) return null;
  const key = link.live ? "public.youtube.live" : link.ended ? "public.youtube.again" : "public.youtube.coming";
  return el(
    "a",
    { class: cx("button", "youtube-link"), href: link.url, target: "_blank", rel: "noopener", "data-lang": lang },
    t(key, { language: languageName(lang) }),
  );
};
