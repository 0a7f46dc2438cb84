/** The player; before the broadcast, when it begins. */

import { cx, el, h, useEffect, useRef, useSignal } from "../../dom.js";
import { clockText } from "../../clock.js";
import { language, languageName, localized, t, timeOfDay } from "../../i18n.js";
import { createPlayer } from "../../player.js";
import { Icon } from "../parts.js";
import { interpretedNow } from "../booths.js";
import { ArchiveLink, useOpenArchive } from "../archive/link.js";
import { CalendarLink } from "./calendar.js";
import { Framed, WhichPlayer, YouTubeLink, firstLanguage } from "./youtube.js";
import { daysAhead, endonym, longDay, ownZone, zoneName } from "../desk/format.js";

/** @typedef {import("./page.js").Audience} Audience */

/** @template T @typedef {import("@preact/signals").Signal<T>} Signal */
/** What a viewer has chosen to hear; it outlives an interruption of the broadcast. @typedef {{ lang: Signal<string>, isMuted: Signal<boolean> }} Hearing */

/** @param {{ audience: Audience }} props */
export const Watch = ({ audience }) => {
  const { program } = audience.view;
  const lang = useSignal(firstLanguage(program.languages));
  const isMuted = useSignal(true);
  const hasRun = useRef(false);
  if (program.on_air) hasRun.current = true;
  const isFramed = useSignal(false);
  const watch = audience.view.youtube?.watch ?? [];
  const link = watch.find((each) => each.lang === lang.value);
  const choose = (/** @type {string} */ tag) => { lang.value = tag; };
  const ways = [
    link && audience.mayFrame ? h(WhichPlayer, { key: "which", isFramed }) : null,
    h(YouTubeLink, { key: "link", watch, lang: lang.value }),
  ];
  // Another language may not be there: its viewers are back with our own player.
  if (link && audience.mayFrame && isFramed.value) {
    const languages = h(SoundLanguages, { view: audience.view, chosen: lang.value, choose });
    return [h(Framed, { key: "framed", link, languages }), ways];
  }
  if (program.on_air) return [h(Player, { key: "own", audience, hearing: { lang, isMuted } }), ways];
  return [h(Off, { key: "off", audience, hasRun: hasRun.current }), ways];
};

/** @param {{ audience: Audience, hearing: Hearing }} props */
const Player = ({ audience, hearing: { lang, isMuted } }) => {
  const { session } = audience.view;
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const player = useRef(/** @type {import("../../player.js").Player | null} */ (null));
  const state = useSignal(/** @type {import("../../player.js").PlayerState} */ ("loading"));
  const isPlaying = state.value === "playing";
  useEffect(() => {
    if (!video.current) return undefined;
    const created = createPlayer(video.current);
    player.current = created;
    const stopWatching = created.state.subscribe((next) => { state.value = next; });
    return () => { stopWatching(); created.stop(); };
  }, []);
  const { value: chosen } = lang;
  const hasCaptions = session.captions.includes(chosen);
  const isCaptioned = useSignal(false);
  useEffect(() => {
    player.current?.caption(hasCaptions && isCaptioned.value ? chosen : null);
  }, [hasCaptions, isCaptioned.value, chosen]);
  const playlist = `/hls/${session.id}/${chosen}/index.m3u8`;
  useEffect(() => void player.current?.load(playlist, chosen), [session.id]);
  useEffect(() => player.current?.hear(playlist, chosen), [chosen]);
  return el(
    "section",
    { class: "player", "aria-label": t("public.player") },
    el(
      "div",
      { class: "player-picture" },
      el("video", { ref: video, muted: isMuted.value, playsInline: true, autoplay: true, controls: isPlaying && !isMuted.value, "aria-label": t("public.player") }),
      isPlaying ? null : h(Curtain, { state: state.value }),
      // The picture carries its own mark; two would be one too many.
      isPlaying ? null : el("span", { class: "live-bug" }, el("i", { "aria-hidden": "true" }), t("public.live")),
    ),
    // Beside the picture, not on it: captions and the clock stand in its corners.
    el(
      "div",
      { class: "player-sound" },
      h(SoundButton, { video, isMuted }),
      hasCaptions ? h(CaptionButton, { isOn: isCaptioned }) : null,
      h(SoundLanguages, { view: audience.view, chosen, choose: (tag) => { lang.value = tag; } }),
    ),
    h(Signed, { view: audience.view }),
  );
};

/** Which sign language is in the picture now; nothing is to be chosen. @param {{ view: import("../../wire.d.ts").View }} props */
const Signed = ({ view }) => {
  const signing = view.booths.find((booth) => booth.signing && booth.state === "on_air");
  return signing ? el("p", { class: "signed-now" }, t("interpreted.signed", { language: languageName(signing.booth) })) : null;
};

