/** At the table: the sentence, the program, oneself, the queue, and what one can do. */

import { remainingMs, clockText } from "../../clock.js";
import { cx, el, h } from "../../dom.js";
import { localized, t } from "../../i18n.js";
import { Listening } from "../listening.js";
import { useDialog } from "../modal.js";
import { LanguagePicker } from "../parts.js";
import { Program } from "../program.js";
import { AskedOfSpeaker, AskedToUnmute } from "./asked.js";
import { Controls } from "./controls.js";
import { DeviceChoice, MicrophoneLevel, NoPicture, Preview, cameraWords } from "./devices.js";
import { Tally, sentence, voiceOf } from "./sentence.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("./desk.js").DelegateDesk} DelegateDesk */

/** @param {{ desk: DelegateDesk, view: View }} props */
function Self({ desk, view }) {
  const link = desk.peer.link.value?.verdict ?? null;
  const muted = desk.muted.value;
  const sharing = desk.screen.value;
  return el(
    "section",
    { class: "card self", "aria-label": t("self.label") },
    h(Preview, {
      track: sharing ?? desk.devices.camera.value, label: t("check.own_picture"), mirrored: !sharing,
      children: h(NoPicture, { devices: desk.devices }),
    }),
    el("span", { class: "badge" }, sharing ? t("self.sharing") : t("self.you", { name: view.you?.name ?? "" })),
    el(
      "div",
      { class: "self-words" },
      !sharing && !desk.devices.camera.value && el("p", { class: "camera-words" }, cameraWords(desk.devices)),
      h(MicrophoneLevel, { devices: desk.devices, muted }),
    ),
    el("p", { class: cx("link", link ?? "lost"), "data-link": link ?? "none" }, el("span", { class: "dot", "aria-hidden": "true" }), link ? t(`self.link_${link}`) : t("self.link_none")),
  );
}

/** @param {{ view: View, now_ms: number }} props */
function Queue({ view, now_ms }) {
  const { current, queue, floor } = view.floor;
  const you = view.you;
  return el(
    "section",
    { class: "card queue", "aria-label": t("queue_card.title") },
    el("h2", {}, t("queue_card.title")),
    el(
      "ol",
      { tabIndex: 0, "aria-label": t("queue_card.title") },
      current &&
        el(
          "li",
          { class: cx("now", floor === "speaking" && "speaking"), key: current.turn },
          el("span", { class: "place", "aria-hidden": "true" }),
          el("span", { class: "who" }, el("b", {}, current.turn === you?.turn ? t("queue_card.you") : current.name), el("small", {}, t(`queue_card.${floor === "idle" ? "speaking" : floor}`))),
          el("span", { class: "tabular" }, clockText(remainingMs(current, now_ms))),
        ),
      queue.map((turn, index) =>
        el(
          "li",
          { class: cx(turn.turn === you?.turn && "me"), key: turn.turn },
          el("span", { class: "place tabular" }, String(index + 1)),
          el("span", { class: "who" }, el("b", {}, turn.turn === you?.turn ? t("queue_card.you") : turn.name), turn.city && turn.turn !== you?.turn && el("small", {}, turn.city)),
          index === 0 && el("span", { class: "tag" }, t("queue_card.next")),
        ),
      ),
    ),
    !current && queue.length === 0 && el("p", { class: "muted" }, t("queue_card.empty")),
  );
}

/** @param {{ desk: DelegateDesk, view: View }} props */
export function Table({ desk, view }) {
  const devices = useDialog(), leaving = useDialog();
  const now_ms = desk.now_ms.value;
  const standing = desk.standing.value;
  const voice = voiceOf(desk, view);
  return el(
    "div",
    { class: "table", "data-standing": standing.kind },
    el("a", { class: "skip-link", href: "#controls" }, t("skip.controls")),
    el(
      "header",
      {},
      h(Tally, { sentence: sentence(standing, voice) }),
      h(AskedToUnmute, { desk }),
      h(AskedOfSpeaker, { view, isHere: view.floor.current?.seat === view.you?.seat, now_ms }),
      el(
        "div",
        { class: "session-line" },
        el("p", {}, localized(view.session.title)),
        el("span", { class: cx("pill", view.program.on_air && "live") }, el("span", { class: "dot", "aria-hidden": "true" }), t(view.program.on_air ? "program.on_air" : "program.off_air")),
        el("span", { class: "spacer" }),
        h(Listening, { view, listen: desk.listen }),
        h(LanguagePicker, {}),
      ),
    ),
    el("main", {}, h(Program, { source: desk.peer, speaker: desk.devices.speaker.value }), el("div", { class: "side" }, h(Self, { desk, view }), h(Queue, { view, now_ms }))),
    h(Controls, { desk, view, standing, onDevices: devices.open, onLeave: leaving.open }),
    devices.draw(() => ({
      title: t("device.title"),
      children: [
        h(MicrophoneLevel, { devices: desk.devices }),
        h(DeviceChoice, { devices: desk.devices }),
      ],
      actions: el("button", { type: "button", class: "button primary", onClick: devices.close }, t("done")),
    })),
    leaving.draw(() => ({
      title: t("leave.title"),
      children: el("p", {}, t(view.you?.turn ? "leave.with_turn" : "leave.detail")),
      actions: [
        el("button", { type: "button", class: "button", onClick: leaving.close }, t("leave.stay")),
        el("button", { type: "button", class: "button danger filled", onClick: desk.leave }, t("leave.go")),
      ],
    })),
  );
}
