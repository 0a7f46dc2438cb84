/** What hangs on the wall. Big figures, few words, nothing to press but sound and full screen. */

import { clockText, remainingMs } from "../../clock.js";
import { cx, el, h, useEffect, useRef, useState } from "../../dom.js";
import { localized, t, timeOfDay } from "../../i18n.js";
import { placeText } from "../../state.js";
import { AskedOfSpeaker } from "../delegate/asked.js";
import { Icon } from "../parts.js";
import { Program } from "../program.js";

/** @typedef {import("../../wire.d.ts").View} View */

const HINT_MS = 4000;

/** Controls that fade when nobody touches anything; a keyboard always finds them. */
function useAwake() {
  const [awake, setAwake] = useState(true);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  useEffect(() => {
    const wake = () => {
      setAwake(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setAwake(false), HINT_MS);
    };
    wake();
    window.addEventListener("pointermove", wake);
    window.addEventListener("keydown", wake);
    return () => {
      clearTimeout(timer.current);
      window.removeEventListener("pointermove", wake);
      window.removeEventListener("keydown", wake);
    };
  }, []);
  return awake;
}

/**
 * @param {{ view: View, source: import("../program.js").Source, now_ms: number, online: boolean }} props
 */
export function ProgramMonitor({ view, source, now_ms, online }) {
  const [sounding, setSounding] = useState(false);
  const awake = useAwake();
  const { current, queue, floor } = view.floor;
  const left_ms = current ? remainingMs(current, now_ms) : null;
  const tone = left_ms === null ? "idle" : floor === "held" ? "held" : left_ms <= 0 ? "over" : left_ms <= 30_000 ? "soon" : "running";
  return el(
    "main",
    { class: cx("wall", !awake && "asleep") },
    h(Program, { source, muted: !sounding }),
    h(AskedOfSpeaker, { view, isHere: current?.place === "room", now_ms }),
    el(
      "section",
      { class: cx("wall-bar", tone), "aria-label": t("room.floor") },
      el(
        "div",
        { class: "speaker" },
        el("p", { class: "what" }, t(floor === "idle" ? "room.nobody" : `queue_card.${floor}`)),
        el("h1", {}, current?.name ?? localized(view.session.title)),
        el("p", { class: "from" }, current ? placeText(current) : ""),
      ),
      el(
        "div",
        { class: "after" },
        queue.length > 0 && [
          el("p", { class: "what" }, t("wall.next")),
          el("p", { class: "name" }, queue[0].name),
          queue.length > 1 && el("p", { class: "from" }, t("wall.then", { name: queue[1].short })),
        ],
      ),
      el(
        "div",
        { class: "wall-clock", role: "timer" },
        el("b", { class: "tabular" }, left_ms === null ? timeOfDay(now_ms, view.session.timezone) : clockText(left_ms)),
        el("span", {}, left_ms === null ? t("wall.time") : floor === "held" ? t("queue_card.held") : t(left_ms > 0 ? "clock.left" : "clock.over")),
      ),
    ),
    el(
      "div",
      { class: "wall-acts" },
      !online && el("span", { class: "pill warn", role: "status" }, el("span", { class: "dot", "aria-hidden": "true" }), t("standing.reconnecting")),
      el("button", { type: "button", class: "button", onClick: () => setSounding(!sounding) }, h(Icon, { name: sounding ? "speaker_off" : "speaker" }), t(sounding ? "room.listen_off" : "room.listen_on")),
      el("button", { type: "button", class: "button", onClick: () => void document.documentElement.requestFullscreen?.() }, h(Icon, { name: "full" }), t("wall.full")),
    ),
  );
}
