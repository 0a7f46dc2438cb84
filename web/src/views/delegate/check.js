/** Before the table: the green room with its device check. */

import { el, h } from "../../dom.js";
import { day, localized, t, timeOfDay, tn } from "../../i18n.js";
import { LanguagePicker } from "../parts.js";
import { DeviceChoice, MicrophoneLevel, NoPicture, Preview } from "./devices.js";

/** @typedef {import("../../wire.d.ts").View} View */

/** When the session starts: here, and at the event where that differs. @param {{ view: View }} props */
function Start({ view }) {
  const { starts_at, timezone } = view.session;
  if (starts_at === null) return null;
  const here = `${day(starts_at)} ${timeOfDay(starts_at)}`;
  const there = `${day(starts_at, timezone)} ${timeOfDay(starts_at, timezone)}`;
  return el("p", { class: "muted" }, here === there ? here : t("check.starts", { here, there, zone: timezone.split("/").pop()?.replaceAll("_", " ") ?? timezone }));
}

/**
 * @param {{ name: string, view: View | null, devices: import("../../devices.js").Devices, room?: boolean, onJoin: () => void }} props
 */
export function DeviceCheck({ name, view, devices, room, onJoin }) {
  const online = view?.seats.filter((seat) => seat.presence === "online" && seat.seat !== view.you?.seat).length ?? 0;
  const nothing = !devices.camera.value && !devices.microphone.value && !devices.busy.value;
  return el(
    "main",
    { class: "check" },
    el(
      "header",
      {},
      el("div", {}, view && el("p", { class: "label" }, localized(view.session.title)), el("h1", {}, t("check.welcome", { name })), view && h(Start, { view })),
      h(LanguagePicker, {}),
    ),
    el(
      "div",
      { class: "check-grid" },
      el(
        "section",
        { class: "mirror", "aria-label": t("check.picture") },
        h(Preview, { track: devices.camera.value, label: t("check.own_picture"), children: h(NoPicture, { devices }) }),
        h(MicrophoneLevel, { devices }),
      ),
      el(
        "section",
        { class: "card", "aria-label": t("check.devices") },
        h(DeviceChoice, { devices, room }),
        nothing && el("p", { class: "hint" }, t("check.nothing")),
        (devices.problems.camera.value || devices.problems.microphone.value) &&
          el("button", { type: "button", class: "button", onClick: () => void devices.open() }, t("check.ask_again")),
        el("button", { type: "button", class: "button primary big", onClick: onJoin, disabled: devices.busy.value }, t(room ? "check.join_room" : nothing ? "check.join_listening" : "check.join")),
        el("p", { class: "muted small" }, t("check.promise")),
        online > 0 && el("p", { class: "muted small" }, tn("check.others", online)),
      ),
    ),
  );
}
