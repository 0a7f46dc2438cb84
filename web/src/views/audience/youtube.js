/** The way to YouTube, for viewers: the broadcast in their language, and never another one. */

import { cx, el } from "../../dom.js";
import { FRAME } from "../copy.js";
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

/**
 * Our own player, or YouTube's. Nothing is loaded from there before it is chosen.
 *
 * @param {{ isFramed: import("@preact/signals").Signal<boolean> }} props
 */
export const WhichPlayer = ({ isFramed }) =>
  el(
    "div",
    { class: "which-player" },
    el(
      "div",
      { class: "sound-languages", role: "group", "aria-label": t("public.which") },
      [false, true].map((framed) =>
        el(
          "button",
          { key: String(framed), type: "button", class: "sound-language", "aria-pressed": isFramed.value === framed, onClick: () => { isFramed.value = framed; } },
          t(framed ? "public.which.youtube" : "public.which.own"),
        ),
      ),
    ),
    el("small", {}, t(isFramed.value ? "public.which.is_youtube" : "public.which.hint")),
  );

/** YouTube's player, for whoever chose it. @param {{ link: WatchView, languages: import("../../dom.js").Children }} props */
export const Framed = ({ link, languages }) => {
  const title = t("public.which.title", { language: languageName(link.lang) });
  return el(
    "section",
    { class: "player", "aria-label": title },
    el("div", { class: "player-picture" }, el("iframe", { key: link.embed, src: `${link.embed}?autoplay=1`, title, ...FRAME })),
    el("div", { class: "player-sound" }, languages),
  );
};
