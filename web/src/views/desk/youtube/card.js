/** One language on YouTube: how far it is, who may watch, whether all is well, its links. */

import { cx, el, h } from "../../../dom.js";
import { languageName, number } from "../../../i18n.js";
import { copied, embedCode } from "../../copy.js";
import { Curve } from "../../curve.js";
import { callOff, cancel, ownStep, pressOf, reconnect, rehearse, setPrivacy, take } from "./acts.js";
import { ChannelLine } from "./channel.js";
import { Checks } from "./checks.js";
import { canRehearse } from "./flow.js";
import { SENDING } from "./flow.js";
import { sentence, sentenceOf, yt } from "./words.js";

/** @typedef {import("../context.js").Desk} Desk */
/** @typedef {import("./flow.js").BroadcastView} BroadcastView */
/** @typedef {import("./flow.js").Next} Next */
/** @typedef {import("./flow.js").Privacy} Privacy */

/** @type {readonly Privacy[]} */
const PRIVACIES = ["public", "unlisted", "private"];

/** @param {{ desk: Desk, broadcast: BroadcastView, next: Next }} props */
export const BroadcastCard = ({ desk, broadcast, next }) => {
  const { lang, stage, title, verdict, busy, rehearsal } = broadcast;
  const language = languageName(lang);
  const { own, others } = actsOf(desk, broadcast, next, language);
  const isOpen = desk.ui.openRow.value === `yt-${lang}`;
  return el(
    "article",
    { class: cx("yt-card", `stage-${rehearsal && stage === "live" ? "ready" : stage}`, `verdict-${verdict}`, isOpen && "open"), "aria-labelledby": `yt-${lang}`, "data-lang": lang },
    el(
      "div",
      { class: "yt-head" },
      el("h3", { id: `yt-${lang}` }, language),
      busy ? el("span", { class: "spinner", role: "img", "aria-label": yt("card.busy") }) : null,
      h(Edit, { desk, broadcast, language }),
      el("span", { class: "pill stage-pill" }, el("i", { class: "mark", "aria-hidden": "true" }), rehearsal && stage === "live" ? yt("stage.rehearsal") : yt(`stage.${stage}`)),
      h(More, { desk, lang, language, isOpen, disabled: others.length === 0 }),
    ),
    el("p", { class: "yt-title", lang, title }, title),
    rehearsal ? el("p", { class: "yt-rehearsal" }, yt("card.rehearsal")) : null,
    el("p", { class: "yt-verdict" }, el("i", { class: "mark", "aria-hidden": "true" }), el("span", {}, sentenceOf(broadcast))),
    h(TheirWords, { broadcast }),
    h(ChannelLine, { desk, broadcast }),
    h(Remarks, { broadcast }),
    h(Checks, { broadcast, language }),
    h(Figures, { desk, broadcast, language }),
    el("div", { class: "yt-row" }, h(WhoMayWatch, { desk, broadcast, language }), h(PrivacyAgain, { desk, broadcast }), h(Links, { desk, broadcast, language })),
    own || (isOpen && others.length > 0) ? el("div", { class: "yt-acts" }, own, isOpen ? others : null) : null,
  );
};

/** @param {{ desk: Desk, broadcast: BroadcastView, language: string }} props */
const Edit = ({ desk, broadcast, language }) =>
  el(
    "button",
    {
      type: "button",
      class: "act yt-open-edit",
      "aria-haspopup": /** @type {const} */ ("dialog"),
      "aria-label": yt("card.edit.long", { language }),
      onClick: () => { desk.ui.dialog.value = { kind: "youtube_edit", broadcast }; },
    },
    yt("card.edit"),
  );

/** Opens what is done seldom. @param {{ desk: Desk, lang: string, language: string, isOpen: boolean, disabled: boolean }} props */
const More = ({ desk, lang, language, isOpen, disabled }) =>
  el(
    "button",
    {
      type: "button",
      class: "more",
      disabled,
      "aria-expanded": isOpen && !disabled,
      "aria-label": yt("card.more", { language }),
      onClick: () => { desk.ui.openRow.value = isOpen ? null : `yt-${lang}`; },
    },
    "⋯",
  );

