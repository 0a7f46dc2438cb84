/** What one sees between the link and the page: a moment of waiting, or a refusal with the next step. */

import { el, h } from "../dom.js";
import { errorText, t } from "../i18n.js";
import { LanguagePicker, Notice } from "./parts.js";

/** @typedef {import("../i18n.js").Key} Key */

/** Titles of the refusals; the sentences are those of the codes. @type {Record<string, Key>} */
const TITLES = {
  "ticket.missing": "join.missing",
  "ticket.expired": "join.expired",
  "ticket.invalid": "join.invalid",
  "ticket.forged": "join.invalid",
  "ticket.malformed": "join.invalid",
  "ticket.foreign": "join.foreign",
  "ticket.revoked": "join.revoked",
  "session.unknown": "join.foreign",
  "connection.offline": "join.offline",
  "connection.timeout": "join.offline",
};

/** Refusals that another attempt may overcome. */
const PASSING = new Set(["connection.offline", "connection.timeout", "server.starting", "server.busy", "request.too_many"]);

export const JoinWaiting = () => h(Notice, { title: t("join.opening"), text: t("join.opening_detail"), busy: true });

/** @param {{ code: string, retry: () => void }} props */
export const JoinRefused = ({ code, retry }) =>
  h(
    Notice,
    { mark: "!", title: t(TITLES[code] ?? "join.failed"), text: errorText(code) },
    el(
      "div",
      { class: "notice-actions" },
      (PASSING.has(code) || !(code in TITLES)) &&
        el("button", { type: "button", class: "button primary big", onClick: retry }, t("retry")),
      el("a", { class: "button big", href: "/" }, t("join.programme")),
    ),
    h(LanguagePicker, {}),
  );
