/** The audience's questions at the desk: read, let through, put on screen. */

import { cx, el, h } from "../../dom.js";
import { languageMark, t, tn } from "../../i18n.js";
import { ActButton } from "./button.js";
import { countryName, elapsed } from "./format.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("./context.js").QuestionTab} QuestionTab */
/** @typedef {import("../../wire.d.ts").QuestionView} QuestionView */

/** @type {Record<QuestionTab, readonly import("../../wire.d.ts").QuestionState[]>} */
const STATES = {
  pending: ["pending"],
  approved: ["approved"],
  next: ["next", "shortlisted"],
  answered: ["answered"],
  rejected: ["rejected"],
};
const TABS = /** @type {readonly QuestionTab[]} */ (Object.keys(STATES));

/**
 * The questions of a tab. New ones stand in the order they came, so that an arrival never moves
 * the one being read; approved ones by votes.
 *
 * @param {readonly QuestionView[]} questions
 * @param {QuestionTab} tab
 */
export const ofTab = (questions, tab) => {
  const states = STATES[tab];
  const shown = questions.filter((question) => states.includes(question.state));
  if (tab === "approved") return shown.sort((a, b) => b.votes - a.votes || a.submitted_at - b.submitted_at);
  return shown.sort(
    (a, b) => states.indexOf(a.state) - states.indexOf(b.state) || a.submitted_at - b.submitted_at,
  );
};

/** @param {{ desk: Desk }} props */
export const QuestionsPanel = ({ desk }) => {
  const { questions } = desk.view;
  const live = questions.find((question) => question.state === "live");
  const tab = desk.ui.tab.value;
  const shown = ofTab(questions, tab);
  return el(
    "div",
    { class: "questions" },
    live ? h(Question, { desk, question: live, isFirst: false }) : null,
    el(
      "div",
      { class: "tabs", role: "tablist", "aria-label": t("questions.title"), onKeyDown: (event) => walk(desk, event) },
      TABS.map((each) => h(Tab, { key: each, desk, tab: each, count: ofTab(questions, each).length })),
    ),
    el(
      "div",
      { class: "tab-panel", role: "tabpanel", id: "questions-panel", "aria-labelledby": `tab-${tab}`, tabIndex: 0 },
      shown.length > 0
        ? el(
            "ul",
            { class: "rows" },
            shown.map((question, index) =>
              el("li", { key: question.question }, h(Question, { desk, question, isFirst: index === 0 })),
            ),
          )
        : h(NoQuestions, { tab }),
    ),
  );
};

/** @param {{ desk: Desk, tab: QuestionTab, count: number }} props */
const Tab = ({ desk, tab, count }) => {
  const isOn = desk.ui.tab.value === tab;
  return el(
    "button",
    {
      type: "button",
      role: "tab",
      id: `tab-${tab}`,
      class: "tab",
      "aria-selected": isOn,
      "aria-controls": "questions-panel",
      tabIndex: isOn ? 0 : -1,
      onClick: () => {
        desk.ui.tab.value = tab;
      },
    },
    t(`tab.${tab}`),
    el("span", { class: "num" }, String(count)),
  );
};

/** Arrow keys walk the tabs. @param {Desk} desk @param {KeyboardEvent} event */
const walk = (desk, event) => {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const at = TABS.indexOf(desk.ui.tab.value);
  const next = TABS[(at + step + TABS.length) % TABS.length];
  if (!next) return;
  desk.ui.tab.value = next;
  document.getElementById(`tab-${next}`)?.focus();
};

/** @param {{ tab: QuestionTab }} props */
const NoQuestions = ({ tab }) =>
  el("div", { class: "empty" }, el("b", {}, t(`questions.empty.${tab}`)), el("p", {}, t(`questions.empty.${tab}.hint`)));

