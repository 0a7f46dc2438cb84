/** Listening in: a button for each language with how loud its booth is, and the sound itself. */

import { cx, el, h } from "../dom.js";
import { errorText, languageName, t } from "../i18n.js";
import { widthOf } from "../meter.js";
import { Icon } from "./parts.js";
import { usePlaying } from "./playing.js";

/** @typedef {import("../monitor.js").Monitor} Monitor */

/**
 * How loud it is where a language comes from: who interprets into it, or who has the floor.
 *
 * @param {import("../wire.d.ts").View} view @param {Readonly<Record<string, number>>} levels @param {string} lang
 */
export const levelOf = (view, levels, lang) => {
  const seat = lang === "floor" ? view.floor.voice : view.booths.find((each) => each.into === lang && each.active)?.active;
  return seat ? levels[seat] : undefined;
};

/** @param {{ monitor: Monitor, lang: string, level_db?: number | undefined }} props `level_db`: of who gives this language */
export const ListenIn = ({ monitor, lang, level_db }) => {
  const isOn = monitor.lang.value === lang;
  const name = lang === "floor" ? t("listen.floor") : languageName(lang);
  return el(
    "div",
    { class: "listen-in" },
    el(
      "button",
      { type: "button", class: cx("button", "act", isOn && "on"), "aria-pressed": isOn, "aria-label": t("monitor.listen", { language: name }), onClick: () => monitor.toggle(lang) },
      h(Icon, { name: "speaker" }),
      el("span", {}, name),
    ),
    el("div", { class: "meter", "aria-hidden": "true" }, el("i", { style: { "--level": level_db === undefined ? 0 : widthOf(level_db) } })),
  );
};

/** @param {{ monitor: Monitor }} props */
export const MonitorSound = ({ monitor }) => {
  const source = monitor.source.value;
  return source ? h(Sounding, { key: "on", source, stop: monitor.stop }) : null;
};

/** @param {{ source: ReturnType<typeof import("../whep.js").createWhep>, stop: () => void }} props */
const Sounding = ({ source, stop }) => {
  const { element, isPlaying, play } = usePlaying(source.stream.value);
  const language = languageName(source.lang.value);
  const isConnected = source.state.value === "connected";
  const fault = source.fault.value;
  const words = isConnected ? t("monitor.heard", { language }) : fault ? errorText(fault) : t("monitor.coming", { language });
  return el(
    "div",
    { class: "monitor-sound" },
    element,
    el("p", { role: "status" }, words),
    isConnected && !isPlaying ? el("button", { type: "button", class: "button act primary", onClick: play }, t("program.hear")) : null,
    el("button", { type: "button", class: "button act", onClick: stop }, t("monitor.stop")),
  );
};
