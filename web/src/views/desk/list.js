/** The speakers' list itself: open or closed, when it closes; and whose microphones are open. */

import { clockText } from "../../clock.js";
import { cx, el, h } from "../../dom.js";
import { language, t, tn } from "../../i18n.js";
import { perform } from "./context.js";
import { shortName } from "./format.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {View["floor"]["mode"]} Mode */

/** What a chair announces: "the list closes in five minutes". */
const CLOSING_IN_MINUTES = /** @type {const} */ ([1, 2, 5, 10]);

const MODES = /** @type {const} */ (["queue", "panel_open", "chair_only"]);

/** Whether the list is open, and how long still; opens what changes it. @param {{ desk: Desk }} props */
export const ListPill = ({ desk }) => {
  const { list, closing_at } = desk.view.floor;
  const isClosing = list === "open" && closing_at !== null;
  return el(
    "button",
    {
      type: "button",
      class: cx("pill", `list-${list}`, isClosing && "list-closing"),
      "aria-haspopup": "dialog",
      onClick: () => { desk.ui.dialog.value = { kind: "list" }; },
    },
    el("i", { class: "mark", "aria-hidden": "true" }),
    el("span", { class: "num" }, isClosing ? t("list.closing", { left: left(desk) }) : t(`list.${list}`)),
  );
};

/** @param {Desk} desk */
const left = ({ view, now }) => clockText(Math.max(0, (view.floor.closing_at ?? 0) - now.value));

/** Open, close, or announce when it closes. @param {{ desk: Desk }} props */
export const ListDialog = ({ desk }) => {
  const { list, closing_at } = desk.view.floor;
  const isOpen = list === "open";
  return el(
    "div",
    { class: "sheet-main" },
    el("p", { class: "num" }, isOpen && closing_at !== null ? t("list.closing.text", { left: left(desk) }) : t(`list.${list}.text`)),
    isOpen && el("p", { id: "closing-in" }, t("list.close_in")),
    isOpen &&
      el(
        "div",
        { class: "choices narrow", role: "group", "aria-labelledby": "closing-in" },
        CLOSING_IN_MINUTES.map((minutes) =>
          h(Choice, {
            key: minutes, desk, name: "floor.close", label: tn("list.minutes", minutes),
            body: () => ({ closing_at: Math.round(desk.now.peek() + minutes * 60_000) }),
          }),
        ),
      ),
    el(
      "div",
      { class: "sheet-acts" },
      isOpen && closing_at !== null ? h(Choice, { desk, name: "floor.open", label: t("list.keep_open") }) : null,
      isOpen
        ? h(Choice, { desk, name: "floor.close", label: t("list.close_now") })
        : h(Choice, { desk, name: "floor.open", label: t("verb.list.open"), tone: "primary" }),
    ),
  );
};

/** @param {{ desk: Desk, name: string, label: string, tone?: string, body?: () => Record<string, unknown> }} props */
const Choice = ({ desk, name, label, tone = "", body = () => ({}) }) =>
  el(
    "button",
    {
      type: "button",
      class: cx("verb", tone),
      onClick: () => {
        desk.ui.dialog.value = null;
        // The same press as the key's: a list does not open and close at once.
        void desk.acts.run(name, body(), { key: "L" });
      },
    },
    label,
  );

/** Whose microphones the gate opens. @param {{ desk: Desk }} props */
export const ModeSwitch = ({ desk }) =>
  el(
    "div",
    { class: "modes", role: "group", "aria-label": t("mode.title") },
    MODES.map((mode) =>
      el(
        "button",
        {
          key: mode,
          type: "button",
          class: cx("mode", mode),
          title: t(`mode.${mode}.hint`),
          "aria-pressed": desk.view.floor.mode === mode,
          "aria-busy": desk.acts.pending.value.has(`floor.mode ${mode}`),
          onClick: () => perform(desk, modeVerb(desk.view, mode)),
        },
        t(`mode.${mode}`),
      ),
    ),
  );

/**
 * Opening everybody's microphone is asked first, with the names of those who will be heard.
 *
 * @param {View} view @param {Mode} mode @returns {import("./verbs.js").Verb}
 */
const modeVerb = (view, mode) => {
  const verb = { name: "floor.mode", id: mode, body: { mode }, label: t(`mode.${mode}`), hint: "", key: "", enabled: view.floor.mode !== mode };
  if (mode !== "panel_open") return verb;
  const names = onStage(view).map(shortName);
  const listed = new Intl.ListFormat(language.value, { type: "conjunction" }).format(names);
  return { ...verb, label: t("mode.panel_open.do"), ask: names.length > 0 ? t("mode.panel_open.ask", { names: listed }) : t("mode.panel_open.nobody") };
};

/** Who would be heard in an open panel. @param {View} view */
const onStage = (view) => view.seats.filter((seat) => seat.on_stage && !seat.muted);

/** Said beside the speaker while turns alone do not decide who is heard. @param {{ desk: Desk }} props */
export const ModeNotice = ({ desk }) => {
  const { mode } = desk.view.floor;
  if (mode === "queue") return null;
  const count = onStage(desk.view).length;
  return el(
    "p",
    { class: cx("mode-notice", mode) },
    el("i", { class: "mark", "aria-hidden": "true" }),
    mode === "panel_open" ? tn("mode.panel_open.now", count) : t("mode.chair_only.now"),
  );
};