/** @param {{ desk: Desk, question: QuestionView, isFirst: boolean }} props */
const Question = ({ desk, question, isFirst }) =>
  el(
    "article",
    { class: cx("q", question.state), "data-question": question.question },
    el(
      "div",
      { class: "q-meta num" },
      marker(question.state),
      // Its author cannot be answered on our pages, and has a name of their own making.
      question.origin === "youtube" ? el("span", { class: "q-origin" }, t("questions.origin.youtube")) : null,
      question.votes > 0 ? el("span", {}, tn("votes", question.votes)) : null,
      el("span", {}, [question.author, countryName(question.country)].filter(Boolean).join(", ")),
      el("span", {}, languageMark(question.lang)),
      el("span", {}, t("questions.age", { age: elapsed(desk.now.value - question.submitted_at) })),
    ),
    el("p", { lang: question.lang }, question.text),
    Object.entries(question.translations).map(([lang, text]) => el("p", { key: lang, lang, class: "q-other" }, text)),
    question.reject_reason ? el("small", {}, t("questions.reason", { reason: rejectWord(question.reject_reason) })) : null,
    el("div", { class: "q-acts" }, actsOf(desk, question, isFirst)),
  );

/** @param {import("../../wire.d.ts").QuestionState} state */
const marker = (state) => {
  if (state === "live") return el("b", { class: "q-live" }, el("i", { class: "mark", "aria-hidden": "true" }), t("questions.live"));
  if (state === "next") return el("b", { class: "q-next" }, t("questions.next"));
  if (state === "shortlisted") return el("b", {}, t("questions.shortlisted"));
  return null;
};

/** Reasons a moderator can give with one press; their codes travel, each reader sees words. */
export const REJECT_REASONS = /** @type {const} */ (["off_topic", "duplicate", "unclear", "personal", "conduct"]);

/** @param {string} reason a code, or words somebody typed */
export const rejectWord = (reason) => {
  const known = REJECT_REASONS.find((code) => code === reason);
  return known ? t(`reject.${known}`) : reason;
};

/** @param {Desk} desk @param {QuestionView} question @param {boolean} isFirst */
const actsOf = (desk, question, isFirst) => {
  const body = { question: question.question, expect_state: question.state };
  /** @param {string} verb @param {import("../../i18n.js").Key} label @param {string} [tone] */
  const act = (verb, label, tone) =>
    h(ActButton, { desk, name: `question.${verb}`, body, id: question.question, label: t(label), tone: tone ?? "" });
  const reject = el(
    "button",
    { type: "button", class: "act", onClick: () => { desk.ui.dialog.value = { kind: "reject", question: question.question }; } },
    t("questions.do.reject"),
  );
  const translate =
    desk.view.program.languages.length > 1
      ? el(
          "button",
          { type: "button", class: "act", onClick: () => { desk.ui.dialog.value = { kind: "translate", question: question.question }; } },
          t("questions.do.translate"),
        )
      : null;
  switch (question.state) {
    case "pending":
      return [h(ActButton, { desk, ...approveAct(question), ...(isFirst ? { shortcut: "A" } : {}) }), reject];
    case "approved":
      return [act("shortlist", "questions.do.shortlist"), act("next", "questions.do.next"), translate, reject];
    case "shortlisted":
      return [act("next", "questions.do.next", "primary"), act("live", "questions.do.live"), translate, reject];
    case "next":
      return [act("live", "questions.do.live", "primary"), act("clear", "questions.do.back"), translate];
    case "live":
      return [act("answered", "questions.do.answered", "primary"), act("clear", "questions.do.clear"), translate];
    case "rejected":
      return [h(ActButton, { desk, ...approveAct(question) })];
    default:
      return [];
  }
};

/** Approving names the version that was read. @param {QuestionView} question */
export const approveAct = (question) => ({
  name: "question.approve",
  body: { question: question.question, version: question.version, expect_state: question.state },
  id: question.question,
  label: t("questions.do.approve"),
  tone: "yes",
});
