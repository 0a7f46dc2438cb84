/** The technician's page: the room's feed, who speaks, every link, every output. Red only for what needs a hand. */

import { clockText, remainingMs } from "../../clock.js";
import { cx, el, h, useState } from "../../dom.js";
import { languageMark, languageName, localized, number, t, timeOfDay } from "../../i18n.js";
import { widthOf } from "../../meter.js";
import { placeText } from "../../state.js";
import { AskedOfSpeaker, AskedToUnmute } from "../delegate/asked.js";
import { DeviceChoice, MicrophoneLevel, NoPicture, Preview } from "../delegate/devices.js";
import { outputTrouble } from "../desk/trouble.js";
import { Listening } from "../listening.js";
import { useDialog } from "../modal.js";
import { ActionButton, Icon, LanguagePicker, explain } from "../parts.js";
import { Program } from "../program.js";
import { tongues } from "../speaks.js";
import { Booths } from "./booths.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").SeatView} SeatView */
/** @typedef {import("../delegate/desk.js").DelegateDesk} DelegateDesk */
/** @typedef {Readonly<Record<string, number>>} Levels */

/** Who speaks, and the room's own microphones. @param {{ desk: DelegateDesk, view: View, now_ms: number }} props */
function FloorCard({ desk, view, now_ms }) {
  const { current, floor, queue } = view.floor;
  const here = current?.place === "room";
  return el(
    "section",
    { class: cx("card floor-card", floor), "aria-label": t("room.floor") },
    el(
      "div",
      { class: "who" },
      el("p", { class: "label" }, t(floor === "idle" ? "room.nobody" : `queue_card.${floor}`)),
      el("h2", {}, current?.name ?? t("room.floor_free")),
      current && el("p", { class: "muted" }, placeText(current), " ", el("span", { class: `tag ${current.place}` }, t(`room.place_${current.place}`))),
    ),
    current && el("b", { class: cx("big-clock tabular", remainingMs(current, now_ms) <= 0 && "over") }, clockText(remainingMs(current, now_ms))),
    here && floor === "calling" &&
      h(ActionButton, { class: "big next", act: () => desk.command("floor.start", { turn: current.turn }), children: t("room.start", { name: current.short }) }),
    here && floor !== "calling" &&
      h(ActionButton, { class: "big", act: () => desk.command("floor.end", { turn: current.turn }), children: t("room.end", { name: current.short }) }),
    h(AskedOfSpeaker, { view, isHere: here, now_ms }),
    el("p", { class: "next-line" }, queue.length > 0 ? t("room.next", { name: queue[0].short }) : t("queue_card.empty")),
  );
}

/** Put a speaker of the room on the list, by name. @param {{ desk: DelegateDesk, view: View }} props */
function AddSpeaker({ desk, view }) {
  const [name, setName] = useState("");
  const [lang, setLang] = useState("");
  const languages = view.booths.length > 0 ? tongues(view) : [];
  const [busy, setBusy] = useState(false);
  /** @param {Event} event */
  const add = async (event) => {
    event.preventDefault();
    if (!name.trim() || busy) return;
    setBusy(true);
    const ack = await desk.command("floor.add_for", { name: name.trim(), source: "room", ...(lang ? { lang } : {}) });
    setBusy(false);
    if (!explain(ack)) return;
    setName("");
    setLang("");
  };
  return el(
    "form",
    { class: "card add-speaker", onSubmit: add },
    el("label", { class: "field" }, el("span", { class: "label-text" }, t("room.add")), el("input", { class: "input", value: name, maxLength: 120, placeholder: t("room.add_name"), onInput: (event) => setName(event.currentTarget.value) })),
    languages.length > 1
      ? el(
          "label",
          { class: "field" },
          el("span", { class: "label-text" }, t("add.lang")),
          el(
            "select",
            { class: "select", value: lang, onChange: (event) => setLang(event.currentTarget.value) },
            el("option", { value: "" }, t("add.lang.room")),
            languages.map((tag) => el("option", { key: tag, value: tag }, languageName(tag))),
          ),
        )
      : null,
    el("button", { class: "button", type: "submit", "aria-busy": busy, disabled: !name.trim() }, t("room.add_act")),
  );
}

