/** What others ask. Rows keep their places while somebody reads; newcomers wait behind a bar. */

import { cx, el, h, useSignal } from "../../dom.js";
import { asRead, languageMark, number, t, tn } from "../../i18n.js";
import { archivePath, useAnswers } from "../archive/link.js";
import { countryName } from "../desk/format.js";

/** @typedef {import("./page.js").Audience} Audience */
/** @typedef {import("../../wire.d.ts").QuestionView} QuestionView */

const PUBLISHED = new Set(["approved", "shortlisted", "next", "live", "answered"]);
const VOTABLE = new Set(["approved", "shortlisted", "next"]);

/**
 * The order the audience reads: being answered, next, by support, answered last.
 *
 * @param {readonly QuestionView[]} questions
 */
export const published = (questions) => {
  /** @param {QuestionView} question */
  const rank = ({ state }) => (state === "live" ? 0 : state === "next" ? 1 : state === "answered" ? 3 : 2);
  return questions
    .filter((question) => PUBLISHED.has(question.state))
    .sort((a, b) => rank(a) - rank(b) || b.votes - a.votes || a.submitted_at - b.submitted_at);
};

/**
 * Those already on the page in the order they had, and how many are not shown yet.
 *
 * @param {readonly QuestionView[]} questions
 * @param {readonly string[]} shown ids on the page, in order
 */
export const settled = (questions, shown) => {
  const all = published(questions);
  const byId = new Map(all.map((question) => [question.question, question]));
  const kept = shown.flatMap((id) => byId.get(id) ?? []);
  const known = new Set(shown);
  return { kept, arrived: all.filter((question) => !known.has(question.question)) };
};

/** @param {{ audience: Audience }} props */
export const QuestionList = ({ audience }) => {
  const { questions } = audience.view;
  const shown = useSignal(published(questions).map((question) => question.question));
  const { kept, arrived } = settled(questions, shown.value);
  const live = kept.concat(arrived).find((question) => question.state === "live");
  const rest = kept.filter((question) => question !== live);
  const waiting = arrived.filter((question) => question !== live);
  const answers = useAnswers(audience.view.session.id, isOver(audience.view));
  const refresh = () => {
    shown.value = published(questions).map((question) => question.question);
  };
  return el(
    "section",
    { class: "list", "aria-labelledby": "list-title" },
    live ? h(Row, { audience, question: live }) : null,
    el("h2", { id: "list-title" }, t("list.heading")),
    el(
      "div",
      { class: "new-bar", "aria-live": "polite" },
      waiting.length > 0
        ? el("button", { type: "button", class: "button", onClick: refresh }, `↑ ${tn("list_new", waiting.length)}`)
        : null,
    ),
    rest.length > 0
      ? el("ul", {}, rest.map((question) => el("li", { key: question.question }, h(Row, { audience, question, at_ms: answers[question.question] }))))
      : el("div", { class: "list-empty" }, el("b", {}, t(live ? "list.empty.others" : "list.empty")), live ? null : el("p", {}, t("list.empty.hint"))),
  );
};

/** Nothing is on air, and something has been answered. @param {import("../../wire.d.ts").View} view */
const isOver = ({ program, questions }) => !program.on_air && questions.some(({ state }) => state === "answered");

/** @param {{ audience: Audience, question: QuestionView, at_ms?: number }} props  `at_ms`: of its answer in the recording */
const Row = ({ audience, question, at_ms }) => {
  const read = asRead(question);
  return el(
    "article",
    { class: cx("q", question.state) },
    el(
      "div",
      {},
      stateMark(question),
      el("p", { lang: read.lang }, read.text),
      read.original ? el("p", { lang: question.lang, class: "q-original" }, read.original) : null,
      el(
        "small",
        {},
        [question.mine ? t("mine.badge") : question.author, countryName(question.country), languageMark(question.lang)]
          .filter(Boolean)
          .join(" · "),
      ),
      at_ms === undefined
        ? null
        : el(
            "a",
            { class: "q-answer", href: `${archivePath(audience.view.session.id)}#t=${at_ms / 1000}`, "aria-label": t("list.answer.long", { question: read.text }) },
            "▶ ", t("list.answer"),
          ),
    ),
    VOTABLE.has(question.state) ? h(Vote, { audience, question }) : el("span", { class: "votes tabular" }, tn("votes", question.votes)),
  );
};

/** @param {QuestionView} question */
const stateMark = ({ state }) => {
  if (state === "live") return el("b", { class: "q-mark live" }, "● ", t("list.live"));
  if (state === "next") return el("b", { class: "q-mark" }, "◐ ", t("list.next"));
  return state === "answered" ? el("b", { class: "q-mark answered" }, "✓ ", t("list.answered")) : null;
};

/** @param {{ audience: Audience, question: QuestionView }} props */
const Vote = ({ audience, question }) => {
  const key = `vote ${question.question}`;
  const name = question.voted ? "question.unvote" : "question.vote";
  return el(
    "button",
    {
      type: "button",
      class: "vote tabular",
      "aria-pressed": question.voted,
      "aria-busy": audience.acts.pending.value.has(key),
      title: question.voted ? t("list.voted") : t("list.vote"),
      onClick: () => void audience.acts.run(name, { question: question.question }, { key }),
    },
    el("span", { "aria-hidden": "true" }, question.voted ? "▲" : "△"),
    el("span", { class: "visually-hidden" }, `${t("list.vote")}: ${question.text} `),
    number(question.votes),
  );
};
