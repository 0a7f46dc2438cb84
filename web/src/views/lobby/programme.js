/** The programme as a list: live first, then what comes, then what was. */

import { cx, el, h } from "../../dom.js";
import { language, languageName, localized, t, timeOfDay } from "../../i18n.js";
import { CalendarLink } from "../audience/calendar.js";
import { YouTubeLink, firstLanguage } from "../audience/youtube.js";
import { daysAhead, longDay, ownZone, zoneName } from "../desk/format.js";
import { ArchiveLink } from "../archive/link.js";
import { LanguageSwitch } from "../desk/header.js";

/**
 * @typedef {object} ListedSession
 * @property {string} id
 * @property {Readonly<Record<string, string>>} title
 * @property {readonly string[]} languages
 * @property {string} timezone
 * @property {number | null} starts_at
 * @property {string} accent
 * @property {boolean} on_air
 * @property {boolean} [archive]  the recording is open to everybody
 * @property {readonly import("../../wire.d.ts").WatchView[]} [watch]  public on YouTube
 */

/** A session that began so long ago and is off air is over; one whose recording can be played, too. */
const OVER_AFTER_MS = 4 * 3_600_000;

/** @param {{ sessions: readonly ListedSession[] | null, hasFailed: boolean, now_ms: number, retry: () => void }} props */
export const Programme = ({ sessions, hasFailed, now_ms, retry }) =>
  el(
    "div",
    { class: "lobby" },
    el("a", { class: "skip-link", href: "#main" }, t("skip.main")),
    el("header", { class: "masthead" }, el("h1", {}, t("lobby.title")), h(CalendarLink, { path: "/calendar.ics" }), h(LanguageSwitch, {})),
    el(
      "main",
      { id: "main" },
      el("div", { role: "status" }, hasFailed ? h(Failed, { retry }) : null),
      sessions === null && !hasFailed ? h(Loading, {}) : null,
      sessions?.length === 0 ? h(Empty, {}) : null,
      sessions && sessions.length > 0 ? groups(sessions, now_ms) : null,
    ),
    el("footer", { class: "colophon" }, t("footer.made")),
  );

const Loading = () =>
  el("div", { class: "lobby-empty" }, el("span", { class: "spinner", "aria-hidden": "true" }), el("p", {}, t("lobby.loading")));

const Empty = () => el("div", { class: "lobby-empty" }, el("b", {}, t("lobby.empty")), el("p", {}, t("lobby.empty.hint")));

/** @param {{ retry: () => void }} props */
const Failed = ({ retry }) =>
  el("div", { class: "lobby-failed" }, el("p", {}, t("lobby.failed")), el("button", { type: "button", class: "button", onClick: retry }, t("retry")));

/** @param {readonly ListedSession[]} sessions @param {number} now_ms */
const groups = (sessions, now_ms) => {
  /** @param {ListedSession} session */
  const isOver = ({ on_air, archive, starts_at }) =>
    !on_air && (archive || (starts_at !== null && starts_at + OVER_AFTER_MS < now_ms));
  const live = sessions.filter((session) => session.on_air);
  const past = sessions.filter(isOver);
  const coming = sessions.filter((session) => !session.on_air && !isOver(session));
  return [
    h(Group, { key: "live", title: t("lobby.live"), sessions: live }),
    h(Group, { key: "coming", title: t("lobby.upcoming"), sessions: coming }),
    h(Group, { key: "past", title: t("lobby.past"), sessions: past }),
  ];
};

/** @param {{ title: string, sessions: readonly ListedSession[] }} props */
const Group = ({ title, sessions }) =>
  sessions.length === 0
    ? null
    : el(
        "section",
        { class: "group" },
        el("h2", {}, title),
        el("ol", {}, sessions.map((session) => el("li", { key: session.id }, h(Session, { session })))),
      );

/** @param {{ session: ListedSession }} props */
const Session = ({ session }) => {
  const title = localized(session.title);
  const languages = new Intl.ListFormat(language.value).format(session.languages.map(languageName));
  return el(
    "article",
    { class: cx("session", session.on_air && "on-air", session.on_air && session.starts_at === null && "timeless"), style: { "--brand": session.accent } },
    h(When, { session }),
    el(
      "div",
      { class: "session-what" },
      session.on_air ? el("span", { class: "live-bug" }, el("i", { "aria-hidden": "true" }), t("lobby.live")) : null,
      el("h3", {}, title),
      el("p", { class: "muted" }, t("lobby.languages", { languages })),
    ),
    el(
      "div",
      { class: "session-ways" },
      el(
        "a",
        { class: cx("button", session.on_air && "primary"), href: `/s/${encodeURIComponent(session.id)}`, "aria-label": session.on_air ? t("lobby.watch.long", { title }) : `${t("lobby.open")}: ${title}` },
        session.on_air ? t("lobby.watch") : t("lobby.open"),
      ),
      session.on_air || session.starts_at === null ? null : h(CalendarLink, { path: `/s/${encodeURIComponent(session.id)}/calendar.ics`, title }),
      session.archive ? h(ArchiveLink, { session: session.id, title }) : null,
      h(YouTubeLink, { watch: session.watch ?? [], lang: firstLanguage(session.languages) }),
    ),
  );
};

/** @param {{ session: ListedSession }} props */
const When = ({ session: { on_air, starts_at, timezone } }) => {
  if (starts_at === null) return el("p", { class: "when muted" }, on_air ? null : t("lobby.no_time"));
  const ahead = daysAhead(starts_at, timezone);
  const isSame = ahead === 0 && timeOfDay(starts_at) === timeOfDay(starts_at, timezone);
  return el(
    "p",
    { class: "when tabular" },
    el("span", { class: "when-day" }, longDay(starts_at)),
    el("time", { dateTime: new Date(starts_at).toISOString() }, timeOfDay(starts_at)),
    el("small", {}, isSame ? zoneName(ownZone(), starts_at) : t("zone.yours")),
    isSame
      ? null
      : el(
          "span",
          { class: "when-event" },
          `${timeOfDay(starts_at, timezone)} `,
          ahead === 0 ? null : el("b", { class: "day-mark" }, ahead > 0 ? t("zone.ahead") : t("zone.behind")),
          ` ${zoneName(timezone, starts_at)}`,
        ),
  );
};
