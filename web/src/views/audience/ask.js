/** Asking, and what became of one's own questions. */

import { el, h, useSignal } from "../../dom.js";
import { INTERFACE_LANGUAGES, language, number, t } from "../../i18n.js";
import { endonym } from "../desk/format.js";
import { rejectWord } from "../desk/questions.js";

/** @typedef {import("./page.js").Audience} Audience */
/** @typedef {import("../../wire.d.ts").QuestionView} QuestionView */

export const MIN_CHARS = 10;
export const MAX_CHARS = 400;

/** @param {{ audience: Audience }} props */
export const AskPanel = ({ audience }) => {
  const stage = useSignal(/** @type {"closed" | "writing" | "sent"} */ ("closed"));
  const mine = audience.view.questions.filter((question) => question.mine && question.state !== "withdrawn");
  return el(
    "section",
    { class: "ask", "aria-labelledby": "ask-title" },
    el("h2", { id: "ask-title" }, t("ask.heading")),
    stage.value === "writing"
      ? h(AskForm, { audience, done: () => { stage.value = "sent"; } })
      : el(
          "div",
          { class: "ask-invite" },
          el("p", { role: "status" }, stage.value === "sent" ? t("ask.sent") : t("ask.invite")),
          el(
            "button",
            { type: "button", class: "button primary", onClick: () => { stage.value = "writing"; } },
            stage.value === "sent" ? t("ask.again") : t("ask.open"),
          ),
        ),
    mine.length > 0 ? h(Mine, { audience, mine }) : null,
  );
};

/** @param {{ audience: Audience, done: () => void }} props */
const AskForm = ({ audience, done }) => {
  const text = useSignal("");
  const isShort = useSignal(false);
  const isPending = audience.acts.pending.value.has("question.submit");
  /** @param {HTMLFormElement} form */
  const submit = async (form) => {
    const fields = new FormData(form);
    isShort.value = text.value.trim().length < MIN_CHARS;
    if (isShort.value) return form.querySelector("textarea")?.focus();
    const body = {
      text: text.value.trim(),
      lang: String(fields.get("lang")),
      attribution: String(fields.get("name")).trim() || "anonymous",
      country: String(fields.get("country")).trim(),
    };
    if (await audience.acts.run("question.submit", body)) done();
  };
  return el(
    "form",
    { class: "ask-form", onSubmit: (event) => { event.preventDefault(); void submit(event.currentTarget); } },
    el(
      "div",
      { class: "field" },
      el("label", { htmlFor: "ask-text" }, t("ask.text")),
      el("textarea", {
        id: "ask-text", name: "text", class: "textarea", required: true, maxLength: MAX_CHARS, rows: 4, value: text.value, autofocus: true,
        "aria-describedby": "ask-count", "aria-invalid": isShort.value,
        onInput: (event) => { text.value = event.currentTarget.value; isShort.value = false; },
      }),
      el(
        "div",
        { class: "ask-under" },
        el("span", { class: "wrong", role: "alert" }, isShort.value ? t("ask.short", { min: MIN_CHARS }) : ""),
        el("span", { id: "ask-count", class: "hint tabular" }, t("ask.count", { count: number(text.value.length), max: number(MAX_CHARS) })),
      ),
    ),
    h(AskDetails, {}),
    el("button", { type: "submit", class: "button primary", "aria-busy": isPending }, isPending ? t("working") : t("ask.send")),
  );
};

const AskDetails = () =>
  el(
    "div",
    { class: "ask-details" },
    el("div", { class: "field" }, el("label", { htmlFor: "ask-name" }, t("ask.name")), el("input", { id: "ask-name", name: "name", class: "input", required: true, maxLength: 60, autocomplete: "name" })),
    el("div", { class: "field" }, el("label", { htmlFor: "ask-country" }, t("ask.country")), el("input", { id: "ask-country", name: "country", class: "input", required: true, maxLength: 60, autocomplete: "country-name" })),
    el(
      "div",
      { class: "field" },
      el("label", { htmlFor: "ask-lang" }, t("ask.lang")),
      el(
        "select",
        { id: "ask-lang", name: "lang", class: "select" },
        INTERFACE_LANGUAGES.map((tag) => tag.slice(0, 2)).map((tag) => el("option", { key: tag, value: tag, selected: language.value.startsWith(tag) }, endonym(tag))),
      ),
    ),
  );

/** @param {{ audience: Audience, mine: readonly QuestionView[] }} props */
const Mine = ({ audience, mine }) =>
  el(
    "div",
    { class: "mine" },
    el("h3", {}, t("ask.mine")),
    el(
      "ul",
      {},
      mine.map((question) =>
        el(
          "li",
          { key: question.question, class: `own ${question.state}` },
          el("p", { lang: question.lang }, question.text),
          el("small", {}, el("b", {}, t(`mine.${question.state}`)), question.reject_reason ? ` · ${rejectWord(question.reject_reason)}` : null),
          question.state === "pending" ? h(TakeBack, { audience, question }) : null,
        ),
      ),
    ),
  );

/** @param {{ audience: Audience, question: QuestionView }} props */
const TakeBack = ({ audience, question }) => {
  const key = `question.withdraw ${question.question}`;
  return el(
    "button",
    {
      type: "button", class: "button quiet", "aria-busy": audience.acts.pending.value.has(key),
      onClick: () => void audience.acts.run("question.withdraw", { question: question.question }, { key }),
    },
    t("mine.withdraw"),
  );
};
