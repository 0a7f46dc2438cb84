/** The speaking queue: who waits, in order, and how to change the order. */

import { el, h } from "../../dom.js";
import { ActButton, VerbButton } from "./button.js";
import { keyOf, perform } from "./context.js";
import { useDrag } from "./drag.js";
import { countryName, elapsed, shortName } from "./format.js";
import { ListPill, ModeSwitch } from "./list.js";
import { callVerb, moveBody, undoVerb } from "./verbs.js";
import { languageName, t } from "../../i18n.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").QueuedTurnView} QueuedTurnView */

/** @param {{ desk: Desk }} props */
export const QueuePanel = ({ desk }) => {
  const { queue } = desk.view.floor;
  return el(
    "section",
    { class: "panel queue", "aria-labelledby": "queue-title" },
    el(
      "header",
      { class: "panel-head" },
      el("h2", { id: "queue-title" }, t("queue.title")),
      el("span", { class: "count num" }, String(queue.length)),
      h(ListPill, { desk }),
    ),
    h(ModeSwitch, { desk }),
    queue.length > 0 ? h(QueueList, { desk }) : h(EmptyQueue, { desk }),
    h(QueueFoot, { desk }),
  );
};

/** @param {{ desk: Desk }} props */
const EmptyQueue = ({ desk }) => {
  const isOpen = desk.view.floor.list === "open";
  return el(
    "div",
    { class: "empty" },
    el("b", {}, t("queue.empty")),
    el("p", {}, isOpen ? t("queue.empty.open") : t("queue.empty.closed")),
  );
};

/** @param {{ desk: Desk }} props */
const QueueList = ({ desk }) => {
  const drag = useDrag((body) => void desk.acts.run("floor.move", body, { key: `floor.move ${body.turn}` }));
  return el(
    "ol",
    { class: "rows", "aria-describedby": "queue-help", ref: drag.list },
    desk.view.floor.queue.map((turn, index) => h(Row, { key: turn.turn, desk, turn, index, drag })),
    el("li", { class: "visually-hidden", id: "queue-help", "aria-hidden": "true" }, t("queue.help")),
  );
};

/** @param {{ desk: Desk, turn: QueuedTurnView, index: number, drag: ReturnType<typeof useDrag> }} props */
const Row = ({ desk, turn, index, drag }) => {
  const isOpen = desk.ui.openRow.value === turn.turn;
  const isMoving = desk.acts.pending.value.has(`floor.move ${turn.turn}`);
  const name = shortName(turn);
  return el(
    "li",
    {
      class: ["turn", index === 0 && "next", turn.kind === "point_of_order" && "order", drag.classOf(turn.turn)]
        .filter(Boolean)
        .join(" "),
      style: drag.styleOf(turn.turn),
      "data-turn": turn.turn,
      "aria-busy": isMoving,
    },
    el(
      "button",
      {
        type: "button",
        class: "handle num",
        "aria-label": t("queue.handle", { name, position: index + 1 }),
        "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown Alt+Home",
        onPointerDown: (event) => drag.start(event, turn.turn),
        onKeyDown: (event) => moveByKey(desk, turn.turn, event),
      },
      turn.kind === "point_of_order" ? "!" : String(index + 1),
    ),
    h(RowText, { desk, turn, index }),
    el("span", { class: `tag ${turn.place}` }, turn.place === "room" ? t("place.room") : t("place.remote")),
    el(
      "button",
      {
        type: "button",
        class: "more",
        "aria-expanded": isOpen,
        "aria-label": t("queue.more", { name }),
        onClick: () => {
          desk.ui.openRow.value = isOpen ? null : turn.turn;
        },
      },
      "⋯",
    ),
    isOpen || turn.kind === "point_of_order" ? h(RowActions, { desk, turn, isOpen }) : null,
  );
};

/** @param {{ desk: Desk, turn: QueuedTurnView, index: number }} props */
const RowText = ({ desk, turn, index }) => {
  const wait = elapsed(Math.max(0, desk.now.value - turn.requested_at));
  const language = desk.view.booths.length > 0 && turn.language ? languageName(turn.language) : "";
  const who = [turn.name === shortName(turn) ? turn.city : turn.name, countryName(turn.country), language, turn.topic, turn.first_time ? t("queue.first_time") : ""];
  const facts = [readyWord(turn, index), t("queue.waits", { wait })];
  return el(
    "span",
    { class: "turn-text" },
    el(
      "b",
      {},
      turn.kind === "point_of_order" ? `${t("kind.point_of_order")} · ${shortName(turn)}` : shortName(turn),
      turn.kind !== "statement" && turn.kind !== "point_of_order" ? el("em", {}, kindWord(turn.kind)) : null,
    ),
    el("small", {}, who.filter(Boolean).join(" · ")),
    el("small", { class: `ready num ${readiness(turn)}` }, facts.join(" · ")),
  );
};

