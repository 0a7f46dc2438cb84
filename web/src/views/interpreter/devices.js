/** Microphone, or camera, and headphones: in the check, and in the booth without leaving the air. */

import { el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { cuesOn, play, setCues } from "../../sounds.js";
import { Choice } from "../delegate/devices.js";
import { Icon } from "../parts.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */

/** @param {{ desk: BoothDesk }} props */
export const DeviceFields = ({ desk }) => {
  const { devices, isSigning } = desk;
  return el(
    "div",
    { class: "device-choice" },
    isSigning
      ? h(Choice, {
          label: t("device.camera"), value: devices.camera.value ? devices.chosen("camera") : "", options: devices.cameras.value,
          none: t("device.none_found"), onChoose: (id) => void devices.chooseCamera(id),
        })
      : h(Choice, {
          label: t("check_booth.microphone"), value: devices.microphone.value ? devices.chosen("microphone") : "", options: devices.microphones.value,
          none: t("device.none_found"), onChoose: (id) => void devices.chooseMicrophone(id),
        }),
    el(
      "div",
      { class: "with-button" },
      h(Choice, {
        label: t("check_booth.headphones"), value: devices.speaker.value || (devices.speakers.value[0]?.id ?? ""), options: devices.speakers.value,
        none: t("check_booth.system"), onChoose: devices.chooseSpeaker,
      }),
      el("button", { type: "button", class: "button", onClick: () => void play("test", devices.speaker.value) }, h(Icon, { name: "speaker" }), t("device.test_sound")),
    ),
    isSigning
      ? null
      : el(
          "label",
          { class: "switch" },
          el("input", { type: "checkbox", checked: !devices.raw.value, onChange: (event) => void devices.setRaw(!event.currentTarget.checked) }),
          el("span", {}, t("devices_booth.clean")),
        ),
    el(
      "label",
      { class: "switch" },
      el("input", { type: "checkbox", checked: cuesOn.value, onChange: (event) => setCues(event.currentTarget.checked) }),
      el("span", {}, t("devices_booth.cues")),
    ),
  );
};

/** In the place of the glossary while it is open: nothing else moves. @param {{ desk: BoothDesk }} props */
export const DevicePanel = ({ desk }) =>
  el(
    "section",
    { class: "card device-panel", id: "booth-devices", tabIndex: -1, "aria-labelledby": "devices-title" },
    el(
      "h2",
      { id: "devices-title" },
      t("devices_booth.title"),
      el("button", { type: "button", class: "button", "aria-keyshortcuts": "D", onClick: desk.toggleDevices }, t("devices_booth.close"), el("kbd", { "aria-hidden": "true" }, "D")),
    ),
    el(
      "div",
      { class: "device-panel-fields", tabIndex: 0, role: "group", "aria-labelledby": "devices-title" },
      h(DeviceFields, { desk }),
      el("button", { type: "button", class: "button", onClick: desk.stepOut }, desk.phrase("check_booth.open")),
      el("p", { class: "muted small" }, desk.phrase("devices_booth.step_out")),
    ),
  );

/** What stands in for what is gone, in words; empty while nothing is. @param {BoothDesk} desk */
export const standInWords = ({ devices }) => {
  const { microphone, speaker } = devices.missing;
  const nameOf = (/** @type {import("../../devices.js").Device} */ { label }) => label || t("device.unnamed", { number: 1 });
  return [
    microphone.value && devices.microphone.value
      ? t("devices_booth.microphone_stands_in", { gone: nameOf(microphone.value), used: devices.microphone.value.label })
      : "",
    speaker.value ? t("devices_booth.speaker_stands_in", { gone: nameOf(speaker.value) }) : "",
  ].filter(Boolean).join(" ");
};
