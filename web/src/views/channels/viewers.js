/** Who has watched each language on YouTube, for the organiser. */

import { el, h } from "../../dom.js";
import { languageName, number, timeOfDay } from "../../i18n.js";
import { Curve } from "../curve.js";
import { ct } from "./words.js";

/** @typedef {import("../curve.js").ViewersFigures} ViewersFigures */

/** @param {{ figures: readonly ViewersFigures[], zone: string }} props */
export const Viewers = ({ figures, zone }) =>
  figures.length === 0
    ? null
    : el(
        "section",
        { "aria-labelledby": "viewers-title" },
        el("div", { class: "section-head" }, el("h2", { id: "viewers-title" }, ct("viewers.title"))),
        el("ul", { class: "cards" }, figures.map((each) => el("li", { key: each.lang }, h(Language, { figures: each, zone })))),
      );

/** @param {number | null} count */
const shown = (count) => (count === null ? "–" : number(count));

/** @param {{ figures: ViewersFigures, zone: string }} props */
const Language = ({ figures: { lang, now, peak, peak_at, mean, views, samples }, zone }) => {
  const language = languageName(lang);
  const rows = [
    { name: ct("viewers.now"), text: shown(now) },
    { name: ct("viewers.peak"), text: peak_at === null ? shown(peak) : ct("viewers.peak.at", { count: shown(peak), time: timeOfDay(peak_at, zone) }) },
    { name: ct("viewers.mean"), text: shown(mean) },
    { name: ct("viewers.views"), text: shown(views) },
  ];
  return el(
    "article",
    { class: "channel", "aria-label": language },
    el("div", { class: "channel-head" }, el("h3", {}, language)),
    h(Curve, { samples, label: ct("viewers.curve", { language }) }),
    el("dl", { class: "viewers" }, rows.map(({ name, text }) => el("div", { key: name }, el("dt", {}, name), el("dd", { class: "num" }, text)))),
  );
};
