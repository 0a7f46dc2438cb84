/** Before the booth: microphone, headphones and a voice that is heard. */

import { cx, el, h } from "../../dom.js";
import { localized, t } from "../../i18n.js";
import { widthOf } from "../../meter.js";
import { play } from "../../sounds.js";
import { Choice, cameraWords } from "../delegate/devices.js";
import { Icon, LanguagePicker } from "../parts.js";
import { Program } from "../program.js";
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
        el("div", { class: "booth-picture" }, h(Program, { source: desk.peer, speaker: desk.devices.speaker.value, volume: desk.hearing.volume.value })),
        el("p", {}, t("check_booth.floor")),
        h(Volume, { desk }),
      ),
      el(
        "section",
        { class: "card", "aria-label": desk.phrase("check_booth.title") },
        h(Devices, { desk }),
        desk.isSigning ? h(Hands, { desk }) : h(Voice, { desk }),
        h(Enter, { desk, view }),
      ),
    ),
  );

/** @param {{ desk: BoothDesk }} props */
const Devices = ({ desk: { devices, isSigning, phrase } }) =>
  el(
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
    el("p", { class: "hint" }, phrase("check_booth.headset")),
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
  const words = problem ? t(`device.microphone_${problem}`) : wasHeard.value ? t(`device.level_${verdict}`) : t("check_booth.say");
  return el(
    "div",
    { class: cx("microphone-level", (problem || verdict === "clipping") && "bad") },
    el("div", { class: "meter", "aria-hidden": "true" }, el("i", { style: { "--level": widthOf(devices.level_db.value) } })),
    el("p", { "data-verdict": problem ?? verdict }, words),
    problem ? el("button", { type: "button", class: "button", onClick: () => void devices.open() }, t("check_booth.ask")) : null,
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
