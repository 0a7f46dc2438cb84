/** The archive's page: play, choose what to hear, find a speaker or a question, take it home. */

import { el, h } from "../../dom.js";
import { errorText, language, localized, number, t } from "../../i18n.js";
import { LanguageSwitch } from "../desk/header.js";
import { Figures } from "./figures.js";
import { Downloads } from "./downloads.js";
import { Theatre } from "./theatre.js";

/**
 * @typedef {object} Chapter
 * @property {"turn" | "question" | "break"} kind
 * @property {number} at_ms  on the timeline
 * @property {number} until_ms
 * @property {number} started_at  by the clock on the wall
 * @property {string} name
 * @property {string} title
 * @property {string} city
 * @property {string} country
 * @property {string} language
 * @property {string} text
 * @property {string} [question]  its id
 * @property {Readonly<Record<string, { name?: string, title?: string, city?: string, country?: string }>>} [words]  of who spoke, in other languages
 * @property {Readonly<Record<string, string>>} [translations]  of the question
 */

/** @typedef {{ at_ms: number, since: number, missing_ms: number }} Gap */
/** @typedef {{ name: string, began_at: number, length_ms: number, at_ms: number, sounds?: string[], size_bytes?: number, kept: boolean }} Part */

/**
 * @typedef {object} Recording
 * @property {string} session
 * @property {Readonly<Record<string, string>>} title
 * @property {string[]} languages
 * @property {string} timezone
 * @property {string} accent
 * @property {"none" | "recording" | "preparing" | "failed" | "ready"} state
 * @property {number | null} done
 * @property {string | null} code
 * @property {boolean} [desk]  whether the figures of the event are for this visitor
 * @property {string} [base]  of the files; absent: to whom it is not open
 * @property {number} [length_ms]
 * @property {string[]} [sounds]
 * @property {string[]} [captions]
 * @property {Part[]} [parts]
 * @property {Gap[]} [gaps]
 * @property {Chapter[]} [chapters]
 * @property {number} [unreadable]
 */

/** @typedef {Recording & Required<Pick<Recording, "base" | "length_ms" | "sounds" | "captions" | "parts" | "gaps" | "chapters" | "unreadable">>} Playable */
/** @typedef {{ recording: Recording | null, refusal: string | null, start_s: number, jump: { at_s: number } | null, round: number, onLost: () => void, saveReport: SaveReport }} Props */

/** @typedef {(query: string, name: string) => Promise<void>} SaveReport */

/** @param {Props} props */
export const ArchivePage = (props) => {
  const { recording, refusal } = props;
  if (!recording) return h(Closed, { code: refusal });
  const playable = playableOf(recording);
  return el(
    "div",
    { class: "archive", style: { "--brand": recording.accent } },
    el("a", { class: "skip-link", href: "#main" }, t("skip.main")),
    el(
      "header",
      { class: "masthead" },
      el("a", { href: "/", class: "home" }, t("public.programme")),
      el("h1", {}, localized(recording.title)),
      h(LanguageSwitch, {}),
    ),
    el(
      "main",
      { id: "main", class: "archive-main" },
      h(State, { recording, isPlayable: playable !== null }),
      playable ? h(Theatre, { recording: playable, start_s: props.start_s, jump: props.jump, round: props.round, onLost: props.onLost }) : null,
      playable ? h(Downloads, { recording: playable }) : null,
      recording.desk ? h(Figures, { saveReport: props.saveReport }) : null,
    ),
    el("footer", { class: "colophon" }, t("footer.made")),
  );
};

/** @param {Recording} recording @returns {Playable | null} */
const playableOf = (recording) => (recording.parts?.length ? /** @type {Playable} */ (recording) : null);

/** With its year: archives are opened long after. @param {number} instant_ms @param {string} timezone */
const dayOf = (instant_ms, timezone) =>
  new Intl.DateTimeFormat(language.value, { dateStyle: "full", timeZone: timezone }).format(instant_ms);

/** What is not ready, and what becomes of it. @param {{ recording: Recording, isPlayable: boolean }} props */
const State = ({ recording, isPlayable }) => {
  const { state, done, code, parts, timezone } = recording;
  const first = parts?.[0];
  if (state === "ready" && first) {
    const lost = recording.unreadable ? t("archive.unreadable", { count: number(recording.unreadable) }) : null;
    return [
      el("p", { class: "archive-day" }, t("archive.recorded", { day: dayOf(first.began_at, timezone) })),
      lost ? el("p", { class: "archive-note warn" }, lost) : null,
    ];
  }
  const title = t(`archive.state.${state}`);
  const hint = state === "failed" ? errorText(code ?? "archive") : t(`archive.hint.${state === "ready" ? "none" : state}`);
  return el(
    "section",
    { class: isPlayable ? "archive-note" : "archive-empty", role: "status" },
    el("b", {}, title),
    state === "preparing" ? h(Progress, { done: done ?? 0 }) : null,
    el("p", {}, isPlayable ? t("archive.more") : hint),
  );
};

/** @param {{ done: number }} props */
const Progress = ({ done }) => [
  el("progress", { max: 1, value: done, "aria-label": t("archive.state.preparing") }),
  el("span", { class: "tabular" }, new Intl.NumberFormat("en", { style: "percent" }).format(done)),
];

/** Not open to this visitor, or not known yet. @param {{ code: string | null }} props */
const Closed = ({ code }) => {
  const isForDesks = code !== null && /^(ticket\.missing|role\.forbidden)$/.test(code);
  return el(
    "main",
    { class: "notice" },
    code ? null : el("span", { class: "spinner notice-spinner", "aria-hidden": "true" }),
    el("h1", {}, code ? t(isForDesks ? "archive.closed" : "public.refused") : t("archive.opening")),
    code ? el("p", {}, isForDesks ? t("archive.closed.hint") : errorText(code)) : null,
    code ? el("a", { class: "button", href: "/" }, t("public.programme")) : null,
  );
};
