/** Who else is in the booth, and the microphone changing hands. */

import { cx, el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { nameOf } from "./standing.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
/** @typedef {import("../../wire.d.ts").InterpreterView} InterpreterView */

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
export const Partner = ({ desk, view, booth }) => {
  const others = booth.interpreters.filter((one) => one.seat !== view.you?.seat);
  return el(
    "section",
    { class: cx("card", "partner", isForMe(desk) && "asks", desk.handing.value?.kind === "lost" && "lost"), "aria-labelledby": "partner-title" },
    el("h2", { id: "partner-title" }, t("partner.title")),
    others.length === 0
      ? el("p", { class: "muted" }, t("partner.nobody"))
      : el("ul", { class: "partners" }, others.map((one) => h(Person, { key: one.seat, one, booth }))),
    h(Handover, { desk, view }),
  );
};

/** @param {BoothDesk} desk */
const isForMe = (desk) => ["offered", "asked", "lost"].includes(desk.handing.value?.kind ?? "none");

/** @param {{ one: InterpreterView, booth: BoothView }} props */
const Person = ({ one, booth }) => {
  const state = stateOf(one, booth);
  return el("li", { class: cx("partner-row", state) }, el("i", { class: "mark", "aria-hidden": "true" }), el("b", {}, one.name), el("span", {}, t(`partner.${state}`)));
};

/** @param {InterpreterView} one @param {BoothView} booth @returns {"on_air" | "coughs" | "ready" | "not_ready" | "away"} */
export const stateOf = (one, booth) => {
  if (booth.active === one.seat) return booth.state === "muted" ? "coughs" : "on_air";
  if (one.ready) return "ready";
  return one.online || one.microphone ? "not_ready" : "away";
};

/** One line of words and one act, always in the same place. @param {{ desk: BoothDesk, view: View }} props */
const Handover = ({ desk, view }) => {
  const handing = desk.handing.value ?? { kind: "none" };
  const { kind } = handing;
  const isWaiting = "by" in handing;
  const name = isWaiting ? nameOf(view, handing.by) : "";
  const left = isWaiting ? t("handover.left", { left: Math.ceil(handing.left_ms / 1000) }) : "";
  return el(
    "div",
    { class: "handover", "data-handing": kind },
    el("p", { class: "handover-words" }, WORDS[kind](name), left ? el("b", { class: "tabular handover-left" }, left) : null),
    el(
      "div",
      { class: "handover-acts" },
      h(MainAct, { desk, kind }),
      isWaiting && kind !== "other"
        ? el(
            "button",
            { type: "button", class: "button", "aria-keyshortcuts": "Escape", onClick: desk.cancel },
            kind === "offer_waits" || kind === "request_waits" ? t("handover.cancel") : t("handover.decline"),
            el("kbd", { "aria-hidden": "true" }, "Esc"),
          )
        : null,
    ),
  );
};

/** @type {Record<import("./standing.js").Handing["kind"], (name: string) => string>} */
const WORDS = {
  offered: (name) => t("handover.offered", { name }),
  asked: (name) => t("handover.asked", { name }),
  lost: (name) => t("handover.lost", { name }),
  offer_waits: () => t("handover.offer.waits"),
  request_waits: () => t("handover.request.waits"),
  other: (name) => t("handover.other", { name }),
  may_offer: () => t("handover.idle"),
  may_request: () => t("handover.idle"),
  no_partner: () => t("handover.no_partner"),
  free: () => t("handover.free"),
  none: () => t("handover.idle"),
};

/** @param {{ desk: BoothDesk, kind: import("./standing.js").Handing["kind"] }} props */
const MainAct = ({ desk, kind }) => {
  const words =
    kind === "offered" || kind === "lost" ? t("handover.accept")
      : kind === "asked" ? t("handover.give")
        : kind === "may_request" || kind === "request_waits" || kind === "none" ? t("handover.request")
          : t("handover.offer");
  const isUrgent = isForMe(desk);
  const pending = desk.acts.pending.value;
  return el(
    "button",
    {
      type: "button", class: cx("button", "handover-main", isUrgent && "next"),
      disabled: !isUrgent && kind !== "may_offer" && kind !== "may_request", "aria-keyshortcuts": isUrgent ? "H Enter" : "H",
      "aria-busy": ["booth.offer", "booth.request", "booth.accept"].some((verb) => pending.has(verb)), onClick: desk.handOver,
    },
    words,
    el("kbd", { "aria-hidden": "true" }, "H"),
  );
};
