/** Who speaks and who comes next: name, how it is said, place, language, and what it is about. */

import { clockText, remainingMs } from "../../clock.js";
import { cx, el, h } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { Speaks, spokenBy } from "../speaks.js";
import { countryName } from "../desk/format.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").QueuedTurnView | import("../../wire.d.ts").CurrentTurnView} Turn */

/** How many are announced ahead. */
const AHEAD = 3;

/** @param {{ desk: import("./desk.js").BoothDesk, view: View, booth: import("../../wire.d.ts").BoothView, now_ms: number }} props */
export const Speakers = ({ desk, view, booth, now_ms }) => {
  const { current, queue, floor } = view.floor;
  const state = floor === "calling" ? t("speakers.called") : floor === "held" ? t("speakers.held") : t("speakers.now");
  return el(
    "section",
    { class: "card booth-speakers", "aria-labelledby": "speakers-title" },
    el("h2", { id: "speakers-title", class: "visually-hidden" }, t("speakers.title")),
    el(
      "ol",
      { tabIndex: 0, "aria-label": t("speakers.title") },
      current
        ? h(Speaker, { view, turn: current, state, isNow: true, left: t("speakers.left", { left: clockText(remainingMs(current, now_ms)) }) })
        : el("li", { class: "speaker now idle" }, el("p", { class: "muted" }, t("speakers.nobody"))),
      h(Heard, { desk, view }),
      h(Asked, { view, languages: booth.languages }),
      queue.slice(0, AHEAD).map((turn, index) =>
        h(Speaker, { key: turn.turn, view, turn, state: t(index === 0 ? "speakers.next" : "speakers.then"), isNow: false, left: "" })),
      queue.length === 0 ? el("li", { class: "speaker" }, el("p", { class: "muted" }, t("speakers.empty"))) : null,
    ),
  );
};

/**
 * The speaker's own seat. Whoever the desk has named speaks from another's, mostly the room's feed, of which nothing may
 * be said under their name.
 *
 * @param {View} view @param {Turn} turn
 */
const seatOf = (view, turn) => {
  const named = view.seats.filter((seat) => seat.name === turn.name);
  return named.find((seat) => seat.seat === turn.seat) ?? named[0];
};

/** @param {{ view: View, turn: Turn, state: string, isNow: boolean, left: string }} props */
const Speaker = ({ view, turn, state, isNow, left }) => {
  const seat = seatOf(view, turn);
  const place = [seat?.title, turn.city, countryName(turn.country)].filter(Boolean).join(" · ");
  return el(
    "li",
    { class: cx("speaker", isNow && "now") },
    el(
      "p",
      { class: "speaker-head" },
      el("span", { class: "speaker-state" }, state),
      turn.language ? el("span", { class: "speaker-language" }, languageName(turn.language)) : null,
      left ? el("span", { class: "tabular muted" }, left) : null,
    ),
    el("b", { class: "speaker-name" }, turn.name),
    seat?.spelling ? el("p", { class: "speaker-spelling" }, seat.spelling) : null,
    place ? el("p", { class: "muted" }, place) : null,
    turn.topic ? el("p", {}, t("speakers.topic", { topic: turn.topic })) : null,
  );
};

/** What is spoken now; the booth hears first when that is wrong. @param {{ desk: import("./desk.js").BoothDesk, view: View }} props */
const Heard = ({ desk, view }) =>
  spokenBy(view) === null ? null : el("li", { class: "heard" }, h(Speaks, { view, shortcut: "S", say: desk.speaks }));

/** The question that is being answered, or comes next, also as the desk has translated it. @param {{ view: View, languages: ReadonlyArray<string> }} props */
const Asked = ({ view, languages }) => {
  const live = view.questions.find((one) => one.state === "live");
  const shown = live ?? view.questions.find((one) => one.state === "next");
  if (!shown) return null;
  return el(
    "li",
    { class: cx("speaker", "asked-question", live && "live") },
    el("p", { class: "speaker-head" }, el("span", { class: "speaker-state" }, t(live ? "speakers.question" : "speakers.question.next")), el("span", { class: "speaker-language" }, languageName(shown.lang))),
    el("p", { lang: shown.lang }, shown.text),
    languages
      .filter((tag) => tag !== shown.lang && shown.translations[tag])
      .map((tag) =>
        el("p", { key: tag, class: "asked-translation" }, el("span", { class: "speaker-language" }, languageName(tag)), el("span", { lang: tag }, shown.translations[tag]))),
    shown.author ? el("p", { class: "muted" }, [shown.author, shown.country].filter(Boolean).join(" · ")) : null,
  );
};
