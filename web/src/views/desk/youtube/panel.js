/** YouTube on the desk: the steps with their one button, a card for each language, and the panic button. */

import { cx, el, h } from "../../../dom.js";
import { t } from "../../../i18n.js";
import { broadcastsOf, chosen, panic, pressOf, rehearse, take } from "./acts.js";
import { BroadcastCard } from "./card.js";
import { ChannelsLink } from "./channel.js";
import { STEPS, areRehearsals, canRehearse, nextOf, stepsDone } from "./flow.js";
import { namesOf, sentence, yt, ytn } from "./words.js";

/** @typedef {import("../context.js").Desk} Desk */
/** @typedef {import("./flow.js").Next} Next */

/** @param {{ desk: Desk }} props */
export const YouTubePanel = ({ desk }) => {
  const broadcasts = broadcastsOf(desk);
  if (broadcasts.length === 0) {
    return el("div", { class: "empty" }, el("b", {}, yt("panel.empty")), el("p", {}, yt("panel.empty.hint")));
  }
  const next = nextOf(broadcasts);
  return el(
    "div",
    { class: "youtube" },
    h(Steps, { desk }),
    el(
      "ul",
      { class: "rows cards", tabIndex: 0, "aria-label": t("side.youtube") },
      broadcasts.map((broadcast) => el("li", { key: broadcast.lang }, h(BroadcastCard, { desk, broadcast, next }))),
      desk.channels === null ? null : el("li", { key: "channels" }, h(ChannelsLink, { url: desk.channels })),
    ),
    el("footer", { class: "panel-foot" }, h(Quota, { desk }), h(Refusal, { desk }), h(MainButton, { desk, next }), h(Rehearse, { desk }), h(PanicButton, { desk })),
  );
};

/** How far the language that is furthest behind has come. @param {{ desk: Desk }} props */
const Steps = ({ desk }) => {
  const active = broadcastsOf(desk).filter(({ stage }) => stage !== "ended" && stage !== "off" && stage !== "stopped");
  const all = active.length > 0 ? active : broadcastsOf(desk);
  const done = Math.min(...all.map(({ stage }) => stepsDone(stage)));
  return el(
    "ol",
    { class: "steps", "aria-label": yt("flow.title") },
    STEPS.map((step, place) => {
      const state = place < done ? "done" : place === done ? "now" : "skipped";
      return el(
        "li",
        { key: step, class: state, ...(state === "now" ? { "aria-current": "step" } : {}) },
        el("i", { class: "mark", "aria-hidden": "true" }),
        yt(`flow.${step}`),
        el("span", { class: "visually-hidden" }, ` (${yt(`flow.${state}`)})`),
      );
    }),
  );
};

/** What is left of the day, and a warning when it will not last. @param {{ desk: Desk }} props */
const Quota = ({ desk }) => {
  const quota = desk.view.youtube?.quota ?? null;
  if (quota === null) return null;
  const { verdict, code, params } = quota;
  return el(
    "p",
    { class: cx("yt-quota", `verdict-${verdict}`) },
    el("span", { class: "yt-verdict" }, el("i", { class: "mark", "aria-hidden": "true" }), el("span", {}, sentence(code, params))),
  );
};

/** What YouTube's commands were refused for, beside the button that was pressed. @param {{ desk: Desk }} props */
const Refusal = ({ desk }) => {
  const notice = desk.acts.notice.value;
  const isOurs = notice?.about?.startsWith("broadcast.") ?? false;
  return el("p", { role: "status", class: cx("yt-say", isOurs && notice?.tone) }, isOurs ? notice?.text : "");
};

/** @param {{ desk: Desk, next: Next }} props */
const MainButton = ({ desk, next }) => {
  if ("wait" in next) {
    return el(
      "button",
      { type: "button", class: "verb big", disabled: true },
      el("span", { class: "spinner", "aria-hidden": "true" }),
      el("span", { class: "verb-label" }, yt(`step.wait.${next.wait}`)),
    );
  }
  const { step, langs } = next;
  const isRehearsal = areRehearsals(chosen(desk, langs)) && (step === "live" || step === "end");
  const isLive = step === "live" || step === "end";
  return el(
    "button",
    {
      type: "button",
      class: cx("verb", "big", isLive && !isRehearsal ? "danger" : "primary"),
      "aria-busy": desk.acts.pending.value.has(pressOf(step, langs)),
      ...(isLive ? { "aria-haspopup": /** @type {const} */ ("dialog") } : {}),
      onClick: () => take(desk, step, langs),
    },
    el("span", { class: "verb-label" }, ytn(isRehearsal ? `step.${step}_rehearsal` : `step.${step}`, langs.length, { languages: namesOf(langs) })),
  );
};

/** All languages at once, while none is on its way to viewers. @param {{ desk: Desk }} props */
const Rehearse = ({ desk }) => {
  const broadcasts = broadcastsOf(desk);
  const langs = broadcasts.map(({ lang }) => lang);
  if (!broadcasts.every(canRehearse)) return null;
  const isPending = desk.acts.pending.value.has(`broadcast.rehearse ${langs.join(" ")}`);
  return el(
    "button",
    { type: "button", class: "act yt-rehearse", title: yt("panel.rehearse.hint"), "aria-busy": isPending, onClick: () => rehearse(desk, langs) },
    yt("panel.rehearse"),
  );
};

/** @param {{ desk: Desk }} props */
const PanicButton = ({ desk }) => {
  const isOn = desk.view.youtube?.panic ?? false;
  return el(
    "button",
    {
      type: "button",
      class: cx("verb", "panic", isOn && "on"),
      "aria-busy": desk.acts.pending.value.has("broadcast.panic"),
      "aria-keyshortcuts": "Shift+S",
      title: yt("panic.hint"),
      onClick: () => panic(desk),
    },
    el("i", { class: "slate-mark", "aria-hidden": "true" }),
    el("span", { class: "verb-label" }, isOn ? yt("panic.off") : yt("panic.on")),
    el("kbd", { "aria-hidden": "true" }, "⇧S"),
  );
};
