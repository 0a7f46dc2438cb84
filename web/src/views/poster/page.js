/** A sheet of paper for the hall: scan, choose a language, listen. In every language of the interface at once. */

import { el, h } from "../../dom.js";
import { inEvery, localized, t, timeOfDay, day } from "../../i18n.js";
import { endonym } from "../desk/format.js";
import { LanguageSwitch } from "../desk/header.js";
import { QrCode } from "./code.js";

/** @typedef {{ title: Record<string, string>, languages: string[], accent: string }} Session */

/** @param {{ session: Session, link: string, expires_at: number | null }} props */
export const PosterPage = ({ session, link, expires_at }) =>
  el(
    "div",
    { class: "poster-page", style: { "--brand": session.accent } },
    el(
      "header",
      { class: "masthead" },
      el("h1", {}, t("poster.title")),
      el("button", { type: "button", class: "button primary", onClick: () => window.print() }, t("poster.print")),
      h(LanguageSwitch, {}),
    ),
    el(
      "main",
      {},
      el("p", { class: "poster-hint" }, t("poster.hint")),
      expires_at === null ? null : el("p", { class: "poster-hint" }, t("poster.until", { until: `${day(expires_at)} ${timeOfDay(expires_at)}` })),
      el(
        "article",
        { class: "poster" },
        el("p", { class: "poster-title" }, localized(session.title)),
        inEvery("poster.hear").map(({ tag, text }) => el("h2", { key: tag, lang: tag }, text)),
        h(QrCode, { text: link, label: t("poster.code", { link: shown(link) }) }),
        el("ul", { class: "poster-languages" }, session.languages.map((tag) => el("li", { key: tag, lang: tag }, endonym(tag)))),
        inEvery("poster.how").map(({ tag, text }) => el("p", { key: tag, lang: tag }, text)),
        el("p", { class: "poster-link" }, shown(link)),
      ),
    ),
  );

/** The address to type; a ticket is for cameras only. @param {string} link */
const shown = (link) => link.replace(/#.*/, "").replace(/^https?:\/\//, "");