/** @param {{ video: { current: HTMLVideoElement | null }, isMuted: Signal<boolean> }} props */
const SoundButton = ({ video, isMuted }) => {
  const toggle = () => {
    isMuted.value = !isMuted.value;
    if (video.current) video.current.muted = isMuted.value;
  };
  return el(
    "button",
    { type: "button", class: cx("button", "player-unmute", isMuted.value && "primary"), onClick: toggle },
    h(Icon, { name: isMuted.value ? "speaker" : "speaker_off" }),
    isMuted.value ? t("public.unmute") : t("public.mute"),
  );
};

/** @param {{ isOn: Signal<boolean> }} props */
const CaptionButton = ({ isOn }) =>
  el(
    "button",
    { type: "button", class: "button player-captions", "aria-pressed": isOn.value, onClick: () => { isOn.value = !isOn.value; } },
    t("player.captions"),
  );

/** @param {{ state: import("../../player.js").PlayerState }} props */
const Curtain = ({ state }) =>
  el(
    "div",
    { class: "curtain" },
    el("span", { class: "spinner", "aria-hidden": "true" }),
    el("p", {}, state === "failed" ? t("public.player.failed") : t("public.loading")),
  );

/** @param {{ view: import("../../wire.d.ts").View, chosen: string, choose: (tag: string) => void }} props */
const SoundLanguages = ({ view, chosen, choose }) =>
  el(
    "div",
    { class: "sound-languages", role: "group", "aria-label": t("public.sound_language") },
    view.program.languages.map((tag) =>
      el(
        "button",
        { key: tag, type: "button", lang: tag, class: cx("sound-language"), "aria-pressed": tag === chosen, onClick: () => choose(tag) },
        endonym(tag),
        h(Interpreted, { view, tag }),
      ),
    ),
  );

/** Whether a language is interpreted now, so that the floor in its place surprises nobody. @param {{ view: import("../../wire.d.ts").View, tag: string }} props */
const Interpreted = ({ view, tag }) => {
  const state = interpretedNow(view, tag);
  if (state === null) return null;
  return el("small", { lang: language.value }, t(`interpreted.${state}`));
};

/** Not on air: before, or after for those who were here and those who come when it can be played again. @param {{ audience: Audience, hasRun: boolean }} props */
const Off = ({ audience, hasRun }) => {
  const isOpen = useOpenArchive(audience.view.session.id);
  return hasRun || isOpen ? h(Ended, { audience, isOpen }) : h(Waiting, { audience });
};

/** @param {{ audience: Audience, isOpen: boolean }} props */
const Ended = ({ audience: { view }, isOpen }) =>
  el(
    "section",
    { class: "waiting", "aria-label": t("public.player") },
    el("p", { class: "waiting-title" }, t("public.ended.title")),
    el("p", { class: "waiting-hint" }, t("public.ended.hint")),
    isOpen ? h(ArchiveLink, { session: view.session.id, title: localized(view.session.title) }) : null,
  );

/** @param {{ audience: Audience }} props */
const Waiting = ({ audience }) => {
  const { id, title, starts_at, timezone } = audience.view.session;
  const left_ms = (starts_at ?? 0) - audience.now.value;
  const isSoon = starts_at !== null && left_ms <= 0;
  return el(
    "section",
    { class: "waiting", "aria-label": t("public.player") },
    el("p", { class: "waiting-title" }, isSoon ? t("public.wait.soon") : t("public.wait.title")),
    starts_at === null ? null : h(StartTime, { starts_at, timezone }),
    starts_at === null || isSoon ? null : el("p", { class: "waiting-left tabular" }, leftWords(left_ms)),
    el("p", { class: "waiting-hint" }, t("public.wait.hint")),
    starts_at === null ? null : h(CalendarLink, { path: `/s/${encodeURIComponent(id)}/calendar.ics`, title: localized(title) }),
  );
};

const DAY_MS = 86_400_000;

/** A day or more in days, less as a clock. @param {number} left_ms */
const leftWords = (left_ms) => {
  if (left_ms < DAY_MS) return t("public.wait.left", { left: clockText(left_ms) });
  return new Intl.RelativeTimeFormat(language.value).format(Math.round(left_ms / DAY_MS), "day");
};

/**
 * A start in the viewer's zone, the event's beside it, the day where it differs.
 *
 * @param {{ starts_at: number, timezone: string }} props
 */
export const StartTime = ({ starts_at, timezone }) => {
  const ahead = daysAhead(starts_at, timezone);
  const isSameClock = ahead === 0 && timeOfDay(starts_at) === timeOfDay(starts_at, timezone);
  return el(
    "div",
    { class: "start-time" },
    el("p", {}, longDay(starts_at)),
    el(
      "p",
      { class: "start-own tabular" },
      el("time", { dateTime: new Date(starts_at).toISOString() }, timeOfDay(starts_at)),
      el("small", {}, isSameClock ? zoneName(ownZone(), starts_at) : t("zone.yours")),
    ),
    isSameClock
      ? null
      : el(
          "p",
          { class: "start-event tabular" },
          timeOfDay(starts_at, timezone),
          ahead === 0 ? null : el("b", { class: "day-mark" }, ahead > 0 ? t("zone.ahead") : t("zone.behind")),
          el("small", {}, zoneName(timezone, starts_at)),
        ),
  );
};