/** @param {{ seat: SeatView, level_db: number | undefined }} props */
function SeatRow({ seat, level_db }) {
  const { media, presence } = seat;
  const trouble = presence === "online" && (media.link === "lost" || media.link === "weak");
  const words = presence === "online" ? t(`room.link_${media.link}`) : t(`room.presence_${presence}`);
  return el(
    "tr",
    { class: cx(presence, trouble && media.link) },
    el(
      "th",
      { scope: "row" },
      el("div", { class: "seat-name" }, el("span", { class: cx("seat-mark", seat.tally, presence), "aria-hidden": "true" }), el("span", {}, seat.name, seat.tally !== "off" && el("em", {}, t(`room.tally_${seat.tally}`)))),
    ),
    el(
      "td",
      { class: "media" },
      el("span", { class: cx(!media.camera && "missing") }, h(Icon, { name: media.camera ? "camera" : "camera_off" }), el("span", { class: "visually-hidden" }, t(media.camera ? "room.camera_yes" : "room.camera_no"))),
      el("span", { class: cx((!media.microphone || seat.muted) && "missing") }, h(Icon, { name: media.microphone && !seat.muted ? "microphone" : "microphone_off" }), el("span", { class: "visually-hidden" }, t(seat.muted ? "room.muted" : media.microphone ? "room.microphone_yes" : "room.microphone_no"))),
    ),
    el("td", { class: "level" }, el("div", { class: "meter", "aria-hidden": "true" }, el("i", { style: { "--level": level_db === undefined ? 0 : widthOf(level_db) } }))),
    el("td", { class: "words" }, words),
  );
}

/** @param {{ view: View, levels: Levels }} props */
const Links = ({ view, levels }) =>
  el(
    "section",
    { class: "card links", "aria-label": t("room.links") },
    el("h2", {}, t("room.links")),
    el(
      "div",
      { class: "scroll", tabIndex: 0, },
      el(
        "table",
        {},
        el("thead", { class: "visually-hidden" }, el("tr", {}, ["room.col_seat", "room.col_media", "room.col_level", "room.col_link"].map((key) => el("th", { scope: "col", key }, t(/** @type {import("../../i18n.js").Key} */ (key)))))),
        el("tbody", {}, view.seats.map((seat) => h(SeatRow, { seat, level_db: levels[seat.seat], key: seat.seat }))),
      ),
    ),
  );

const HEALTHY = new Set(["running", "ready", "finished"]);

/** @param {number} bytes */
const megabytes = (bytes) => t("room.sent", { amount: number(Math.round(bytes / 1e6)) });

/** @param {{ view: View }} props */
const Outputs = ({ view }) =>
  el(
    "section",
    { class: "card outputs", "aria-label": t("room.outputs") },
    el("h2", {}, t("room.outputs")),
    view.program.streaming_lost_since !== null &&
      el("p", { class: "engine-down", role: "alert" }, h(Icon, { name: "alert" }), t("room.streaming_gone", { since: timeOfDay(view.program.streaming_lost_since) })),
    view.program.engine !== "up" && el("p", { class: "engine-down" }, h(Icon, { name: "alert" }), t(`room.engine_${view.program.engine}`)),
    el(
      "ul",
      {},
      view.outputs.map((output) =>
        el(
          "li",
          { class: cx(output.state, !HEALTHY.has(output.state) && output.state !== "starting" && "trouble"), key: output.output },
          el("span", { class: "output-mark", "aria-hidden": "true" }),
          el(
            "span",
            { class: "what" },
            el("b", {}, t(`room.kind_${output.kind}`), output.lang && ` · ${languageMark(output.lang)}`),
            output.kind === "rtmp" && el("small", {}, output.target),
            output.error && el("small", { class: "error" }, outputTrouble(output.error).text),
          ),
          el("span", { class: "how" }, el("b", {}, t(`room.output_${output.state}`)), el("small", { class: "tabular" }, megabytes(output.sent_bytes))),
        ),
      ),
    ),
    view.outputs.length === 0 && el("p", { class: "muted" }, t("room.no_outputs")),
  );

