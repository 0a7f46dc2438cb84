/** Where captions are written: the program, what has been sent, and one field. */

import { cx, el, h, useRef, useSignal } from "../../dom.js";
import { errorText, languageName, localized, t } from "../../i18n.js";
import { LanguageSwitch } from "../desk/header.js";
import { Picture } from "../desk/program.js";
import { captionLines } from "./lines.js";

/** @typedef {import("../../wire.d.ts").View} View */
/**
 * @typedef {object} Desk
 * @property {View} view
 * @property {MediaStream | null} stream
 * @property {boolean} isOnline
 * @property {string} lang
 * @property {(lang: string) => void} choose
 * @property {{ waiting: number, refused: string | null }} line
 * @property {(lines: string[]) => void} send
 */

/** @param {Desk} desk */
export const CaptionerPage = (desk) => {
  const { view, stream, isOnline } = desk;
  return el(
    "div",
    { class: "captioner", style: { "--brand": view.session.accent } },
    el("header", { class: "masthead" }, el("h1", {}, localized(view.session.title)), h(LanguageSwitch, {})),
    el(
      "main",
      { class: "captioner-main" },
      el(
        "section",
        { class: "program", "aria-label": t("program.title") },
        h(Picture, {
          source: { stream, hls: null }, empty: t("program.connecting"),
          words: { on: t("public.unmute"), off: t("public.mute") },
        }),
      ),
      view.session.captions.length ? h(Writing, desk) : el("p", { class: "card" }, t("captioner.none")),
      isOnline ? null : el("p", { role: "status", class: "card warn" }, t("public.offline")),
    ),
  );
};

/** @param {Desk} desk */
const Writing = ({ view, lang, choose, line, send }) => {
  const text = useSignal("");
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const submit = () => {
    const lines = captionLines(text.value);
    text.value = "";
    field.current?.focus();
    if (lines.length) send(lines);
  };
  const sent = view.captions[lang] ?? [];
  return el(
    "section",
    { class: "card writing" },
    view.session.captions.length > 1 ? h(Languages, { tags: view.session.captions, lang, choose }) : null,
    el(
      "ol",
      { class: "sent", lang, "aria-label": t("captioner.sent") },
      sent.map((one, index) => el("li", { key: one.number, class: cx(index === sent.length - 1 && "newest") }, one.text)),
    ),
    el(
      "form",
      { class: "writing-form", onSubmit: (/** @type {Event} */ event) => { event.preventDefault(); submit(); } },
      el("label", { for: "caption" }, t("captioner.label", { language: languageName(lang) })),
      el("textarea", {
        id: "caption", ref: field, rows: 3, lang, value: text.value, autofocus: true, maxLength: 20_000,
        onInput: (/** @type {Event} */ event) => { text.value = /** @type {HTMLTextAreaElement} */ (event.target).value; },
        onKeyDown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        },
      }),
      el("div", { class: "writing-under" },
        el("p", { role: "status" }, line.refused ? errorText(line.refused) : line.waiting ? t("captioner.waiting", { count: String(line.waiting) }) : t("captioner.hint")),
        el("button", { type: "submit", class: "button primary" }, t("captioner.send")),
      ),
    ),
  );
};

/** @param {{ tags: readonly string[], lang: string, choose: (lang: string) => void }} props */
const Languages = ({ tags, lang, choose }) =>
  el(
    "div",
    { class: "sound-languages", role: "group", "aria-label": t("captioner.language") },
    tags.map((tag) =>
      el("button", { key: tag, type: "button", class: "sound-language", "aria-pressed": tag === lang, onClick: () => choose(tag) }, languageName(tag)),
    ),
  );
