/** The program picture, from whatever gives a stream. */

import { cx, el, h, useEffect, useRef, useState } from "../dom.js";
import { errorText, t } from "../i18n.js";
import { onReturn } from "../wake.js";
import { Icon } from "./parts.js";

/**
 * @typedef {object} Source A peer, or a WHEP connection.
 * @property {{ value: MediaStream | null }} stream
 * @property {{ value: string }} state
 * @property {{ value: string | null }} fault
 */

/**
 * The picture with its sound; a button where the browser wants a touch before sound.
 *
 * @param {{ source: Source, speaker?: string, muted?: boolean, volume?: number }} props `volume`: 0 to 1
 */
export function Program({ source, speaker = "", muted = false, volume = 1 }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [blocked, setBlocked] = useState(false);
  const stream = source.stream.value;
  const start = () => {
    video.current?.play().then(() => setBlocked(false), (error) => setBlocked(error?.name === "NotAllowedError"));
  };
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = stream;
    if (stream) start();
  }, [stream]);
  // A call, or a phone that slept, has paused it.
  useEffect(() => onReturn(() => video.current?.srcObject && video.current.paused && start()), []);
  useEffect(() => {
    // A loudspeaker that has gone falls back to the system's.
    video.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker]);
  useEffect(() => {
    if (video.current) video.current.volume = volume;
  }, [volume]);
  const state = source.state.value;
  const words = state === "recovering" ? t("program.recovering") : source.fault.value ? errorText(source.fault.value) : t("program.connecting");
  return el(
    "section",
    { class: "program", "aria-label": t("program.label") },
    el("video", { ref: video, autoplay: true, playsInline: true, muted, "aria-label": t("program.label") }),
    state !== "connected" && el("div", { class: cx("program-notice", stream && "over") }, el("span", { class: "spinner", "aria-hidden": "true" }), el("p", {}, words)),
    blocked && el("button", { type: "button", class: "button primary big hear", onClick: start }, h(Icon, { name: "speaker" }), t("program.hear")),
  );
}