/** What YouTube itself says of it, beside our sentence. @param {{ broadcast: BroadcastView }} props */
const TheirWords = ({ broadcast: { params } }) =>
  params["says"] === undefined ? null : el("p", { class: "yt-says" }, yt("card.says"), " ", el("q", { lang: "" }, String(params["says"])));

/** Remarks that ask nothing of anybody. */
const CALM = new Set(["chat_reading", "chat_reading_some", "chat_ended", "post_sent", "captions_ready", "captions_sent"].map((code) => `youtube.${code}`));

/** How chat and captions fare: a word each while all is well, else a sentence. @param {{ broadcast: BroadcastView }} props */
const Remarks = ({ broadcast: { remarks } }) =>
  remarks.length === 0
    ? null
    : el("ul", { class: "yt-remarks" }, remarks.map(({ about, code, params }) => el("li", { key: about, class: CALM.has(code) ? "" : "needs" }, sentence(code, params))));

/** @param {{ desk: Desk, broadcast: BroadcastView, language: string }} props */
const Figures = ({ desk, broadcast: { lang, viewers, views, stage }, language }) => {
  if (stage !== "live" && stage !== "ending" && views === null) return null;
  const figures = desk.viewers.find((each) => each.lang === lang);
  /** @param {number | null} count */
  const figure = (count) => (count === null ? "–" : number(count));
  return el(
    "dl",
    { class: "yt-figures" },
    el("div", {}, el("dt", {}, yt("card.now")), el("dd", { class: "num" }, figure(viewers))),
    el("div", {}, el("dt", {}, yt("card.total")), el("dd", { class: "num" }, figure(views))),
    figures && figures.peak !== null ? el("div", {}, el("dt", {}, yt("card.peak")), el("dd", { class: "num" }, figure(figures.peak))) : null,
    figures ? h(Curve, { samples: figures.samples, label: yt("card.curve", { language }) }) : null,
  );
};

/** @param {{ desk: Desk, broadcast: BroadcastView, language: string }} props */
const WhoMayWatch = ({ desk, broadcast, language }) => {
  const isFixed = broadcast.rehearsal || broadcast.stage === "ending" || broadcast.stage === "clearing";
  return el(
    "label",
    { class: cx("yt-privacy", broadcast.privacy) },
    el(
      "select",
      {
        "aria-label": yt("card.privacy", { language }),
        disabled: isFixed,
        value: broadcast.privacy,
        onChange: (event) => {
          const wanted = PRIVACIES.find((each) => each === event.currentTarget.value) ?? broadcast.privacy;
          // The page shows what is set, not what is asked for.
          event.currentTarget.value = broadcast.privacy;
          if (wanted !== broadcast.privacy) setPrivacy(desk, broadcast, wanted);
        },
      },
      PRIVACIES.map((each) => el("option", { key: each, value: each, selected: each === broadcast.privacy }, yt(`youtube.privacy.${each}`))),
    ),
  );
};

/** Sentences about a broadcast that others may watch than was set. */
const DIFFERS = new Set(["differs", "gate", "refused"].map((word) => `youtube.privacy_${word}`));

/** The same word once more, which a list of choices does not take. @param {{ desk: Desk, broadcast: BroadcastView }} props */
const PrivacyAgain = ({ desk, broadcast }) =>
  DIFFERS.has(broadcast.code)
    ? el(
        "button",
        {
          type: "button",
          class: "act",
          "aria-busy": desk.acts.pending.value.has(`broadcast.privacy ${broadcast.lang}`),
          onClick: () => setPrivacy(desk, broadcast, broadcast.privacy),
        },
        yt(`privacy.again.${broadcast.privacy}`),
      )
    : null;

/** @param {Desk} desk @param {string} what @param {string} done */
const copy = async (desk, what, done) => {
  const isDone = await copied(what);
  const text = isDone ? done : yt("card.not_copied", { url: what });
  desk.acts.say({ tone: isDone ? "done" : "refused", text, about: "broadcast.copy" });
};

