/** The player with its sounds and captions, and the chapters beside it. */

import { el, h, useEffect, useRef, useSignal } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { playRecording } from "../../recording.js";
import { firstLanguage } from "../audience/youtube.js";
import { Chapters } from "./chapters.js";
import { isBooth, languageOf, shortName } from "./sounds.js";

/** @typedef {import("./page.js").Playable} Playable */
/** @template T @typedef {import("@preact/signals").Signal<T>} Signal */

/** @param {{ recording: Playable, start_s: number, jump: { at_s: number } | null, round: number, onLost: () => void }} props */
export const Theatre = ({ recording, start_s, jump, round, onLost }) => {
  const { base, sounds, captions, length_ms } = recording;
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const player = useRef(/** @type {ReturnType<typeof playRecording> | null} */ (null));
  const sound = useSignal(firstLanguage(sounds.filter((each) => !isBooth(each) && each !== "floor")) || (sounds[0] ?? ""));
  const isCaptioned = useSignal(false);
  const at_ms = useSignal(start_s * 1000);
  const isLost = useSignal(false);
  const lose = () => {
    isLost.value = true;
    onLost();
  };
  useEffect(() => {
    if (!video.current) return undefined;
    const playing = playRecording(video.current, `${base}index.m3u8`, { start_s: at_ms.peek() / 1000, sound: sound.peek(), onLost: lose });
    player.current = playing;
    return () => playing.stop();
    // A part more is another recording: its playlists are longer.
  }, [base, length_ms, round]);
  useEffect(() => player.current?.hear(sound.value), [sound.value]);
  useEffect(() => {
    if (jump) player.current?.jump(jump.at_s);
  }, [jump]);
  const caption = captionOf(captions, sound.value);
  useEffect(() => {
    for (const track of video.current?.textTracks ?? []) {
      if (track.kind === "captions") track.mode = isCaptioned.value && track.language === caption ? "showing" : "disabled";
    }
  }, [isCaptioned.value, caption, captions.length]);
  return el(
    "div",
    { class: "theatre" },
    el(
      "section",
      { class: "theatre-player", "aria-label": t("archive.player") },
      el(
        "video",
        {
          ref: video, controls: true, playsInline: true, preload: "metadata", "aria-label": t("archive.player"),
          onCanPlay: () => { isLost.value = false; },
          onTimeUpdate: (event) => { at_ms.value = event.currentTarget.currentTime * 1000; },
        },
        captions.map((lang) =>
          el("track", { key: lang, kind: "captions", srcLang: lang, label: languageName(lang), src: `${base}captions-${lang}.vtt` }),
        ),
      ),
      el("p", { role: "status", class: "theatre-lost" }, isLost.value ? t("archive.lost") : null),
      sounds.length > 1 || caption
        ? el(
            "div",
            { class: "theatre-sound" },
            sounds.length > 1 ? h(Sounds, { sounds, sound }) : null,
            caption ? h(CaptionButton, { isOn: isCaptioned, lang: caption }) : null,
          )
        : null,
    ),
    h(Chapters, { recording, at_ms: at_ms.value, go: (at) => player.current?.jump(at / 1000) }),
  );
};

/** Captions of what is heard; of anything else rather than none. @param {string[]} captions @param {string} sound */
const captionOf = (captions, sound) => captions.find((lang) => lang === languageOf(sound)) ?? captions[0];

/** @param {{ sounds: string[], sound: Signal<string> }} props */
const Sounds = ({ sounds, sound }) => {
  const booths = sounds.filter(isBooth);
  return el(
    "div",
    { class: "sounds" },
    h(Choice, { label: t("archive.sound"), of: sounds.filter((each) => !isBooth(each)), sound }),
    booths.length > 0 ? h(Choice, { label: t("archive.sound.booths"), of: booths, sound }) : null,
  );
};

/** @param {{ label: string, of: string[], sound: Signal<string> }} props */
const Choice = ({ label, of, sound }) =>
  el(
    "div",
    { class: "sound-choice", role: "group", "aria-label": label },
    el("span", { "aria-hidden": "true" }, label),
    el(
      "div",
      { class: "sound-buttons" },
      of.map((each) =>
        el(
          "button",
          {
            key: each, type: "button", class: "sound-button", lang: languageOf(each), "aria-pressed": sound.value === each,
            onClick: () => { sound.value = each; },
          },
          shortName(each),
        ),
      ),
    ),
  );

/** @param {{ isOn: Signal<boolean>, lang: string }} props */
const CaptionButton = ({ isOn, lang }) =>
  el(
    "button",
    { type: "button", class: "button caption-button", "aria-pressed": isOn.value, onClick: () => { isOn.value = !isOn.value; } },
    t("archive.captions", { language: languageName(lang) }),
  );
