/** The sound in the headphones: its source and its volume. */

import { cx, el, h, useEffect, useRef } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { Icon } from "../parts.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
export const Hear = ({ desk, view, booth }) => {
  const { hearing } = desk;
  const isPartner = hearing.toPartner.value;
  return el(
    "section",
    { class: "card hear-card", "aria-label": t("hear.title") },
    h(Source, { desk, view, booth }),
    h(Volume, { desk }),
    desk.isSigning
      ? null // A partner who signs is in the picture.
      : el(
          "button",
          {
            type: "button", class: cx("button", "hear-partner"), disabled: !desk.canHearPartner.value, "aria-pressed": isPartner,
            "aria-keyshortcuts": "P", onClick: desk.hearPartner,
          },
          h(Icon, { name: "speaker" }),
          t("hear.partner"),
          el("kbd", { "aria-hidden": "true" }, "P"),
        ),
  );
};

/** What this interpreter hears: the floor, or a language of another booth. @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
const Source = ({ desk, view, booth }) => {
  const given = new Set(booth.languages);
  const others = view.booths.filter((other) => other.booth !== booth.booth);
  const tags = view.session.languages.filter((tag) => !given.has(tag) && others.some((other) => other.languages.includes(tag)));
  const relay = desk.me.value?.relay ?? "floor";
  if (tags.length === 0 && relay === "floor") return el("p", { class: "hear-words" }, t(desk.hearing.toPartner.value ? "hear.partner.on" : "hear.floor_only"));
  const isGiven = (/** @type {string} */ tag) => others.some((other) => other.into === tag && (other.state === "on_air" || other.state === "muted"));
  return el(
    "label",
    { class: "field" },
    el("span", { class: "label-text" }, t("hear.source"), el("kbd", { "aria-hidden": "true" }, "R")),
    el(
      "select",
      { id: "booth-source", class: "select", "aria-keyshortcuts": "R", value: relay, onChange: (event) => desk.relay(event.currentTarget.value) },
      [...new Set(["floor", relay, ...tags])].map((tag) =>
        el(
          "option",
          { key: tag, value: tag, selected: tag === relay },
          tag === "floor" || isGiven(tag) ? languageName(tag) : t("hear.relay.silent", { language: languageName(tag) }),
        ),
      ),
    ),
  );
};

/** @param {{ desk: BoothDesk }} props */
export const Volume = ({ desk }) =>
  el(
    "label",
    { class: "field volume" },
    el("span", { class: "label-text" }, t("hear.volume")),
    el("input", {
      type: "range", "aria-keyshortcuts": "+ -", min: 0, max: 100, step: 5, value: Math.round(desk.hearing.volume.value * 100),
      onInput: (event) => desk.hearing.setVolume(Number(event.currentTarget.value) / 100),
    }),
  );

/** The booth's own output, heard instead of the floor. @param {{ desk: BoothDesk }} props */
export const PartnerSound = ({ desk }) => {
  const audio = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const stream = desk.hearing.monitor.value?.stream.value ?? null;
  const speaker = desk.devices.speaker.value;
  const volume = desk.hearing.volume.value;
  useEffect(() => {
    if (!audio.current) return;
    audio.current.srcObject = stream;
    if (stream) void audio.current.play().catch(() => undefined);
  }, [stream]);
  useEffect(() => {
    // Headphones that have gone fall back to the system's.
    void audio.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker]);
  useEffect(() => {
    if (audio.current) audio.current.volume = volume;
  }, [volume]);
  return el("audio", { ref: audio, autoplay: true });
};
