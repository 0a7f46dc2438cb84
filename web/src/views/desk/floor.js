/** Who has the floor, for how long still, and the verbs under the moderator's hand. */

import { clockText, remainingMs, spokenMs } from "../../clock.js";
import { cx, el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { Speaks } from "../speaks.js";
import { VerbButton } from "./button.js";
import { countryName, shortName } from "./format.js";
import { ModeNotice } from "./list.js";
import { callVerb, chairVerb, clockVerb, endVerb, extendVerb, listVerb } from "./verbs.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").CurrentTurnView} CurrentTurnView */
/** @typedef {import("../../wire.d.ts").FloorView} FloorView */

/** The last stretch of a speech, when the ring changes its look. */
const CLOSING_MS = 30_000;

/** @param {{ desk: Desk }} props */
export const FloorPanel = ({ desk }) => {
  const { current } = desk.view.floor;
  return el(
    "section",
    { class: cx("panel", "floor", `floor-${desk.view.floor.floor}`), "aria-labelledby": "floor-title" },
    el("h2", { id: "floor-title", class: "visually-hidden" }, t("floor.title")),
    h(ModeNotice, { desk }),
    current ? h(Current, { desk, current }) : h(NoOne, { desk }),
    h(Extras, { desk }),
    h(Verbs, { desk }),
    h(Say, { desk }),
  );
};

/** @param {{ desk: Desk, current: CurrentTurnView }} props */
const Current = ({ desk, current }) => {
  const state = stateWord(desk.view.floor);
  const short = shortName(current);
  const facts = [current.name, current.title, current.city, countryName(current.country)].filter((fact) => fact !== short);
  return el(
    "div",
    { class: "current" },
    h(Ring, { desk, current }),
    el(
      "div",
      { class: "who" },
      el("span", { class: "who-state" }, el("i", { class: "mark", "aria-hidden": "true" }), state),
      el("b", { class: "who-name" }, short),
      el(
        "span",
        { class: "who-facts" },
        el("span", { class: `tag ${current.place}` }, current.place === "room" ? t("place.room") : t("place.remote")),
        " ",
        facts.filter(Boolean).join(" · "),
      ),
    ),
  );
};

/** @param {FloorView} floor */
const stateWord = ({ floor, current }) => {
  if (floor === "calling") return t("floor.calling");
  if (floor === "speaking") return t("floor.speaking");
  switch (current?.held_reason) {
    case "disconnect":
      return t("floor.held.disconnect");
    case "technical":
      return t("floor.held.technical");
    case "point_of_order":
      return t("floor.held.point_of_order");
    case "interpretation":
      return t("floor.held.interpretation");
    default:
      return t("floor.held");
  }
};

/** The clock: what is left in the middle, how much of the limit as a ring. @param {{ desk: Desk, current: CurrentTurnView }} props */
const Ring = ({ desk, current }) => {
  const now = desk.now.value;
  const left_ms = remainingMs(current, now);
  const isOver = left_ms < 0;
  const share = Math.min(100, (100 * spokenMs(current, now)) / Math.max(1, current.limit_ms));
  const spoken = clockText(spokenMs(current, now));
  const limit = clockText(current.limit_ms);
  return el(
    "div",
    { class: cx("clock", isOver && "over", !isOver && left_ms <= CLOSING_MS && "closing") },
    el(
      "div",
      { class: "ring", style: { "--p": share.toFixed(2) }, role: "timer", "aria-label": t("floor.left") },
      el("div", { class: "num" }, isOver ? `+${clockText(-left_ms)}` : clockText(left_ms)),
    ),
    el("small", { class: "num" }, isOver ? t("floor.over", { limit }) : t("floor.of", { spoken, limit })),
  );
};

/** @param {{ desk: Desk }} props */
const NoOne = ({ desk }) => {
  const next = desk.view.floor.queue[0];
  return el(
    "div",
    { class: "current none" },
    el("div", { class: "clock" }, el("div", { class: "ring idle" }, el("div", {}, "–"))),
    el(
      "div",
      { class: "who" },
      el("span", { class: "who-state" }, el("i", { class: "mark", "aria-hidden": "true" }), t("floor.idle")),
      el("b", { class: "who-name" }, next ? t("floor.next", { name: shortName(next) }) : t("floor.nobody")),
      el("span", { class: "who-facts" }, next ? t("floor.next.hint") : t("floor.nobody.hint")),
    ),
  );
};

/** More time, the chair's own microphone, and what is spoken where somebody interprets. @param {{ desk: Desk }} props */
const Extras = ({ desk }) =>
  el(
    "div",
    { class: "extras" },
    h(VerbButton, { desk, verb: extendVerb(desk.view, 30), tone: "small" }),
    h(VerbButton, { desk, verb: extendVerb(desk.view, 60), tone: "small" }),
    h(VerbButton, {
      desk,
      verb: chairVerb(desk.view),
      tone: desk.view.floor.chair_open ? "small chair open" : "small chair",
    }),
    desk.view.booths.length > 0
      ? h(Speaks, { view: desk.view, say: (body) => void desk.acts.run("floor.speaks", body, { key: `floor.speaks ${Object.values(body).join(" ")}` }) })
      : null,
  );

/** @param {{ desk: Desk }} props */
const Verbs = ({ desk }) =>
  el(
    "div",
    { class: "verbs", role: "group", "aria-label": t("verbs.title") },
    h(VerbButton, { desk, verb: callVerb(desk.view), tone: "big primary" }),
    h(VerbButton, { desk, verb: clockVerb(desk.view), tone: "big" }),
    h(VerbButton, { desk, verb: endVerb(desk.view), tone: "big" }),
    h(VerbButton, { desk, verb: listVerb(desk.view), tone: isWaitingForList(desk.view) ? "big primary" : "big" }),
  );

/** Nobody to call and nobody can ask: opening the list is what comes next. @param {import("../../wire.d.ts").View} view */
const isWaitingForList = ({ floor }) => floor.queue.length === 0 && floor.list !== "open";

/**
 * One line under the verbs: a refusal, or what calling the next one also does. The only live region.
 *
 * @param {{ desk: Desk }} props
 */
const Say = ({ desk }) => {
  const said = desk.acts.notice.value;
  // What was pressed in the panel of YouTube is answered there.
  const isElsewhere = desk.ui.side.value === "youtube" && said?.about?.startsWith("broadcast.");
  const notice = isElsewhere ? null : said;
  const call = callVerb(desk.view);
  return el(
    "div",
    { class: cx("say", notice?.tone) },
    el("p", { role: "status" }, notice ? notice.text : ""),
    notice
      ? el(
          "button",
          { type: "button", class: "act quiet", onClick: () => { desk.acts.notice.value = null; } },
          t("dismiss"),
        )
      : el("small", {}, call.hint),
  );
};