/** In the picture's margin: captions and the clock stand in its corners. @param {{ listening: boolean, onToggle: () => void }} props */
const ListenToggle = ({ listening, onToggle }) => {
  const words = t(listening ? "room.listen_off" : "room.listen_on");
  return el(
    "button",
    { type: "button", class: "listen-toggle", "aria-pressed": listening, "aria-label": t("room.listen_on"), title: words, onClick: onToggle },
    h(Icon, { name: listening ? "speaker" : "speaker_off" }),
  );
};

/** @param {{ desk: DelegateDesk, view: View, levels: Levels }} props */
export function RoomConsole({ desk, view, levels }) {
  const [listening, setListening] = useState(false);
  const choice = useDialog();
  const now_ms = desk.now_ms.value;
  const online = desk.connection.status.value === "online";
  const { timezone } = view.session;
  return el(
    "div",
    { class: "console" },
    el(
      "header",
      {},
      el("h1", {}, view.you?.name),
      el("p", { class: "muted" }, localized(view.session.title)),
      el("span", { class: "spacer" }),
      !online && el("span", { class: "pill warn", role: "status" }, el("span", { class: "dot", "aria-hidden": "true" }), t("standing.reconnecting")),
      el("span", { class: cx("pill", view.program.on_air && "live") }, el("span", { class: "dot", "aria-hidden": "true" }), t(view.program.on_air ? "program.on_air" : "program.off_air")),
      el("span", { class: "pill tabular" }, `${timeOfDay(now_ms, timezone)} ${timezone.split("/").pop()?.replaceAll("_", " ")}`),
      el("a", { class: "button quiet", href: `/s/${view.session.id}/program`, target: "_blank", rel: "noopener" }, h(Icon, { name: "full" }), t("room.monitor")),
      h(LanguagePicker, {}),
    ),
    el(
      "main",
      {},
      el(
        "div",
        { class: "column" },
        el(
          "div",
          { class: "monitor" },
          h(Program, { source: desk.peer, muted: !listening, speaker: desk.devices.speaker.value }),
          h(ListenToggle, { listening, onToggle: () => setListening(!listening) }),
        ),
        el("div", { class: "card hall-sound" }, h(Listening, { view, listen: desk.listen, label: t("room.listen_label") })),
        el("div", { class: "row" }, h(FloorCard, { desk, view, now_ms }), h(AddSpeaker, { desk, view })),
      ),
      el(
        "div",
        { class: "column" },
        el(
          "section",
          { class: "card self", "aria-label": t("room.feed") },
          el("h2", {}, t("room.feed")),
          h(Preview, { track: desk.devices.camera.value, label: t("room.feed"), mirrored: false, children: h(NoPicture, { devices: desk.devices }) }),
          h(MicrophoneLevel, { devices: desk.devices, muted: desk.muted.value }),
          h(AskedToUnmute, { desk }),
          el(
            "div",
            { class: "feed-acts" },
            h(ActionButton, { act: desk.toggleMute, pressed: desk.muted.value, class: desk.muted.value ? "muted-now" : "", children: [h(Icon, { name: desk.muted.value ? "microphone_off" : "microphone" }), t(desk.muted.value ? "act.unmute" : "act.mute")] }),
            el("button", { type: "button", class: "button", onClick: choice.open }, h(Icon, { name: "settings" }), t("act.devices")),
          ),
        ),
      ),
      el("div", { class: "column" }, h(Booths, { desk, view, levels, now_ms }), h(Links, { view, levels }), h(Outputs, { view })),
    ),
    choice.draw(() => ({
      title: t("device.title"),
      children: [h(MicrophoneLevel, { devices: desk.devices }), h(DeviceChoice, { devices: desk.devices, room: true })],
      actions: el("button", { type: "button", class: "button primary", onClick: choice.close }, t("done")),
    })),
  );
}
