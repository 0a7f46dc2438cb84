/** What an interpreter looks at: the picture, who speaks in which language, who is next, the lamp. */

import { cx, el, h } from "../../dom.js";
import { errorText, languageName, localized, t } from "../../i18n.js";
import { countryName } from "../desk/format.js";
import { LanguageSwitch } from "../desk/header.js";
import { Picture } from "../desk/program.js";

/** @typedef {import("../../wire.d.ts").View} View */
/**
 * @typedef {object} Booth
 * @property {View} view
 * @property {import("../desk/acts.js").Acts} acts
 * @property {() => void} toggle
 * @property {MediaStream | null} stream
 * @property {import("../../peer.js").PeerState} link
 * @property {boolean} isOpen
 * @property {boolean} hasFailed
 * @property {string} language
 * @property {import("../../connection.js").Status} status
 */

/** @param {Booth} booth */
export const InterpreterPage = (booth) =>
  el(
    "div",
    { class: "booth", style: { "--brand": booth.view.session.accent } },
    el(
      "header",
      { class: "booth-top" },
      el("h1", {}, localized(booth.view.session.title)),
      el("span", { class: cx("pill", booth.link !== "connected" && "warn") }, t(`interpreter.link.${booth.link}`)),
      h(LanguageSwitch, {}),
    ),
    el(
      "main",
      { class: "booth-main" },
      el(
        "section",
        { class: "program", "aria-label": t("program.title") },
        h(Picture, {
          source: { stream: booth.stream, hls: null },
          empty: t("program.connecting"),
          words: { on: t("interpreter.sound.on"), off: t("interpreter.sound.off") },
        }),
      ),
      h(Speakers, { view: booth.view }),
      h(Lamp, booth),
    ),
  );

/** @param {{ view: View }} props */
const Speakers = ({ view }) => {
  const { current, queue } = view.floor;
  return el(
    "section",
    { class: "booth-speakers" },
    h(Speaker, { title: t("interpreter.now"), who: current, view, isNow: true }),
    h(Speaker, { title: t("interpreter.next"), who: queue[0] ?? null, view, isNow: false }),
  );
};

/**
 * @param {{ title: string, view: View, isNow: boolean,
 *   who: { seat: string, name: string, city: string, country: string } | null }} props
 */
const Speaker = ({ title, who, view, isNow }) => {
  const seat = view.seats.find((other) => other.seat === who?.seat);
  return el(
    "div",
    { class: cx("card", isNow && who && "now") },
    el("h2", {}, title),
    el("b", {}, who ? who.name : t("interpreter.nobody")),
    who ? el("p", {}, [who.city, countryName(who.country)].filter(Boolean).join(" · ")) : null,
    seat ? el("p", { class: "speaks" }, t("interpreter.speaks", { language: languageName(seat.language) })) : null,
  );
};

/** @param {Booth} booth */
const Lamp = ({ isOpen, hasFailed, toggle, acts, language, status }) => {
  const notice = acts.notice.value;
  const words = hasFailed ? t("interpreter.mic.none") : isOpen ? t("interpreter.mic.on") : t("interpreter.mic.off");
  return el(
    "section",
    { class: cx("card", "lamp", isOpen && "open") },
    el("p", {}, t("interpreter.into", { language: languageName(language) })),
    el("p", { role: "status", class: "lamp-words" }, status === "online" ? words : t("public.offline")),
    notice ? el("p", {}, notice.text) : null,
    el(
      "button",
      { type: "button", class: "button big", "aria-pressed": isOpen, "aria-keyshortcuts": "M", "aria-busy": acts.pending.value.has("self.mute"), onClick: toggle },
      isOpen ? t("interpreter.mic.close") : t("interpreter.mic.open"),
      el("kbd", { "aria-hidden": "true" }, "M"),
    ),
  );
};

/** @param {{ code: string | null }} props */
export const InterpreterWaiting = ({ code }) =>
  el("main", { class: "notice" }, el("h1", {}, code ? t("public.refused") : t("public.connecting")), code ? el("p", {}, errorText(code)) : null);