/** @param {string} kind */
const kindWord = (kind) =>
  kind === "direct_reply"
    ? t("kind.direct_reply")
    : kind === "right_of_reply"
      ? t("kind.right_of_reply")
      : kind === "interposed_question"
        ? t("kind.interposed_question")
        : kind === "audience_question"
          ? t("kind.audience_question")
          : "";

/** @param {QueuedTurnView} turn @returns {"away" | "ready" | "waiting"} */
const readiness = (turn) =>
  turn.presence === "away" || (turn.presence === "expected" && turn.place === "remote")
    ? "away"
    : turn.media_ready
      ? "ready"
      : "waiting";

/** @param {QueuedTurnView} turn @param {number} index */
const readyWord = (turn, index) => {
  const state = readiness(turn);
  if (state === "away") return turn.presence === "away" ? t("ready.away") : t("ready.expected");
  if (state === "waiting") return t("ready.no_media");
  return index === 0 ? t("ready.next") : t("ready.yes");
};

/** @param {{ desk: Desk, turn: QueuedTurnView, isOpen: boolean }} props */
const RowActions = ({ desk, turn, isOpen }) => {
  const { queue } = desk.view.floor;
  const name = shortName(turn);
  const call = callVerb(desk.view, turn);
  const close = () => {
    desk.ui.openRow.value = null;
  };
  /** @param {"up" | "down" | "top"} way @param {string} label @param {string} aria */
  const mover = (way, label, aria) => {
    const body = moveBody(queue, turn.turn, way);
    return h(ActButton, { desk, name: "floor.move", body: body ?? {}, id: turn.turn, label, aria, disabled: !body });
  };
  return el(
    "div",
    { class: "row-actions", role: "group", "aria-label": t("queue.actions", { name }) },
    el(
      "button",
      { type: "button", class: "act primary", "aria-busy": desk.acts.pending.value.has(keyOf(call)),
        onClick: () => { close(); perform(desk, call); } },
      turn.kind === "point_of_order" ? t("queue.take") : t("verb.call", { name }),
    ),
    isOpen ? mover("up", "↑", t("queue.up", { name })) : null,
    isOpen ? mover("down", "↓", t("queue.down", { name })) : null,
    isOpen ? mover("top", "⤒", t("queue.top", { name })) : null,
    isOpen
      ? h(ActButton, {
          desk, name: "floor.withdraw", body: { turn: turn.turn }, id: turn.turn,
          label: t("queue.remove"), aria: t("queue.remove.long", { name }), tone: "quiet", after: close,
        })
      : null,
  );
};

/** @param {Desk} desk @param {string} turn @param {KeyboardEvent} event */
const moveByKey = (desk, turn, event) => {
  /** @type {Record<string, "up" | "down" | "top">} */
  const ways = { ArrowUp: "up", ArrowDown: "down", Home: "top" };
  const way = ways[event.key];
  if (!way || !event.altKey) return;
  event.preventDefault();
  const body = moveBody(desk.view.floor.queue, turn, way);
  if (body) void desk.acts.run("floor.move", body, { key: `floor.move ${turn}` });
};

/** @param {{ desk: Desk }} props */
const QueueFoot = ({ desk }) => {
  const undo = undoVerb(desk.view, desk.now.value);
  const left_ms = (desk.view.floor.undo?.expires_at ?? 0) - desk.now.value;
  return el(
    "footer",
    { class: "panel-foot" },
    el(
      "button",
      { type: "button", class: "verb", onClick: () => { desk.ui.dialog.value = { kind: "add_speaker" }; } },
      el("span", { class: "verb-label" }, t("queue.add")),
      el("kbd", { "aria-hidden": "true" }, "R"),
    ),
    h(VerbButton, { desk, verb: undo, tone: "undo", aside: undo.enabled ? t("undo.left", { left: elapsed(left_ms) }) : "" }),
  );
};
