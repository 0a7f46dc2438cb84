/** Who else is in the booth, and the microphone changing hands. */

import { cx, el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { isOthers, nameOf } from "./standing.js";
import { phrasesOf } from "./words.js";

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
      ? el("p", { class: "muted" }, desk.phrase("partner.nobody"))
      : el("ul", { class: "partners" }, others.map((one) => h(Person, { key: one.seat, desk, one, booth, isOne: others.filter((other) => other.ready).length < 2 }))),
    h(Handover, { desk, view }),
  );
};

/** @param {BoothDesk} desk */
const isForMe = (desk) => ["offered", "asked", "lost"].includes(desk.handing.value?.kind ?? "none");

/** Where several could take it, the microphone is offered to one of them or, below, to all. @param {{ desk: BoothDesk, one: InterpreterView, booth: BoothView, isOne: boolean }} props */
const Person = ({ desk, one, booth, isOne }) => {
  const state = stateOf(one, booth);
  const isOffered = !isOne && one.ready && desk.handing.value?.kind === "may_offer";
  return el(
    "li",
    { class: cx("partner-row", state) },
    el("i", { class: "mark", "aria-hidden": "true" }),
    el("b", {}, one.name),
    isOffered
      ? el("button", { type: "button", class: "button partner-offer", "aria-label": desk.phrase("handover.offer.to", { name: one.name }), onClick: () => desk.offer(one.seat) }, t("handover.offer.one"))
      : el("span", {}, stateWords(state, booth)),
    h(WeakLink, { one }),
  );
};

/** What others may not notice themselves: gaps in what arrives. @param {{ one: InterpreterView }} props */
export const WeakLink = ({ one }) => (one.link === "weak" ? el("span", { class: "weak-link" }, `▲ ${t("partner.weak")}`) : null);

/** @param {InterpreterView} one @param {BoothView} booth @returns {"on_air" | "coughs" | "ready" | "not_ready" | "away"} */
export const stateOf = (one, booth) => {
  if (booth.active === one.seat) return booth.state === "muted" ? "coughs" : "on_air";
  if (one.ready) return "ready";
  return one.online || one.microphone || one.camera ? "not_ready" : "away";
};

/** @param {ReturnType<typeof stateOf>} state @param {BoothView} booth */
export const stateWords = (state, booth) => (state === "on_air" ? phrasesOf(booth.signing)("partner.on_air") : t(`partner.${state}`));

/** One line of words and one act, always in the same place. @param {{ desk: BoothDesk, view: View }} props */
const Handover = ({ desk, view }) => {
  const handing = desk.handing.value ?? { kind: "none" };
  const { kind } = handing;
  const isWaiting = "by" in handing;
  const unheeded = "unheeded" in handing ? handing.unheeded : null;
  const name = isWaiting ? nameOf(view, handing.by) : "";
  const left = isWaiting ? t("handover.left", { left: Math.ceil(handing.left_ms / 1000) }) : "";
  return el(
    "div",
    { class: "handover", "data-handing": kind },
    el("p", { class: "handover-words" }, unheeded ? desk.phrase(`handover.unheeded.${unheeded}`) : WORDS[kind](desk.phrase, name), left ? el("b", { class: "tabular handover-left" }, left) : null),
    el(
      "div",
      { class: "handover-acts" },
      h(MainAct, { desk, kind }),
      isWaiting && !isOthers(kind)
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

/** @type {Record<import("./standing.js").Handing["kind"], (phrase: import("./words.js").Phrase, name: string) => string>} */
const WORDS = {
  offered: (phrase, name) => phrase("handover.offered", { name }),
  asked: (phrase, name) => phrase("handover.asked", { name }),
  lost: (phrase, name) => phrase("handover.lost", { name }),
  offer_waits: (phrase) => phrase("handover.offer.waits"),
  request_waits: (phrase) => phrase("handover.request.waits"),
  other: (phrase, name) => phrase("handover.other", { name }),
  other_request: (phrase, name) => phrase("handover.other.request", { name }),
  other_lost: (phrase, name) => phrase("handover.other.lost", { name }),
  declined: (phrase, name) => phrase("handover.declined", { name }),
  may_offer: (phrase) => phrase("handover.idle"),
  may_request: (phrase) => phrase("handover.idle"),
  no_partner: (phrase) => phrase("handover.no_partner"),
  free: (phrase) => phrase("handover.free"),
  none: (phrase) => phrase("handover.idle"),
};

/** @param {{ desk: BoothDesk, kind: import("./standing.js").Handing["kind"] }} props */
const MainAct = ({ desk, kind }) => {
  const words = desk.phrase(
    kind === "offered" || kind === "lost" ? "handover.accept"
      : kind === "asked" ? "handover.give"
        : kind === "may_request" || kind === "request_waits" || kind === "none" ? "handover.request"
          : "handover.offer",
  );
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
