/** One term being written, in the place of the list. */

import { el, h, useLayoutEffect, useRef } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { saidIn } from "./terms.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("./writing.js").Draft} Draft */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
/** @typedef {import("../../wire.d.ts").TermView} TermView */

/** @type {ReadonlyArray<TermView["kind"]>} */
const KINDS = ["term", "person", "place", "body", "acronym", "work"];
const LONGEST = 120;

/** The booth's languages, then the session's, then whatever else the term has. @param {View} view @param {BoothView} booth @param {Draft} draft */
const languagesOf = (view, booth, draft) => {
  const spoken = [...booth.languages, ...view.session.languages].filter((tag) => !tag.startsWith("sgn-") && tag !== "floor");
  const has = new Set(Object.keys(draft.says));
  return [...new Set([...spoken, ...has])];
};

/** @param {{ desk: BoothDesk, view: View, booth: BoothView, draft: Draft }} props */
export const TermForm = ({ desk, view, booth, draft }) => {
  const { glossary } = desk;
  const first = useRef(/** @type {HTMLInputElement | null} */ (null));
  // Before the next key comes: it is the first letter already.
  useLayoutEffect(() => first.current?.focus(), []);
  const text = (/** @type {string} */ key, /** @type {string} */ label, /** @type {string} */ value, /** @type {(text: string) => void} */ onText, tag = "") =>
    el(
      "label",
      { key, class: "field" },
      el("span", { class: "label-text" }, label),
      el("input", {
        ref: key === "term" ? first : undefined, id: key === "term" ? "booth-glossary" : undefined, class: "input", value, maxLength: LONGEST, required: key === "term", lang: tag || undefined, autoComplete: "off",
        onInput: (event) => onText(event.currentTarget.value),
      }),
    );
  return el(
    "form",
    {
      class: "term-form",
      onSubmit: (event) => {
        event.preventDefault();
        void glossary.save(view.glossary);
      },
      onKeyDown: (event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.stopPropagation(); // Elsewhere it calls a hand-over off.
        glossary.leave();
      },
    },
    el(
      "div",
      { class: "term-fields" },
      h(Meanwhile, { draft, terms: view.glossary, languages: booth.languages }),
      text("term", t("glossary.term"), draft.term, (term) => glossary.change({ term })),
      languagesOf(view, booth, draft).map((tag) =>
        text(tag, languageName(tag), draft.says[tag] ?? "", (said) => glossary.change({ says: { ...draft.says, [tag]: said } }), tag)),
      text("note", t("glossary.note"), draft.note, (note) => glossary.change({ note })),
      el(
        "label",
        { class: "field" },
        el("span", { class: "label-text" }, t("glossary.kind")),
        el(
          "select",
          { class: "select", value: draft.kind, onChange: (event) => glossary.change({ kind: /** @type {Draft["kind"]} */ (event.currentTarget.value) }) },
          KINDS.map((kind) => el("option", { key: kind, value: kind, selected: kind === draft.kind }, t(`glossary.kind.${kind}`))),
        ),
      ),
    ),
    el("p", { class: "term-refused", role: "alert" }, glossary.refusal.value),
    el(
      "div",
      { class: "term-acts" },
      el("button", { type: "submit", class: "button primary", disabled: !draft.term.trim(), "aria-busy": glossary.isBusy.value }, t("glossary.save")),
      draft.entry ? el("button", { type: "button", class: "button", onClick: () => void glossary.remove(view.glossary) }, t("glossary.remove")) : null,
      el("button", { type: "button", class: "button", "aria-keyshortcuts": "Escape", onClick: glossary.leave }, t("glossary.cancel"), el("kbd", { "aria-hidden": "true" }, "Esc")),
    ),
  );
};

/** Somebody else was at the same term. @param {{ draft: Draft, terms: ReadonlyArray<TermView>, languages: ReadonlyArray<string> }} props */
const Meanwhile = ({ draft, terms, languages }) => {
  const now = terms.find(({ entry }) => entry === draft.entry);
  const isOther = draft.entry !== "" && now?.version !== draft.version;
  const words = now ? [now.term, ...saidIn(now, languages).map(({ text }) => text)].join(" · ") : "";
  return el(
    "p",
    { class: "term-meanwhile", role: "status" },
    !isOther ? "" : now ? t("glossary.meanwhile", { name: now.name, words }) : t("glossary.meanwhile.removed"),
  );
};
