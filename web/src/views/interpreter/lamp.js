/** The one light, in words, and the two keys: microphone and cough. */

import { cx, el, h } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { widthOf } from "../../meter.js";
import { Preview, NoPicture } from "../delegate/devices.js";
import { elapsed } from "../desk/format.js";
import { Icon } from "../parts.js";
import { nameOf, shiftOf, spokenNow } from "./standing.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */

/** What the light shows: on air, closed for a moment, waiting, or wanting a hand. */
const LOOKS = /** @type {const} */ ({
  on_air: "live", floor: "live", muted: "cough", hushed: "bad", slate: "ready", closing: "off", partner: "ready", free: "free", taken_off: "taken",
  connecting: "off", no_device: "bad", muted_by_desk: "bad", offline: "bad",
});

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
export const Lamp = ({ desk, view, booth }) => {
  const kind = desk.lamp.value ?? "connecting";
  return el(
    "section",
    { class: cx("lamp", LOOKS[kind]), "aria-label": t("lamp.label"), "data-lamp": kind },
    el("span", { class: "lamp-light", "aria-hidden": "true" }),
    el(
      "div",
      { class: "lamp-words" },
      el("p", { class: "lamp-title" }, lampTitle(desk, kind)),
      el("p", { class: "lamp-detail" }, detailOf(desk, view, booth)),
    ),
    kind === "taken_off" || kind === "muted_by_desk" ? null : h(Shift, { desk, booth }),
    kind === "muted_by_desk" ? el("button", { type: "button", class: "button lamp-act", onClick: desk.unmute }, t("lamp.unmute")) : null,
    kind === "taken_off"
      ? el(
          "button",
          { type: "button", class: "button lamp-act", "aria-keyshortcuts": "Escape", onClick: desk.noteOff },
          t("lamp.taken_off.noted"),
          el("kbd", { "aria-hidden": "true" }, "Esc"),
        )
      : null,
  );
};

/** What the light says in few words. @param {BoothDesk} desk @param {import("./standing.js").LampKind} kind */
export const lampTitle = ({ phrase }, kind) => {
  if (kind === "slate") return t("sign.lamp.slate");
  return kind === "floor" || kind === "muted" || kind === "hushed" || kind === "muted_by_desk" || kind === "offline" ? t(`lamp.${kind}`) : phrase(`lamp.${kind}`);
};

/** @param {BoothDesk} desk @param {View} view @param {BoothView} booth */
const detailOf = (desk, view, booth) => {
  const { phrase } = desk;
  const kind = desk.lamp.value ?? "connecting";
  const name = nameOf(view, booth.active);
  if (kind === "slate") return t("sign.lamp.slate.detail");
  if (kind === "taken_off") return [takenOffBy(desk), t(nextOf(desk, booth), { name })].join(" ");
  if (kind === "offline" && desk.isOpen.value) return phrase("lamp.offline.on_air");
  if (kind === "floor") return t("lamp.floor.detail", { language: languageName(spokenNow(view) ?? booth.booth) });
  if (kind === "muted" || kind === "hushed" || kind === "muted_by_desk") return t(`lamp.${kind}.detail`);
  const words = phrase(`lamp.${kind}.detail`, { name, language: languageName(booth.into ?? booth.booth) });
  return kind === "on_air" && !view.program.on_air ? `${words} ${phrase("lamp.off_air")}` : words;
};

/** Why this interpreter was taken off the air. @param {BoothDesk} desk */
export const takenOffBy = ({ me, phrase }) => {
  const cause = me.value?.taken_off ?? "lost";
  return cause === "desk" ? phrase("lamp.taken_off.desk") : t(`lamp.taken_off.${cause}`);
};

/** What they can do about it. @param {BoothDesk} desk @param {BoothView} booth @returns {import("../../i18n.js").Key} */
const nextOf = (desk, booth) => {
  if (booth.active !== null) return "lamp.taken_off.partner";
  return desk.canTake.value ? "lamp.taken_off.go_on" : "lamp.taken_off.wait";
};

