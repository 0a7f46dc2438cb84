/** The interpreters' booths at the desk: who gives into what, since when, the private line. */

import { cx, el, h } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { WeakLink, stateOf, stateWords } from "../interpreter/partner.js";
import { ListenIn, MonitorSound, levelOf } from "../monitor.js";
import { boothName, nameOf } from "../interpreter/standing.js";
import { phrasesOf } from "../interpreter/words.js";
import { BoothLine } from "../line.js";
import { ActButton } from "./button.js";
import { elapsed } from "./format.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
/** @typedef {import("../../wire.d.ts").InterpreterView} InterpreterView */

/** @param {{ desk: Desk }} props */
export const BoothsPanel = ({ desk }) => {
  const { booths } = desk.view;
  const poster = el("a", { class: "act quiet booths-poster", href: desk.poster, target: "_blank", rel: "noopener" }, t("poster.title"));
  if (booths.length === 0) return el("div", { class: "empty" }, el("b", {}, t("booths.empty")), el("p", {}, t("booths.empty.hint")), poster);
  return el(
    "div",
    { class: "booths" },
    el("div", { class: "booths-top" }, h(ListenIn, { monitor: desk.monitor, lang: "floor", level_db: levelOf(desk.view, desk.levels.value, "floor") }), poster),
    h(MonitorSound, { monitor: desk.monitor }),
    el("ul", { class: "rows", tabIndex: 0, "aria-label": t("booths.title") }, booths.map((booth) => h(Booth, { key: booth.booth, desk, booth }))),
  );
};

/** @param {{ desk: Desk, booth: BoothView }} props */
const Booth = ({ desk, booth }) => {
  const name = boothName(booth);
  return el(
    "li",
    { class: cx("booth-card", `is-${booth.state}`) },
    el("h3", {}, el("i", { class: "mark", "aria-hidden": "true" }), t("booth.name", { languages: name })),
    el("p", { class: "booth-state" }, factsOf(desk, booth)),
    booth.signing
      ? null
      : el(
          "div",
          { class: "listen-ins" },
          booth.languages.map((lang) =>
            h(ListenIn, { key: lang, monitor: desk.monitor, lang, level_db: levelOf(desk.view, desk.levels.value, lang) }),
          ),
        ),
    booth.handover ? h(Handover, { desk, booth, handover: booth.handover }) : null,
    el("ul", { class: "booth-people" }, booth.interpreters.map((one) => h(Interpreter, { key: one.seat, desk, booth, one }))),
    h(BoothLine, {
      view: desk.view, booth,
      say: (text) => desk.acts.run("booth.say", { text, booth: booth.booth }, { key: `booth.say ${booth.booth}` }),
    }),
  );
};

/** What waits, and a way to end it. @param {{ desk: Desk, booth: BoothView, handover: import("../../wire.d.ts").HandoverView }} props */
const Handover = ({ desk, booth, handover }) => {
  const words = phrasesOf(booth.signing)(`booths.handover.${handover.kind}`, { name: nameOf(desk.view, handover.by) });
  return el(
    "p",
    { class: "booth-handover" },
    el("span", {}, words),
    h(ActButton, {
      desk, name: "booth.cancel", body: { booth: booth.booth }, id: booth.booth, label: t("handover.cancel"), aria: `${t("handover.cancel")}: ${words}`, tone: "quiet",
    }),
  );
};

/** State, language and how long, in one sentence. @param {Desk} desk @param {BoothView} booth */
const factsOf = (desk, booth) => {
  const { state } = booth;
  const isGiving = !booth.signing && (state === "on_air" || state === "muted");
  return [
    state === "on_air" || state === "ready" ? phrasesOf(booth.signing)(`booths.state.${state}`) : t(`booths.state.${state}`),
    isGiving ? (booth.into ? t("booths.into", { language: languageName(booth.into) }) : t("booths.into.none")) : null,
    booth.since === null ? null : elapsed(desk.now.value - booth.since),
  ].filter(Boolean).join(" · ");
};

/** @param {{ desk: Desk, booth: BoothView, one: InterpreterView }} props */
const Interpreter = ({ desk, booth, one }) => {
  const phrase = phrasesOf(booth.signing);
  const state = stateOf(one, booth);
  const isActive = booth.active === one.seat;
  return el(
    "li",
    { class: cx("booth-person", `is-${state}`) },
    el(
      "span",
      {},
      el("b", {}, one.name),
      el("small", {}, [stateWords(state, booth), one.relay === "floor" ? null : t("booths.hears", { language: languageName(one.relay) })].filter(Boolean).join(" · ")),
      h(WeakLink, { one }),
    ),
    isActive || one.ready
      ? h(ActButton, {
          desk, name: "booth.set_active", body: { booth: booth.booth, seat: isActive ? null : one.seat }, id: `${booth.booth} ${one.seat}`,
          label: phrase(isActive ? "booths.take" : "booths.put"), aria: phrase(isActive ? "booths.take.long" : "booths.put.long", { name: one.name }),
          tone: isActive ? "on" : "",
        })
      : null,
  );
};
