/** The strip at the bottom: every seat with its state in shape, words and colour; and the layouts. */

import { cx, el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { Icon } from "../parts.js";
import { initials, shortName } from "./format.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").SeatView} SeatView */

/** Layouts in the order of the strip. */
const LAYOUTS = /** @type {const} */ (["auto", "speaker", "gallery", "side_by_side", "room", "slate"]);

/** @param {{ desk: Desk }} props */
export const StageStrip = ({ desk }) =>
  el(
    "section",
    { class: "panel stage", "aria-labelledby": "stage-title" },
    el("h2", { id: "stage-title", class: "visually-hidden" }, t("stage.title")),
    el(
      "ul",
      { class: "seats", tabIndex: 0, "aria-label": t("stage.seats") },
      desk.view.seats.filter(sitsAtTable).map((seat) => el("li", { key: seat.seat }, h(Seat, { desk, seat }))),
    ),
    h(Layouts, { desk }),
  );

/** Desks, booths and the public sit elsewhere; a desk that sends picture or sound is at the table. @param {SeatView} seat */
const sitsAtTable = ({ role, media, on_stage }) => {
  if (role === "interpreter" || role === "audience") return false;
  if (role !== "organizer") return true;
  return on_stage || media.camera || media.microphone || media.screen;
};

/** @param {{ desk: Desk, seat: SeatView }} props */
const Seat = ({ desk, seat }) => {
  const state = seatState(seat, desk.view.floor.current?.seat ?? null);
  const name = shortName(seat);
  const extras = [isWithoutPicture(seat) && t("seat.no_picture"), seat.muted && t("seat.muted"), seat.on_stage && t("seat.on_stage")].filter(Boolean).join(", ");
  return el(
    "button",
    {
      type: "button",
      class: cx("seat", state.look, seat.on_stage && "on-stage"),
      onClick: () => {
        desk.ui.dialog.value = { kind: "seat", seat: seat.seat };
      },
    },
    el("i", { "aria-hidden": "true" }, initials(seat), h(Marks, { seat })),
    el("b", {}, name),
    el("small", {}, state.words),
    extras ? el("span", { class: "visually-hidden" }, extras) : null,
    h(Meter, { desk, seat: seat.seat }),
  );
};

/** What of a seat does not arrive, though it is here. @param {{ seat: SeatView }} props */
const Marks = ({ seat }) => [
  isWithoutPicture(seat) ? el("s", { class: "no-camera" }, h(Icon, { name: "camera_off" })) : null,
  seat.muted ? el("s", {}, h(Icon, { name: "microphone_off" })) : null,
];

/** Joined, and no picture comes: shown as a card on the program. @param {SeatView} seat */
const isWithoutPicture = ({ role, presence, media }) =>
  (role === "delegate" || role === "room") && presence === "online" && media.link !== "lost" && !media.camera && !media.screen;

/**
 * A seat's state: how it looks and how it is said.
 *
 * @param {SeatView} seat
 * @param {string | null} current
 * @returns {{ look: string, words: string }}
 */
export const seatState = (seat, current) => {
  const isLost = seat.presence === "away" || seat.media.link === "lost";
  if (seat.tally === "on_air" && isLost) return { look: "away", words: t("seat.reconnecting") };
  if (seat.tally === "on_air" && seat.seat === current) return { look: "on", words: t("seat.speaking") };
  if (seat.tally === "on_air") return { look: "on", words: t("seat.on_air") };
  if (isLost) return { look: "away", words: t("seat.reconnecting") };
  if (seat.tally === "next") return { look: "nx", words: t("seat.next") };
  if (seat.media.link === "weak") return { look: "weak", words: t("seat.weak") };
  if (seat.presence === "expected") return { look: "away", words: t("seat.expected") };
  if (isWithoutPicture(seat)) return { look: "", words: t("seat.no_picture") };
  return { look: "", words: seat.place === "room" ? t("place.room") : t("place.remote") };
};

/** Below this a meter is empty. */
const QUIET_DBFS = -60;

/** @param {{ desk: Desk, seat: string }} props */
export const Meter = ({ desk, seat }) => {
  const level_dbfs = desk.levels.value[seat] ?? QUIET_DBFS;
  const share = Math.max(0, Math.min(1, 1 - level_dbfs / QUIET_DBFS));
  return el(
    "span",
    { class: "meter", "aria-hidden": "true" },
    el("i", { style: { "--level": Math.round(share * 100) } }),
  );
};

/** @param {{ desk: Desk }} props */
const Layouts = ({ desk }) =>
  el(
    "div",
    { class: "layouts", role: "group", "aria-label": t("layout.title") },
    LAYOUTS.map((layout) => h(LayoutButton, { key: layout, desk, layout })),
  );

/** @param {{ desk: Desk, layout: typeof LAYOUTS[number] }} props */
const LayoutButton = ({ desk, layout }) => {
  const key = `stage.scene ${layout}`;
  const isAsked = desk.view.program.scene === layout;
  const isShown = desk.view.program.layout === layout;
  return el(
    "button",
    {
      type: "button",
      class: cx("layout", layout === "slate" && "slate", isShown && "shown"),
      "aria-pressed": isAsked,
      "aria-busy": desk.acts.pending.value.has(key),
      onClick: () => void desk.acts.run("stage.scene", { layout }, { key }),
    },
    t(`layout.${layout}`),
  );
};