/** How long the one on air has been there. @param {{ desk: BoothDesk, booth: BoothView }} props */
const Shift = ({ desk, booth }) => {
  if (booth.since === null) return null;
  const lasted_ms = desk.now_ms.value - booth.since;
  const tired = shiftOf(lasted_ms);
  return el(
    "p",
    { class: cx("lamp-shift", tired) },
    el("b", { class: "tabular" }, desk.phrase("shift.since", { time: elapsed(lasted_ms) })),
    tired ? el("span", {}, tired === "soon" ? desk.phrase("shift.soon") : t("shift.late")) : null,
  );
};

/** @param {{ desk: BoothDesk, booth: BoothView }} props */
export const Keys = ({ desk, booth }) =>
  el(
    "section",
    { class: cx("keys-two", desk.isSigning && "one"), id: "booth-keys", tabIndex: -1 },
    h(MicrophoneKey, { desk, booth }),
    desk.isSigning ? null : h(CoughKey, { desk }),
  );

/** @param {{ desk: BoothDesk, booth: BoothView }} props */
const MicrophoneKey = ({ desk, booth }) => {
  const isActive = desk.isActive.value;
  const isTaken = booth.active !== null && !isActive;
  const words = desk.phrase(isActive ? "mic.off" : isTaken ? "mic.taken" : "mic.on");
  const name = desk.isSigning ? (isActive ? "camera" : "camera_off") : isActive ? "microphone" : "microphone_off";
  return el(
    "button",
    {
      type: "button", class: cx("button", "key-big", isActive && "live"), disabled: !isActive && !desk.canTake.value,
      "aria-pressed": isActive, "aria-keyshortcuts": "M F8", "aria-busy": desk.acts.pending.value.has("booth.on"),
      onClick: desk.toggleMicrophone,
    },
    h(Icon, { name }),
    el("span", {}, words),
    el("kbd", { "aria-hidden": "true" }, "M"),
  );
};

/** Held by finger, by mouse, or by Space and Enter while it has the focus. @param {{ desk: BoothDesk }} props */
const CoughKey = ({ desk }) => {
  const isHeld = desk.isCoughing.value;
  const on = () => desk.cough(true);
  const off = () => desk.cough(false);
  /** @param {KeyboardEvent} event @param {() => void} act */
  const byKey = (event, act) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) act();
  };
  return el(
    "button",
    {
      type: "button", class: cx("button", "key-big", "cough", isHeld && "held"), disabled: !desk.isActive.value,
      "aria-pressed": isHeld, "aria-keyshortcuts": "C F9",
      onPointerDown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        on();
      },
      onPointerUp: off, onPointerCancel: off, onBlur: off, onContextMenu: (event) => event.preventDefault(),
      onKeyDown: (event) => byKey(event, on), onKeyUp: (event) => byKey(event, off),
    },
    el("span", {}, isHeld ? t("cough.now") : t("cough.hold")),
    el("kbd", { "aria-hidden": "true" }, "C"),
  );
};

/** The own microphone, whether or not it is open. @param {{ desk: BoothDesk, booth: BoothView }} props */
export const OwnLevel = ({ desk, booth }) => {
  const { devices } = desk;
  const problem = devices.problems.microphone.value;
  const verdict = devices.verdict.value;
  const isSilent = desk.isActive.value && booth.silent_since !== null;
  const isHushed = devices.hushed.value;
  const words = problem ? t(`device.microphone_${problem}`) : isHushed ? t("devices_booth.hushed") : isSilent ? t("lamp.silent") : t(`device.level_${verdict}`);
  const isBad = problem !== null || isHushed || isSilent || verdict === "clipping";
  return el(
    "div",
    { class: cx("own-level", isBad ? "bad" : (verdict === "quiet" || verdict === "silent") && desk.isOpen.value && "warn") },
    el("span", { class: "label" }, t("level.label")),
    el("div", { class: "meter", "aria-hidden": "true" }, el("i", { style: { "--level": widthOf(devices.level_db.value) } })),
    // Off the air an interpreter is silent on purpose; only what is wrong is worth words then.
    el("p", {}, desk.isOpen.value || isBad ? words : ""),
  );
};

/** What of the own picture is seen: the upright middle. @param {{ desk: BoothDesk }} props */
export const OwnPicture = ({ desk: { devices } }) =>
  el(
    "figure",
    { class: "own-picture" },
    h(Preview, { track: devices.camera.value, label: t("sign.preview"), children: h(NoPicture, { devices }) }),
    el("figcaption", {}, t("sign.preview.hint")),
  );
