/**
 * The preflight of one language, a row for each thing that must hold before it is ready.
 *
 * On a low screen what has passed is counted instead, so that every language can be seen at once.
 */

import { el } from "../../../dom.js";
import { sentence, yt } from "./words.js";

/** @typedef {import("./flow.js").BroadcastView} BroadcastView */

/** @param {{ broadcast: BroadcastView, language: string }} props */
export const Checks = ({ broadcast: { checks, code: said }, language }) => {
  if (checks.length === 0) return null;
  const passed = checks.filter(({ state }) => state === "passed").length;
  return el(
    "div",
    {},
    el("p", { class: "yt-passed", "aria-hidden": "true" }, yt("checks.passed", { count: passed, total: checks.length })),
    el(
      "ul",
      { class: "yt-checks", "aria-label": yt("checks.title", { language }) },
      checks.map(({ check, state, code, params }) =>
        el(
          "li",
          { key: check, class: `check-${state}` },
          el("i", { class: "mark", "aria-hidden": "true" }),
          el(
            "span",
            {},
            yt(`check.${check}`, { language, ...params }),
            el("span", { class: "visually-hidden" }, ` (${yt(`check.${state}`)})`),
            // What the card's own sentence says already is not said twice.
            state === "failed" && code !== said ? el("span", { class: "remedy" }, sentence(code, params)) : null,
          ),
        ),
      ),
    ),
  );
};
