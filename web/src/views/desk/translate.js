/** A question in the other languages of the program: typed here, shown on the picture beside it. */

import { el, useState } from "../../dom.js";
import { languageName, t } from "../../i18n.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").QuestionView} QuestionView */

/**
 * Languages a question may be needed in, its own last: it may have been labelled wrongly.
 *
 * @param {readonly string[]} languages
 * @param {QuestionView | undefined} question
 */
const wanted = (languages, question) => {
  const spoken = languages.filter((lang) => lang !== "floor");
  return [...spoken.filter((lang) => lang !== question?.lang), ...spoken.filter((lang) => lang === question?.lang)];
};

/** @param {{ desk: Desk, id: string }} props */
export const TranslateDialog = ({ desk, id }) => {
  const question = desk.view.questions.find((other) => other.question === id);
  const langs = wanted(desk.view.program.languages, question);
  const [isSending, setSending] = useState(false);
  /** @param {HTMLFormElement} form */
  const send = async (form) => {
    const fields = new FormData(form);
    setSending(true);
    let isDone = true;
    for (const lang of langs) {
      const text = String(fields.get(lang) ?? "").trim();
      if (text === (question?.translations[lang] ?? "")) continue;
      const key = `question.translate ${id} ${lang}`;
      isDone = (await desk.acts.run("question.translate", { question: id, lang, text }, { key })) && isDone;
    }
    setSending(false);
    if (isDone) desk.ui.dialog.value = null;
  };
  return el(
    "form",
    { class: "sheet-main stack-form", autocomplete: "off", onSubmit: (event) => { event.preventDefault(); if (!isSending) void send(event.currentTarget); } },
    el("blockquote", { lang: question?.lang }, question?.text ?? ""),
    langs.map((lang, place) =>
      el(
        "label",
        { key: lang },
        languageName(lang),
        el("textarea", {
          name: lang,
          lang,
          rows: 3,
          maxLength: 400,
          autofocus: place === 0,
          placeholder: lang === question?.lang ? t("translate.own") : "",
          defaultValue: question?.translations[lang] ?? "",
        }),
      ),
    ),
    el("small", {}, t("translate.hint")),
    el("div", { class: "sheet-acts" }, el("button", { type: "submit", class: "verb primary", "aria-busy": isSending }, t("translate.do"))),
  );
};
