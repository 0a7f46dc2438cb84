/** Choosing and trying camera, microphone and loudspeaker. */

import { cx, el, h, useEffect, useRef } from "../../dom.js";
import { t } from "../../i18n.js";
import { widthOf } from "../../meter.js";
import { cuesOn, play, setCues } from "../../sounds.js";
import { Icon } from "../parts.js";

/** @typedef {import("../../devices.js").Devices} Devices */
/** @typedef {import("../../devices.js").Device} Device */

/**
 * The own picture, mirrored as in a looking-glass; never its sound.
 *
 * @param {{ track: MediaStreamTrack | null, label: string, mirrored?: boolean, children?: import("../../dom.js").Children }} props
 */
export function Preview({ track, label, mirrored = true, children }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  useEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  return el(
    "div",
    { class: "preview" },
    el("video", { ref: video, autoplay: true, playsInline: true, muted: true, class: cx(mirrored && "mirrored"), "aria-label": label, hidden: !track }),
    !track && el("div", { class: "no-picture" }, children),
  );
}

/** Why there is no picture. @param {Devices} devices */
export const cameraWords = (devices) => {
  const problem = devices.problems.camera.value;
  if (devices.busy.value) return t("device.opening");
  return problem ? t(`device.camera_${problem}`) : t("device.camera_off");
};

/** @param {{ devices: Devices }} props */
export const NoPicture = ({ devices }) => el("div", {}, h(Icon, { name: "camera_off" }), el("p", {}, cameraWords(devices)));

/** Bar and words for the own microphone. @param {{ devices: Devices, muted?: boolean }} props */
export function MicrophoneLevel({ devices, muted }) {
  const problem = devices.problems.microphone.value;
  const verdict = devices.verdict.value;
  const words = problem
    ? t(`device.microphone_${problem}`)
    : muted ? t("device.muted") : t(`device.level_${verdict}`);
  return el(
    "div",
    { class: cx("microphone-level", (problem || verdict === "clipping") && "bad", verdict === "quiet" && "warn") },
    el("div", { class: "meter", "aria-hidden": "true" }, el("i", { style: { "--level": muted ? 0 : widthOf(devices.level_db.value) } })),
    el("p", { "data-verdict": problem ?? verdict }, words),
  );
}

/**
 * @param {{ label: string, value: string, options: ReadonlyArray<Device>, none: string, onChoose: (id: string) => void }} props
 */
const Choice = ({ label, value, options, none, onChoose }) =>
  el(
    "label",
    { class: "field" },
    el("span", { class: "label-text" }, label),
    el(
      "select",
      { class: "select", value, disabled: options.length === 0, onChange: (event) => onChoose(event.currentTarget.value) },
      (options.length === 0 || !options.some(({ id }) => id === value)) && el("option", { value: "", selected: true }, options.length === 0 ? none : t("device.choose")),
      options.map(({ id, label: name }, index) =>
        el("option", { value: id, key: id, selected: id === value }, name || t("device.unnamed", { number: index + 1 }))),
    ),
  );

/** Why there is nothing to choose. @param {import("../../devices.js").Problem | null} problem */
const noneWords = (problem) => t(problem === "refused" ? "device.not_allowed" : "device.none_found");

/** The three choices and their trials. @param {{ devices: Devices, room?: boolean }} props */
export const DeviceChoice = ({ devices, room }) =>
  el(
    "div",
    { class: "device-choice" },
    h(Choice, {
      label: t("device.camera"), value: devices.camera.value ? devices.chosen("camera") : "", options: devices.cameras.value,
      none: noneWords(devices.problems.camera.value), onChoose: (id) => void devices.chooseCamera(id),
    }),
    h(Choice, {
      label: t("device.microphone"), value: devices.microphone.value ? devices.chosen("microphone") : "", options: devices.microphones.value,
      none: noneWords(devices.problems.microphone.value), onChoose: (id) => void devices.chooseMicrophone(id),
    }),
    el(
      "div",
      { class: "with-button" },
      h(Choice, {
        label: t("device.speaker"), value: devices.speaker.value || (devices.speakers.value[0]?.id ?? ""), options: devices.speakers.value,
        none: t("device.system_speaker"), onChoose: devices.chooseSpeaker,
      }),
      el("button", { type: "button", class: "button", onClick: () => void play("test", devices.speaker.value) }, h(Icon, { name: "speaker" }), t("device.test_sound")),
    ),
    room &&
      el(
        "label",
        { class: "switch" },
        el("input", { type: "checkbox", checked: devices.raw.value, onChange: (event) => void devices.setRaw(event.currentTarget.checked) }),
        el("span", {}, t("device.raw")),
      ),
    el(
      "label",
      { class: "switch" },
      el("input", { type: "checkbox", checked: cuesOn.value, onChange: (event) => setCues(event.currentTarget.checked) }),
      el("span", {}, t("device.cues")),
    ),
  );
