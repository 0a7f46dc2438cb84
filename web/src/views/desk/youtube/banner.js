/** YouTube in the desk's top line: live or not, and panic where the hand finds it. */

import { cx, el } from "../../../dom.js";
import { languageMark, number } from "../../../i18n.js";
import { broadcastsOf, panic } from "./acts.js";
import { SENDING, langsIn, viewersOf } from "./flow.js";
import { yt } from "./words.js";

/** @typedef {import("../context.js").Desk} Desk */

/** Languages whose verdict, or whose channel's sign-in, needs a hand. @param {Desk} desk */
export const troubled = (desk) => {
  const signedOut = (desk.view.youtube?.channels ?? []).filter(({ verdict }) => verdict === "bad").flatMap(({ langs }) => langs);
  return broadcastsOf(desk)
    .filter(({ lang, stage, verdict }) => verdict === "bad" || verdict === "down" || (stage !== "ended" && signedOut.includes(lang)))
    .map(({ lang }) => lang);
};

/** @param {{ desk: Desk }} props */
export const YouTubePill = ({ desk }) => {
  const broadcasts = broadcastsOf(desk);
  const live = broadcasts.filter(({ stage, rehearsal }) => stage === "live" && !rehearsal);
  const isRehearsal = broadcasts.some(({ rehearsal }) => rehearsal);
  const bad = troubled(desk);
  if (live.length === 0 && bad.length === 0 && !isRehearsal) return null;
  /** @param {readonly string[]} langs */
  const marks = (langs) => langs.map(languageMark).join(" + ");
  // Short, for the line is full; the panel says the rest.
  const fine = live.length > 0 ? yt("panel.live", { count: number(live.length) }) : yt("panel.rehearsal");
  const state = bad.length > 0 ? yt("panel.trouble", { languages: marks(bad) }) : fine;
  const viewers = viewersOf(live);
  return el(
    "button",
    {
      type: "button",
      class: cx("pill", "health", "yt-pill", bad.length > 0 ? "bad" : "good"),
      onClick: () => {
        desk.ui.side.value = "youtube";
        // Drawn first; then what needs a hand is brought into view.
        requestAnimationFrame(() => document.querySelector(`.yt-card[data-lang="${bad[0]}"]`)?.scrollIntoView({ block: "nearest" }));
      },
    },
    el("i", { class: "mark", "aria-hidden": "true" }),
    el("span", {}, yt("panel.open", { state })),
    viewers === null ? null : el("span", { class: "num" }, number(viewers)),
  );
};

/** One press from anywhere while something is sent. @param {{ desk: Desk }} props */
export const PanicPill = ({ desk }) => {
  const isOn = desk.view.youtube?.panic ?? false;
  if (isOn || langsIn(broadcastsOf(desk), SENDING).length === 0) return null;
  return el(
    "button",
    { type: "button", class: "pill panic-pill", "aria-keyshortcuts": "Shift+S", title: yt("panic.hint"), "aria-busy": desk.acts.pending.value.has("broadcast.panic"), onClick: () => panic(desk) },
    el("i", { class: "slate-mark", "aria-hidden": "true" }),
    yt("panic.short"),
  );
};

/** Says over the whole width that panic is on, and takes it back. @param {{ desk: Desk }} props */
export const PanicBanner = ({ desk }) => {
  if (!desk.view.youtube?.panic) return null;
  return el(
    "div",
    { class: "panic-banner" },
    el("i", { class: "slate-mark", "aria-hidden": "true" }),
    el("b", { role: "alert" }, yt("panic.is_on")),
    el(
      "button",
      { type: "button", class: "verb", "aria-keyshortcuts": "Shift+S", "aria-busy": desk.acts.pending.value.has("broadcast.panic"), onClick: () => panic(desk) },
      yt("panic.off"),
    ),
  );
};
