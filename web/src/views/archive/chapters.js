/** Every turn, answered question and break: links into the recording, and what is playing now. */

import { cx, el, h } from "../../dom.js";
import { asRead, named, t, timeOfDay } from "../../i18n.js";
import { countryName, elapsed } from "../desk/format.js";

/** @typedef {import("./page.js").Playable} Playable */
/** @typedef {import("./page.js").Chapter} Chapter */
/** @typedef {import("./page.js").Gap} Gap */

/** @param {{ recording: Playable, at_ms: number, go: (at_ms: number) => void }} props */
export const Chapters = ({ recording, at_ms, go }) => {
  const { chapters, gaps, timezone } = recording;
  const rows = [
    ...chapters.map((chapter) => ({ at_ms: chapter.at_ms, row: h(Row, { chapter, timezone, go, isNow: isNow(chapters, chapter, at_ms) }) })),
    ...gaps.map((gap) => ({ at_ms: gap.at_ms, row: h(Missing, { gap, timezone }) })),
  ].sort((one, other) => one.at_ms - other.at_ms);
  return el(
    "nav",
    { class: "chapters", "aria-label": t("archive.chapters") },
    el("h2", {}, t("archive.chapters")),
    rows.length > 0
      ? el("ol", { tabIndex: 0, "aria-label": t("archive.chapters") }, rows.map(({ row }) => row))
      : el("p", { class: "chapters-empty" }, t("archive.chapters.none")),
  );
};

/** The one that began last of those that hold this moment. @param {Chapter[]} all @param {Chapter} chapter @param {number} at_ms */
const isNow = (all, chapter, at_ms) =>
  chapter === all.findLast((each) => each.at_ms <= at_ms + 50 && at_ms < each.until_ms);

/** @param {{ chapter: Chapter, timezone: string, isNow: boolean, go: (at_ms: number) => void }} props */
const Row = ({ chapter, timezone, isNow: now, go }) =>
  el(
    "li",
    { class: cx("chapter", chapter.kind, now && "now") },
    el(
      "a",
      // Also when the address is this moment already: then no event of the address follows.
      { href: `#t=${chapter.at_ms / 1000}`, "aria-current": now ? "true" : undefined, onClick: () => go(chapter.at_ms) },
      el("span", { class: "chapter-at tabular" }, elapsed(chapter.at_ms)),
      el("span", { class: "chapter-what" }, chapter.kind === "turn" ? h(Turn, { chapter }) : chapter.kind === "question" ? h(Question, { chapter }) : t("archive.break")),
      el(
        "span",
        { class: "chapter-long tabular" },
        el("span", { title: t("archive.clock", { time: timeOfDay(chapter.started_at, timezone) }) }, elapsed(chapter.until_ms - chapter.at_ms)),
      ),
    ),
  );

/** Who spoke, in the reader's language where the programme has it, with the name as its owner writes it. @param {{ chapter: Chapter }} props */
const Turn = ({ chapter }) => {
  const who = named(chapter, chapter.words ?? {});
  return [
    el("b", {}, who.name || t("archive.nameless")),
    el("small", {}, [who.original, who.title, who.city, countryName(who.country)].filter(Boolean).join(" · ")),
  ];
};

/** @param {{ chapter: Chapter }} props */
const Question = ({ chapter }) => {
  const read = asRead({ text: chapter.text, lang: chapter.language, translations: chapter.translations ?? {} });
  return [
    el("q", { lang: read.lang || undefined }, read.text),
    read.original ? el("small", { lang: chapter.language || undefined }, read.original) : null,
    el("small", {}, [chapter.name || t("archive.anonymous"), countryName(chapter.country)].filter(Boolean).join(" · ")),
  ];
};

/** @param {{ gap: Gap, timezone: string }} props */
const Missing = ({ gap, timezone }) =>
  el(
    "li",
    { class: "chapter gap" },
    t("archive.gap", {
      length: elapsed(gap.missing_ms),
      from: timeOfDay(gap.since, timezone),
      to: timeOfDay(gap.since + gap.missing_ms, timezone),
    }),
  );