/** @param {{ desk: Desk, broadcast: BroadcastView, language: string }} props */
const Links = ({ desk, broadcast: { watch_url, studio_url }, language }) => {
  if (watch_url === null) return null;
  return el(
    "div",
    { class: "yt-links" },
    el("a", { class: "act", href: watch_url, target: "_blank", rel: "noopener", "aria-label": yt("card.watch.long", { language }) }, yt("card.watch")),
    el("button", { type: "button", class: "act", "aria-label": yt("card.copy.long", { language }), onClick: () => void copy(desk, watch_url, yt("card.copied", { language })) }, yt("card.copy")),
    studio_url === null
      ? null
      : el("a", { class: "act", href: studio_url, target: "_blank", rel: "noopener", "aria-label": yt("card.studio.long", { language }) }, yt("card.studio")),
  );
};

/** What shows the broadcast on another site. @param {{ desk: Desk, url: string, title: string, language: string }} props */
const Code = ({ desk, url, title, language }) =>
  el(
    "button",
    { type: "button", class: "act", "aria-label": yt("card.embed.long", { language }), onClick: () => void copy(desk, embedCode(url, title), yt("card.embed.copied", { language })) },
    yt("card.embed"),
  );

/**
 * What this language alone can do: `own` where the main button leaves it out, `others` behind "more".
 *
 * @param {Desk} desk @param {BroadcastView} broadcast @param {Next} next @param {string} language
 */
const actsOf = (desk, broadcast, next, language) => {
  const { lang, stage, rehearsal, embed_url, privacy, title } = broadcast;
  const step = ownStep(broadcast, next);
  const isLeftOut = step !== null && "step" in next && !next.langs.includes(lang);
  /** @param {import("./flow.js").Step} each @param {string} label */
  const button = (each, label) => h(OwnStep, { key: each, desk, step: each, lang, label });
  const own = step ? button(step, yt(rehearsal && step === "live" ? "card.only.rehearsal" : `card.only.${step}`, { language })) : null;
  const again = SENDING.has(stage) && stage !== "ending" ? h(Reconnect, { key: "reconnect", desk, broadcast, language }) : null;
  const isNeeded = UNFED.has(broadcast.code);
  const isPrepared = stage === "preparing" || stage === "prepared" || stage === "checking" || stage === "ready";
  // It went on YouTube by itself: ending it must not be looked for.
  const isOut = broadcast.code === "youtube.public_by_itself";
  const others = [
    isLeftOut ? null : own,
    isNeeded ? null : again,
    stage === "checking" ? button("live", yt("card.anyway", { language })) : null,
    stage === "starting" || stage === "stopped" ? button("end", yt("card.only.end", { language })) : null,
    canRehearse(broadcast)
      ? el("button", { key: "rehearse", type: "button", class: "act", onClick: () => rehearse(desk, [lang]) }, yt("card.rehearse", { language }))
      : null,
    embed_url === null || privacy === "private" ? null : h(Code, { key: "code", desk, url: embed_url, title, language }),
    isPrepared && rehearsal
      ? el("button", { key: "cancel", type: "button", class: "act", onClick: () => callOff(desk, broadcast) }, yt("card.call_off", { language }))
      : null,
    isPrepared && !rehearsal
      ? el("button", { key: "cancel", type: "button", class: "act", onClick: () => cancel(desk, broadcast) }, yt("card.cancel", { language }))
      : null,
  ].filter((each) => each !== null);
  const shown = [
    isOut ? button("end", yt("card.only.end", { language })) : null,
    isLeftOut ? own : null,
    isNeeded ? again : null,
  ].filter((each) => each !== null);
  return { own: shown.length > 0 ? shown : null, others };
};

/** Nothing reaches YouTube by the connection as it is. */
const UNFED = new Set(["no_data", "no_data_on_air", "output_broken", "output_stalled"].map((code) => `youtube.${code}`));

/** @param {{ desk: Desk, broadcast: BroadcastView, language: string }} props */
const Reconnect = ({ desk, broadcast, language }) =>
  el("button", { type: "button", class: "act", onClick: () => reconnect(desk, broadcast) }, yt("card.reconnect", { language }));

/** @param {{ desk: Desk, step: import("./flow.js").Step, lang: string, label: string }} props */
const OwnStep = ({ desk, step, lang, label }) =>
  el(
    "button",
    { type: "button", class: "act", "aria-busy": desk.acts.pending.value.has(pressOf(step, [lang])), onClick: () => take(desk, step, [lang]) },
    label,
  );
