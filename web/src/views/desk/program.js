/** The program picture. Muted until somebody asks for sound: sound is never a surprise. */

import { cx, el, h, useEffect, useRef, useSignal } from "../../dom.js";
import { t } from "../../i18n.js";
import { createPlayer } from "../../player.js";
import { Listening } from "../listening.js";
import { Icon } from "../parts.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../dom.js").Children} Children */
/**
 * Where the picture comes from: a stream of our own peer, else the page's own broadcast.
 *
 * @typedef {{ stream: MediaStream | null, hls: string | null }} ProgramSource
 */

/** @param {{ desk: Desk, source: ProgramSource }} props */
export const ProgramPanel = ({ desk, source }) => {
  const { program } = desk.view;
  return el(
    "section",
    { class: cx("program", program.on_air && "live"), "aria-labelledby": "program-title" },
    el("h2", { id: "program-title", class: "visually-hidden" }, t("program.title")),
    h(Picture, {
      source, empty: emptyWords(program.engine),
      // Without a connection of its own the desk shows the broadcast, which has one language.
      choice: source.stream && desk.view.you?.seat ? h(Listening, { view: desk.view, listen: (lang) => desk.acts.run("listen", { lang }, { key: "listen" }) }) : null,
    }),
  );
};

/** @param {"down" | "starting" | "up"} engine */
const emptyWords = (engine) =>
  engine === "up" ? t("program.connecting") : engine === "starting" ? t("engine.starting") : t("engine.down");

/**
 * @param {{ source: ProgramSource, empty: string, words?: { on: string, off: string }, choice?: Children }} props
 *   `words` name the sound button; `choice`: of what is heard, once there is sound
 */
export const Picture = ({ source, empty, words, choice = null }) => {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const isMuted = useSignal(true);
  const hasPicture = useSignal(false);
  const { stream, hls } = source;
  const soundWords = isMuted.value ? (words?.on ?? t("program.sound.on")) : (words?.off ?? t("program.sound.off"));
  useEffect(() => {
    hasPicture.value = false;
    return show(video.current, stream, hls, () => { hasPicture.value = true; });
  }, [stream, hls]);
  return el(
    "div",
    { class: "picture" },
    el("video", { ref: video, muted: isMuted.value, playsInline: true, autoplay: true, "aria-label": t("program.title"), hidden: !hasPicture.value }),
    hasPicture.value ? null : el("p", { class: "picture-empty" }, empty),
    el(
      "button",
      {
        type: "button",
        class: "sound",
        "aria-pressed": !isMuted.value,
        title: soundWords,
        onClick: () => {
          isMuted.value = !isMuted.value;
          if (video.current) video.current.muted = isMuted.value;
        },
      },
      h(Icon, { name: isMuted.value ? "speaker_off" : "speaker" }),
      el("span", { class: "sound-words" }, soundWords),
    ),
    isMuted.value ? null : choice,
  );
};

/**
 * Put a source into the element; gives the way to take it out again.
 *
 * @param {HTMLVideoElement | null} video
 * @param {MediaStream | null} stream
 * @param {string | null} hls
 * @param {() => void} onPicture
 */
const show = (video, stream, hls, onPicture) => {
  if (!video) return undefined;
  video.addEventListener("loadeddata", onPicture);
  const player = stream || !hls ? null : createPlayer(video);
  if (player && hls) void player.load(hls, hls.split("/")[3] ?? "");
  video.srcObject = stream;
  if (stream) void video.play().catch(() => undefined);
  return () => {
    video.removeEventListener("loadeddata", onPicture);
    player?.stop();
    video.srcObject = null;
  };
};
