/** One big button a language, and what one hears in each now. */

import { el } from "../../dom.js";
import { t } from "../../i18n.js";
import { endonym } from "../desk/format.js";

/** @typedef {import("../../wire.d.ts").View} View */

/** @param {{ view: View, chosen: string | null, tune: (lang: string) => void }} props */
export const Languages = ({ view, chosen, tune }) => {
  const tags = ["floor", ...view.session.languages];
  return el(
    "div",
    { class: "listen-languages", role: "group", "aria-label": t("public.sound_language") },
    tags.map((tag) =>
      el(
        "button",
        { key: tag, type: "button", class: "listen-language", "aria-pressed": chosen === tag, onClick: () => tune(tag) },
        el("b", { lang: tag === "floor" ? undefined : tag }, tag === "floor" ? t("listen.floor") : endonym(tag)),
        el("small", {}, stateOf(view, tag)),
      ),
    ),
  );
};

/** What one hears in a language now. @param {View} view @param {string} tag */
const stateOf = (view, tag) => {
  if (tag === "floor") return t("listen.floor.hint");
  if (isSpoken(view, tag)) return t("listen.spoken");
  if (isInterpreted(view, tag)) return t("listen.interpreted");
  return isResting(view, tag) ? t("listen.when_needed") : t("listen.not_interpreted");
};

/** Nobody speaks, and somebody interprets into it when it is needed. @param {View} view @param {string} tag */
export const isResting = (view, tag) =>
  view.floor.spoken === null &&
  view.booths.some((booth) => booth.languages.includes(tag) && (booth.state === "on_air" || booth.state === "muted"));

/** @param {View} view @param {string} tag */
export const isSpoken = (view, tag) => view.floor.spoken === tag;

/** @param {View} view @param {string} tag */
export const isInterpreted = (view, tag) => view.booths.some((booth) => booth.into === tag);
