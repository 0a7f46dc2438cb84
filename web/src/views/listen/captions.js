/** The last lines of captions in the language that is heard, for those who hear little or read along. */

import { cx, el } from "../../dom.js";
import { languageName, t } from "../../i18n.js";

/** @typedef {import("../../wire.d.ts").View} View */

/** Older lines belong to something that has been said long ago. */
const FRESH_MS = 60_000;

/** @param {{ view: View, now_ms: number, lang: string }} props  `now_ms`: the server's */
export const Captions = ({ view, now_ms, lang }) => {
  const tag = lang === "floor" ? (view.floor.spoken ?? "") : lang;
  if (!view.session.captions.includes(tag)) return null;
  const lines = (view.captions[tag] ?? []).filter((one) => now_ms - one.at < FRESH_MS);
  const title = t("archive.captions", { language: languageName(tag) });
  return el(
    "section",
    { class: "listen-captions", "aria-label": title },
    el("small", { "aria-hidden": "true" }, title),
    // Not announced: whoever has it read aloud hears the sound already.
    el("ol", { lang: tag }, lines.map((one, index) => el("li", { key: one.number, class: cx(index === lines.length - 1 && "newest") }, one.text))),
  );
};
