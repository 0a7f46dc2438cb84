/** The two questions that are asked once: going live, and ending. */

import { cx, el, h, useState } from "../../../dom.js";
import { languageName } from "../../../i18n.js";
import { broadcastsOf, chosen, pressOf } from "./acts.js";
import { ON_YOUTUBE, areRehearsals, byPrivacy, viewersOf } from "./flow.js";
import { namesOf, theNamesOf, yt, ytn } from "./words.js";

/** @typedef {import("../context.js").Desk} Desk */
/** @typedef {import("./flow.js").BroadcastView} BroadcastView */

/**
 * Who will see what. `broadcasts` are as they were when the button was pressed: what was shown is
 * what is expected, and another privacy meanwhile is a refusal instead of an accident.
 *
 * @param {{ desk: Desk, broadcasts: readonly BroadcastView[] }} props
 */
export const GoLive = ({ desk, broadcasts }) => {
  const { program } = desk.view;
  const [isSlate, setSlate] = useState(false);
  const langs = broadcasts.map(({ lang }) => lang);
  const isRehearsal = areRehearsals(broadcasts);
  const close = () => {
    desk.ui.dialog.value = null;
  };
  const go = async () => {
    close();
    for (const group of byPrivacy(broadcasts)) {
      const body = { ...group, on_air: !isSlate };
      await desk.acts.run("broadcast.live", body, { key: pressOf("live", group.langs) });
    }
  };
  return el(
    "div",
    { class: "sheet-main" },
    el("p", { class: "ask-text" }, yt(isRehearsal ? "live.rehearsal" : "live.text", { languages: namesOf(langs) })),
    el("ul", { class: "targets" }, broadcasts.map((broadcast) => el("li", { key: broadcast.lang }, h(Target, { broadcast })))),
    h(LeftOut, { desk, langs }),
    el("p", { class: "hint" }, isRehearsal ? yt("live.rehearsal.hint") : program.on_air ? yt("live.on_air") : isSlate ? yt("youtube.live_slate") : yt("live.goes_on_air")),
    program.on_air || isRehearsal
      ? null
      : el(
          "label",
          { class: "check" },
          el("input", { type: "checkbox", checked: isSlate, onChange: (event) => setSlate(event.currentTarget.checked) }),
          yt("live.slate"),
        ),
    el(
      "div",
      { class: "sheet-acts" },
      el("button", { type: "button", class: "verb", autofocus: true, onClick: close }, yt("live.stay")),
      el("button", { type: "button", class: cx("verb", isRehearsal ? "primary" : "danger"), onClick: () => void go() }, ytn(isRehearsal ? "step.live_rehearsal" : "step.live", langs.length, { languages: namesOf(langs) })),
    ),
  );
};

/** @param {{ broadcast: BroadcastView }} props */
const Target = ({ broadcast: { lang, title, privacy, stage } }) => [
  el("b", {}, languageName(lang)),
  el("span", { class: `yt-means ${privacy}` }, yt(`privacy.${privacy}.means`)),
  el("span", { lang }, title),
  stage === "ready" ? null : el("b", { class: "yt-unchecked" }, yt("live.unchecked")),
];

/** @param {{ desk: Desk, langs: readonly string[] }} props */
const LeftOut = ({ desk, langs }) => {
  const others = broadcastsOf(desk).filter(({ lang, stage }) => !langs.includes(lang) && !ON_YOUTUBE.has(stage));
  return others.length === 0 ? null : el("p", { class: "hint" }, yt("live.left_out", { languages: namesOf(others.map(({ lang }) => lang)) }));
};

/** @param {boolean} isRehearsal @param {number} viewers @param {readonly string[]} langs */
const endWords = (isRehearsal, viewers, langs) => {
  if (isRehearsal) return yt("end.rehearsal.ask", { languages: namesOf(langs) });
  const languages = theNamesOf(langs);
  return viewers > 0 ? ytn("end.viewers", viewers, { languages }) : yt("end.nobody", { languages });
};

/** @param {{ desk: Desk, langs: readonly string[] }} props */
export const EndBroadcasts = ({ desk, langs }) => {
  const viewers = viewersOf(chosen(desk, langs)) ?? 0;
  const isRehearsal = areRehearsals(chosen(desk, langs));
  const close = () => {
    desk.ui.dialog.value = null;
  };
  const end = () => {
    close();
    void desk.acts.run("broadcast.end", { langs }, { key: pressOf("end", langs) });
  };
  return el(
    "div",
    { class: "sheet-main" },
    el("p", { class: "ask-text" }, endWords(isRehearsal, viewers, langs)),
    el("p", { class: "hint" }, yt(isRehearsal ? "end.rehearsal" : "end.hint")),
    el(
      "div",
      { class: "sheet-acts" },
      el("button", { type: "button", class: "verb", autofocus: true, onClick: close }, yt(isRehearsal ? "end.rehearsal.stay" : "end.stay")),
      el("button", { type: "button", class: "verb danger", onClick: end }, ytn(isRehearsal ? "step.end_rehearsal" : "step.end", langs.length, { languages: namesOf(langs) })),
    ),
  );
};
