/** The organisers' page of channels: who is signed in, until when, and the links for other sites. */

import { cx, el, h } from "../../dom.js";
import { day, language, languageName, localized, t, timeOfDay } from "../../i18n.js";
import { LanguageSwitch } from "../desk/header.js";
import { Notice } from "../parts.js";
import { Links } from "./links.js";
import { Viewers } from "./viewers.js";
import { ct, problemText, stateText, stateWord } from "./words.js";

/** @typedef {import("../../main_channels.js").Shown} Shown */
/** @typedef {import("../../main_channels.js").Problem} Problem */
/** @typedef {import("../../wire.d.ts").ChannelView} ChannelView */

/**
 * @typedef {object} ListProps
 * @property {Shown} shown
 * @property {readonly import("../curve.js").ViewersFigures[]} viewers
 * @property {Problem | null} problem
 * @property {string | null} done  title of the channel that was just signed in
 * @property {string | null} busy  what is under way: a channel, or `check`
 * @property {(channel: string) => void} signIn
 * @property {() => void} check
 */

/** @param {ListProps} props */
export const ChannelsPage = (props) => {
  const { shown } = props;
  const channels = shown.youtube?.channels ?? [];
  return el(
    "div",
    { class: "channels", style: { "--brand": shown.session.accent } },
    el("a", { class: "skip-link", href: "#main" }, t("skip.main")),
    el("header", { class: "masthead" }, el("h1", {}, localized(shown.session.title)), h(LanguageSwitch, {})),
    el(
      "main",
      { id: "main" },
      h(Outcome, props),
      channels.length === 0 ? h(Nothing, {}) : h(List, { ...props, channels }),
      shown.sign_in || channels.length === 0 ? null : h(NoClient, { redirect_uri: shown.redirect_uri }),
      h(Viewers, { figures: props.viewers, zone: shown.session.timezone }),
      h(Links, { shown }),
    ),
    el("footer", { class: "colophon" }, t("footer.made")),
  );
};

/** @param {ListProps} props */
const Outcome = ({ problem, done }) =>
  el(
    "div",
    { role: "status", class: "outcome" },
    problem
      ? el("p", { class: "said bad" }, problemText(problem), " ", el("code", {}, problem.code))
      : done
        ? el("p", { class: "said good" }, ct("channels.done", { title: done }))
        : null,
  );

const Nothing = () =>
  el("div", { class: "lobby-empty" }, el("b", {}, ct("channels.none")), el("p", {}, ct("channels.none.hint")));

/** @param {ListProps & { channels: readonly ChannelView[] }} props */
const List = ({ channels, shown, busy, signIn, check }) =>
  el(
    "section",
    { "aria-labelledby": "channels-title" },
    el(
      "div",
      { class: "section-head" },
      el("h2", { id: "channels-title" }, ct("channels.title")),
      el("button", { type: "button", class: "button", "aria-busy": busy === "check", disabled: busy !== null, onClick: check }, busy === "check" ? t("working") : ct("channels.check")),
    ),
    el(
      "ul",
      { class: "cards" },
      channels.map((channel) =>
        el("li", { key: channel.channel }, h(Card, { channel, zone: shown.session.timezone, canSignIn: shown.sign_in, busy, signIn })),
      ),
    ),
  );

/** @param {{ channel: ChannelView, zone: string, canSignIn: boolean, busy: string | null, signIn: (channel: string) => void }} props */
const Card = ({ channel, zone, canSignIn, busy, signIn }) => {
  const { channel: name, langs, title, verdict, code, granted_at, expires_at, checked_at } = channel;
  const languages = new Intl.ListFormat(language.value).format(langs.map(languageName));
  const isIn = verdict === "good" || code === "youtube.signed_in_testing";
  return el(
    "article",
    { class: cx("channel", `verdict-${verdict}`), "data-channel": name, "aria-label": languages },
    el(
      "div",
      { class: "channel-head" },
      el("h3", {}, languages),
      el("span", { class: "pill channel-state" }, el("i", { class: "mark", "aria-hidden": "true" }), stateWord(verdict, code)),
    ),
    el("p", { class: "channel-name" }, title ? el("b", {}, title) : null, el("code", {}, name)),
    el("p", { class: "channel-says" }, stateText(code, { date: expires_at === null ? "" : when(expires_at, zone) })),
    h(Dates, { granted_at, expires_at, checked_at, zone }),
    canSignIn
      ? el(
          "button",
          {
            type: "button", class: cx("button", !isIn && "primary"), disabled: busy !== null, "aria-busy": busy === name,
            "aria-label": ct(isIn ? "channels.again.long" : "channels.sign_in.long", { languages }), onClick: () => signIn(name),
          },
          busy === name ? t("working") : ct(isIn ? "channels.again" : "channels.sign_in"),
        )
      : null,
  );
};

/** @param {{ granted_at: number | null, expires_at: number | null, checked_at: number | null, zone: string }} props */
const Dates = ({ granted_at, expires_at, checked_at, zone }) => {
  /** @type {readonly [string, number | null][]} */
  const rows = [[ct("channels.since"), granted_at], [ct("channels.until"), expires_at], [ct("channels.checked"), checked_at]];
  return el(
    "dl",
    { class: "channel-dates tabular" },
    rows.map(([label, at]) => (at === null ? null : el("div", { key: label }, el("dt", {}, label), el("dd", {}, when(at, zone))))),
  );
};

/** @param {number} at @param {string} zone */
const when = (at, zone) => `${day(at, zone)} ${timeOfDay(at, zone)}`;

/** @param {{ redirect_uri: string }} props */
const NoClient = ({ redirect_uri }) =>
  el(
    "section",
    { class: "card no-client" },
    el("b", {}, ct("channels.no_client")),
    el("p", {}, ct("channels.no_client.hint")),
    el("p", {}, ct("channels.no_client.redirect"), " ", el("code", {}, redirect_uri)),
  );

/** Before the list has come, or instead of it. @param {{ problem: Problem | null }} props */
export const Refusal = ({ problem }) =>
  problem
    ? h(Notice, { mark: "!", title: ct("channels.refused"), text: problemText(problem), children: el("p", { class: "muted" }, el("code", {}, problem.code)) })
    : h(Notice, { title: ct("channels.loading"), busy: true });

/** Back from Google's page. @param {{ problem: Problem | null, back: string | null }} props */
export const ReturnPage = ({ problem, back }) =>
  problem === null
    ? h(Notice, { title: ct("channels.ending"), busy: true })
    : h(Notice, {
        mark: "!",
        title: ct("channels.not_done"),
        text: problemText(problem),
        children: [
          el("p", { key: "code", class: "muted" }, el("code", {}, problem.code)),
          back ? el("a", { key: "back", class: "button primary big", href: back }, ct("channels.back")) : null,
        ],
      });
