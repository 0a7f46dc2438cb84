/** Before the booth: microphone, headphones and a voice that is heard. */

import { cx, el, h } from "../../dom.js";
import { localized, t } from "../../i18n.js";
import { widthOf } from "../../meter.js";
import { cameraWords } from "../delegate/devices.js";
import { LanguagePicker } from "../parts.js";
import { Program } from "../program.js";
import { DeviceFields, standInWords } from "./devices.js";
import { Volume } from "./hear.js";
import { OwnPicture, takenOffBy } from "./lamp.js";
import { boothName } from "./standing.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */

/** @param {{ desk: BoothDesk, view: View, booth: BoothView, name: string }} props */
export const SoundCheck = ({ desk, view, booth, name }) =>
  el(
    "main",
    { class: "check booth-check" },
    el(
      "header",
      {},
      el(
        "div",
        {},
        el("p", { class: "label" }, localized(view.session.title)),
        el("h1", {}, desk.phrase("check_booth.title")),
        el("p", { class: "muted" }, t("check_booth.who", { name: view.you?.name || name, languages: boothName(booth) })),
      ),
      h(LanguagePicker, {}),
    ),
    el(
      "div",
      { class: "check-grid" },
      el(
        "section",
        { class: "mirror", "aria-label": t("hear.title") },
        el("div", { class: "booth-picture" }, h(Program, { source: desk.peer, speaker: desk.devices.speaker.value, volume: desk.hearing.volume.value, muted: desk.trial.state.value === "playing" })),
        el("p", {}, t("check_booth.floor")),
        h(Volume, { desk }),
        desk.isSigning ? null : h(Trial, { desk }),
      ),
      el(
        "section",
        { class: "card", "aria-label": desk.phrase("check_booth.title") },
        h(DeviceFields, { desk }),
        el("p", { class: "hint" }, desk.phrase("check_booth.headset")),
        desk.isSigning ? h(Hands, { desk }) : h(Voice, { desk }),
        el("p", { class: "booth-standin", role: "status" }, standInWords(desk)),
        h(Enter, { desk, view }),
      ),
    ),
  );

/** The own picture, cut as it will be seen. @param {{ desk: BoothDesk }} props */
const Hands = ({ desk }) => {
  const { devices, phrase } = desk;
  return el(
    "div",
    { class: "check-hands" },
    h(OwnPicture, { desk }),
    devices.problems.camera.value
      ? el("p", {}, cameraWords(devices), el("button", { type: "button", class: "button", onClick: () => void devices.open() }, phrase("check_booth.ask")))
      : null,
  );
};

/** @param {{ desk: BoothDesk }} props */
const Voice = ({ desk: { devices, wasHeard } }) => {
  const problem = devices.problems.microphone.value;
  const verdict = devices.verdict.value;
  const isHushed = devices.hushed.value;
  const words = problem ? t(`device.microphone_${problem}`) : isHushed ? t("devices_booth.hushed") : wasHeard.value ? t(`device.level_${verdict}`) : t("check_booth.say");
  return el(
    "div",
    { class: cx("microphone-level", (problem || isHushed || verdict === "clipping") && "bad") },
    el("div", { class: "meter", "aria-hidden": "true" }, el("i", { style: { "--level": widthOf(devices.level_db.value) } })),
    el("p", { "data-verdict": problem ?? verdict }, words),
    problem ? el("button", { type: "button", class: "button", onClick: () => void devices.open() }, t("check_booth.ask")) : null,
  );
};

/** Record and hear again; nothing of it leaves the device. @param {{ desk: BoothDesk }} props */
const Trial = ({ desk: { trial, devices } }) => {
  const state = trial.state.value;
  return el(
    "div",
    { class: "booth-trial" },
    el(
      "button",
      { type: "button", class: "button", disabled: !devices.microphone.value || state === "recording" || state === "playing", onClick: () => void trial.run() },
      t("trial.start"),
    ),
    el("p", { class: "muted small", role: "status" }, t(`trial.${state}`)),
  );
};

/** What is still missing, in words, and the one button. @param {{ desk: BoothDesk, view: View }} props */
const Enter = ({ desk, view }) => {
  const { phrase } = desk;
  const missing = missingOf(desk, view);
  const isMuted = !desk.isSigning && (view.you?.muted ?? false);
  return el(
    "div",
    { class: "booth-enter" },
    desk.isTakenOff.value ? el("p", { class: "booth-taken" }, `${phrase("said.taken_off")} ${takenOffBy(desk)}`) : null,
    isMuted
      ? el("button", { type: "button", class: "button big", onClick: desk.unmute }, t("lamp.unmute"))
      : el("button", { type: "button", class: "button primary big", disabled: missing !== null, onClick: desk.enter }, t("check_booth.ready")),
    el("p", { role: "status", class: "booth-missing" }, isMuted ? t("lamp.muted_by_desk") : missing ? phrase(`check_booth.wait.${missing}`) : phrase("check_booth.heard")),
    el("p", { class: "muted small" }, phrase("check_booth.promise")),
  );
};

/** @param {BoothDesk} desk @param {View} view @returns {"opening" | "device" | "voice" | "engine" | "sound" | null} */
const missingOf = (desk, view) => {
  const { devices } = desk;
  if (devices.busy.value) return "opening";
  if (!(desk.isSigning ? devices.camera : devices.microphone).value) return "device";
  if (!desk.wasHeard.value) return "voice";
  if (view.program.engine !== "up") return "engine";
  return desk.isFlowing.value ? null : "sound";
};
