/** One seat at hand: its media, its place on the stage; and adding a speaker to the queue. */

import { el, h } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { tongues } from "../speaks.js";
import { ActButton } from "./button.js";
import { countryName, initials, shortName } from "./format.js";
import { Meter, seatState } from "./stage.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").SeatView} SeatView */

/** @param {{ desk: Desk, id: string }} props */
export const SeatCard = ({ desk, id }) => {
  const seat = desk.view.seats.find((other) => other.seat === id);
  if (!seat) return el("p", { class: "sheet-main" }, t("seat.gone"));
  const state = seatState(seat, desk.view.floor.current?.seat ?? null);
  const facts = [seat.title, seat.city, countryName(seat.country), languageName(seat.language)];
  return el(
    "div",
    { class: "sheet-main seat-card" },
    el(
      "div",
      { class: `seat-head seat ${state.look}` },
      el("i", { "aria-hidden": "true" }, initials(seat)),
      el("div", {}, el("b", {}, seat.name), el("small", {}, facts.filter(Boolean).join(" · "))),
      el("span", { class: `tag ${seat.place}` }, seat.place === "room" ? t("place.room") : t("place.remote")),
    ),
    h(Meter, { desk, seat: seat.seat }),
    el("ul", { class: "facts" }, mediaFacts(seat, state).map((fact) => el("li", { key: fact }, fact))),
    h(SeatActs, { desk, seat }),
  );
};

/**
 * A plain seat's state is where it is, which its tag says already; a weak link is said by the link.
 *
 * @param {SeatView} seat @param {{ look: string, words: string }} state
 */
const mediaFacts = (seat, state) => [
  ...(state.look === "" || state.look === "weak" ? [] : [state.words]),
  seat.media.camera ? t("seat.camera.yes") : t("seat.camera.no"),
  seat.media.microphone ? t("seat.microphone.yes") : t("seat.microphone.no"),
  ...(seat.media.screen ? [t("seat.screen")] : []),
  ...(seat.muted ? [t(seat.asked_to_unmute ? "seat.asked" : "seat.muted")] : []),
  t(`seat.link.${seat.media.link}`),
];

/** @param {{ desk: Desk, seat: SeatView }} props */
const SeatActs = ({ desk, seat }) => {
  const { floor } = desk.view;
  const isListed = floor.current?.seat === seat.seat || floor.queue.some((turn) => turn.seat === seat.seat);
  return el(
    "div",
    { class: "choices" },
    h(ActButton, {
      desk, name: seat.on_stage ? "stage.leave" : "stage.bring", body: { seat: seat.seat }, id: seat.seat,
      label: seat.on_stage ? t("seat.leave") : t("seat.bring"), tone: "big",
    }),
    // Nobody opens another's microphone: the desk closes it, and asks.
    seat.muted
      ? h(ActButton, {
          desk, name: "mute.ask", body: { seat: seat.seat }, id: seat.seat, tone: "big",
          label: seat.asked_to_unmute ? t("seat.asked.waiting") : t("seat.ask"), disabled: seat.asked_to_unmute,
        })
      : h(ActButton, { desk, name: "mute", body: { seat: seat.seat }, id: seat.seat, tone: "big", label: t("seat.mute") }),
    h(ActButton, {
      desk, name: "floor.add_for", body: { seat: seat.seat, source: seat.place }, id: seat.seat, tone: "big",
      label: isListed ? t("seat.listed") : t("seat.queue"), disabled: isListed,
      said: t("add.done", { name: shortName(seat) }),
    }),
  );
};

/** Put a seat of the room, or anybody in it by name, in the queue. @param {{ desk: Desk }} props */
export const AddSpeaker = ({ desk }) => {
  const { floor, seats } = desk.view;
  const listed = new Set([floor.current?.seat, ...floor.queue.map((turn) => turn.seat)]);
  const inRoom = seats.filter((seat) => seat.place === "room" && seat.role !== "interpreter");
  /** @param {Record<string, unknown>} body @param {string} name */
  const add = (body, name) => {
    desk.ui.dialog.value = null;
    void desk.acts.run("floor.add_for", { ...body, source: "room" }, { said: t("add.done", { name }) });
  };
  return el(
    "div",
    { class: "sheet-main" },
    inRoom.length > 0 ? el("p", {}, t("add.seats")) : null,
    el(
      "div",
      { class: "choices" },
      inRoom.map((seat) =>
        el(
          "button",
          { key: seat.seat, type: "button", class: "verb", disabled: listed.has(seat.seat), onClick: () => add({ seat: seat.seat }, shortName(seat)) },
          shortName(seat),
        ),
      ),
    ),
    h(FreeName, { add, languages: desk.view.booths.length > 0 ? tongues(desk.view) : [] }),
  );
};

/** @param {{ add: (body: Record<string, unknown>, name: string) => void, languages: readonly string[] }} props */
const FreeName = ({ add, languages }) =>
  el(
    "form",
    {
      class: "stack-form",
      onSubmit: (event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const name = String(form.get("name") ?? "").trim();
        const delegation = String(form.get("delegation") ?? "").trim();
        const lang = String(form.get("lang") ?? "");
        if (name) add({ name, delegation, ...(lang ? { lang } : {}) }, name);
      },
    },
    el("label", {}, t("add.name"), el("input", { name: "name", required: true, maxLength: 80, autocomplete: "off", autofocus: true, placeholder: t("add.name.example") })),
    el("label", {}, t("add.delegation"), el("input", { name: "delegation", maxLength: 80, autocomplete: "off" })),
    languages.length > 1
      ? el(
          "label",
          {},
          t("add.lang"),
          el("select", { name: "lang" }, el("option", { value: "" }, t("add.lang.room")), languages.map((tag) => el("option", { key: tag, value: tag }, languageName(tag)))),
        )
      : null,
    el("button", { type: "submit", class: "verb primary" }, t("add.do")),
  );
