/** One sentence for where a delegate stands: shape, tone, words, and a clock if one runs. */

import { clockText } from "../../clock.js";
import { el, cx } from "../../dom.js";
import { t, tn } from "../../i18n.js";
import { ownSeat } from "../../state.js";

/** @typedef {import("../../state.js").Standing} Standing */
/** @typedef {"off" | "waiting" | "next" | "called" | "on_air" | "held" | "lost"} Tone */
/** @typedef {{ tone: Tone, title: string, detail: string, clock?: { text: string, label: string, over: boolean } }} Sentence */
/** `lost`: the sound is on its way again after an interruption. @typedef {{ muted: boolean, microphone: boolean, lost?: boolean }} Voice */

/** @param {import("./desk.js").DelegateDesk} desk @param {import("../../wire.d.ts").View | null} view @returns {Voice} */
export const voiceOf = ({ muted, devices, peer }, view) => ({
  muted: muted.value,
  microphone: devices.microphone.value !== null,
  lost: peer.state.value !== "connected" && view !== null && ownSeat(view)?.media.microphone === false,
});

/** @param {number} left_ms */
const remaining = (left_ms) => ({
  text: clockText(left_ms), over: left_ms <= 0,
  label: left_ms > 0 ? t("clock.left") : t("clock.over"),
});

/**
 * Put a standing into words.
 *
 * @param {Standing} standing @param {Voice} voice @returns {Sentence}
 */
export function sentence(standing, voice) {
  switch (standing.kind) {
    case "connecting":
      return { tone: "lost", title: t("standing.connecting"), detail: t("standing.connecting_detail") };
    case "reconnecting":
      return { tone: "lost", title: t("standing.reconnecting"), detail: lostDetail(standing) };
    case "on_air":
      return {
        tone: "on_air", title: t(standing.broadcast ? "standing.on_air" : "standing.floor"),
        detail: spokenDetail(standing, voice), clock: remaining(standing.left_ms),
      };
    case "open_microphone":
      return { tone: "on_air", title: t("standing.open"), detail: silence(voice) ?? t("standing.open_detail") };
    case "silenced":
      return { tone: "held", title: t("standing.silenced"), detail: t("standing.silenced_detail") };
    case "called":
      return {
        tone: "called", title: t("standing.called"),
        detail: silence(voice) ?? t("standing.called_detail", { time: clockText(standing.limit_ms) }),
      };
    case "held":
      return {
        tone: "held", title: t(standing.reason === "chair" ? "standing.held" : `standing.held_${standing.reason}`),
        detail: t("standing.held_detail"), clock: remaining(standing.left_ms),
      };
    case "next":
      return { tone: "next", title: t("standing.next"), detail: nextDetail(standing) };
    case "waiting":
      return {
        tone: "waiting", title: t("standing.waiting", { position: standing.position }),
        detail: tn("standing.ahead", standing.ahead),
      };
    default:
      return { tone: "off", title: t("standing.off"), detail: offDetail(standing) };
  }
}

/** Why nobody would hear the speaker, if so. @param {Voice} voice */
function silence({ muted, microphone, lost }) {
  if (!microphone) return t("standing.no_microphone");
  if (muted) return t("standing.muted");
  return lost ? t("standing.lost_sound") : null;
}

/** @param {Extract<Standing, { kind: "reconnecting" }>} standing */
function lostDetail({ wasSpeaking, hasTurn }) {
  if (wasSpeaking) return t("standing.reconnecting_speaking");
  return hasTurn ? t("standing.reconnecting_queued") : t("standing.reconnecting_detail");
}

/** @param {Extract<Standing, { kind: "on_air" }>} standing @param {Voice} voice */
function spokenDetail({ left_ms, broadcast }, voice) {
  const unheard = silence(voice);
  if (unheard) return unheard;
  if (left_ms <= 0) return t("standing.over");
  if (left_ms <= 30_000) return t("standing.nearly_over");
  return t(broadcast ? "standing.on_air_detail" : "standing.floor_detail");
}

/** @param {Extract<Standing, { kind: "next" }>} standing */
function nextDetail({ after, about_ms }) {
  if (!after || about_ms === null) return t("standing.next_soon");
  if (about_ms < 60_000) return t("standing.next_after_soon", { name: after });
  return tn("standing.next_after", Math.round(about_ms / 60_000), { name: after });
}

/** @param {Extract<Standing, { kind: "off" }>} standing */
function offDetail({ list, closing_in_ms, onStage }) {
  if (closing_in_ms !== null) return t("standing.off_closing", { time: clockText(closing_in_ms) });
  if (onStage) return t("standing.off_on_stage");
  if (list === "open") return t("standing.off_open");
  return t(list === "closed" ? "standing.off_closed" : "standing.off_not_open");
}

/** Shapes that differ without colour. @type {Record<Tone, string>} */
const SHAPES = {
  off: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z",
  waiting: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 3.500v5l3 2",
  next: "M12 3a9 9 0 1 0 0 18Z",
  called: "M3 12h12m-5-6 6 6-6 6M20 4v16",
  on_air: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  held: "M8 5v14M16 5v14",
  lost: "M20 12a8 8 0 1 1-2.500-5.800M20 3v5h-5",
};

const FILLED = new Set(["next", "on_air"]);

/**
 * The band at the top of the page.
 *
 * @param {{ sentence: Sentence, children?: import("../../dom.js").Children }} props
 */
export const Tally = ({ sentence: { tone, title, detail, clock }, children }) =>
  el(
    "section",
    { class: cx("tally", tone), "data-tone": tone, "aria-label": t("standing.label") },
    el(
      "svg",
      {
        class: "shape", viewBox: "0 0 24 24", "aria-hidden": "true", fill: FILLED.has(tone) ? "currentColor" : "none",
        stroke: "currentColor", "stroke-width": "2.500", "stroke-linecap": "round", "stroke-linejoin": "round",
      },
      el("path", { d: SHAPES[tone] }),
      tone === "next" && el("circle", { cx: "12", cy: "12", r: "9", fill: "none" }),
    ),
    el("div", { class: "words" }, el("h1", {}, title), el("p", {}, detail)),
    clock &&
      el(
        "div",
        { class: cx("time", clock.over && "over"), role: "timer" },
        el("b", { class: "tabular" }, clock.text),
        el("span", {}, clock.label),
      ),
    children,
  );
