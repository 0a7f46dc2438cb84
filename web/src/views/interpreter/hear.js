/** The sound in the headphones: its source and its volume. */

import { cx, el, h, useEffect, useRef } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { Icon } from "../parts.js";
import { relayable } from "./standing.js";

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
            type: "button", class: cx("button", "hear-partner"), disabled: !desk.canHearPartner.value && !isPartner, "aria-pressed": isPartner,
            "aria-keyshortcuts": "P", onClick: desk.hearPartner,
          },
          h(Icon, { name: "speaker" }),
          t("hear.partner"),
          el("kbd", { "aria-hidden": "true" }, "P"),
        ),
    isPartner ? h(Volume, { desk, ofPartner: true }) : null,
  );
};

/** What is worked from, large, and the way to change it. @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
const Source = ({ desk, view, booth }) => {
  const { tags, isGiven } = relayable(view, booth);
  const relay = desk.me.value?.relay ?? "floor";
  if (tags.length === 0 && relay === "floor") return el("p", { class: "hear-words" }, t(desk.hearing.toPartner.value ? "hear.partner.on" : "hear.floor_only"));
  return el(
    "div",
    { class: "hear-source" },
    el(
      "button",
      { type: "button", class: cx("button", "hear-now", relay !== "floor" && "relay"), "aria-keyshortcuts": "T", "aria-pressed": relay !== "floor", onClick: desk.toggleSource },
      relay === "floor" ? t("hear.now.floor") : t("hear.now.relay", { language: languageName(relay) }),
      el("kbd", { "aria-hidden": "true" }, "T"),
    ),
    el(
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
    ),
  );
};

/** Each source has its own. @param {{ desk: BoothDesk, ofPartner?: boolean }} props */
export const Volume = ({ desk: { hearing }, ofPartner = false }) =>
  el(
    "label",
    { class: cx("field volume", ofPartner && "of-partner") },
    el("span", { class: "label-text" }, t(ofPartner ? "hear.volume.partner" : "hear.volume")),
    el("input", {
      type: "range", "aria-keyshortcuts": ofPartner ? undefined : "+ -", min: 0, max: 100, step: 5,
      value: Math.round((ofPartner ? hearing.volumes.value.partner : hearing.volume.value) * 100),
      onInput: (event) => hearing.setVolume(Number(event.currentTarget.value) / 100, ofPartner ? "partner" : undefined),
    }),
  );

/** The booth's own output, heard beside the floor. @param {{ desk: BoothDesk }} props */
export const PartnerSound = ({ desk }) => {
  const audio = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const stream = desk.hearing.monitor.value?.stream.value ?? null;
  const speaker = desk.devices.speaker.value;
  const volume = desk.hearing.partnerVolume.value;
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
