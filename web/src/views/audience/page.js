/** The audience's page, whole: watch, see who speaks, ask, support. */

import { cx, el, h } from "../../dom.js";
import { errorText, localized, t } from "../../i18n.js";
import { LanguageSwitch } from "../desk/header.js";
import { Icon } from "../parts.js";
import { AskPanel } from "./ask.js";
import { Now } from "./now.js";
import { QuestionList } from "./questions.js";
import { Watch } from "./watch.js";

/**
 * @typedef {object} Audience
 * @property {import("../../wire.d.ts").View} view
 * @property {import("../desk/acts.js").Acts} acts
 * @property {import("@preact/signals").ReadonlySignal<number>} now
 * @property {import("../../connection.js").Status} status
 * @property {string} listen  the receiver's address, for those in the room
 * @property {boolean} mayFrame  the page's policy lets YouTube's player in
 */

/** @param {{ audience: Audience }} props */
export const AudiencePage = ({ audience }) => {
  const { view, acts, status } = audience;
  const notice = acts.notice.value;
  return el(
    "div",
    { class: "audience", style: { "--brand": view.session.accent } },
    el("a", { class: "skip-link", href: "#main" }, t("skip.main")),
    el(
      "header",
      { class: "masthead" },
      el("a", { href: "/", class: "home" }, t("public.programme")),
      el("h1", {}, localized(view.session.title)),
      h(LanguageSwitch, {}),
    ),
    el(
      "main",
      { id: "main", class: "audience-main" },
      el("div", { class: "watch-column" }, h(Watch, { audience }), h(Now, { audience }), el("a", { class: "button quiet", href: audience.listen }, h(Icon, { name: "speaker" }), t("listen.link"))),
      el("div", { class: "ask-column" }, h(AskPanel, { audience }), h(QuestionList, { audience })),
    ),
    el(
      "div",
      { class: cx("strip", notice?.tone, status !== "online" && "offline"), role: "status" },
      status !== "online" ? el("p", {}, t("public.offline")) : notice ? el("p", {}, notice.text) : null,
      status === "online" && notice
        ? el("button", { type: "button", class: "button quiet", onClick: () => { acts.notice.value = null; } }, t("dismiss"))
        : null,
    ),
    el("footer", { class: "colophon" }, t("footer.made")),
  );
};

/** Before the first view, or when the session cannot be opened. @param {{ code: string | null }} props */
export const Opening = ({ code }) =>
  el(
    "main",
    { class: "notice" },
    code ? null : el("span", { class: "spinner notice-spinner", "aria-hidden": "true" }),
    el("h1", {}, code ? t("public.refused") : t("public.connecting")),
    code ? el("p", {}, errorText(code)) : null,
    code ? el("a", { class: "button", href: "/" }, t("public.programme")) : null,
  );
