/** What a broadcast says and shows: one form for a language, before the show and in it. */

import { cx, el, h, useRef, useState } from "../../../dom.js";
import { errorText, languageName, number } from "../../../i18n.js";
import { zoneName } from "../format.js";
import { broadcastsOf } from "./acts.js";
import { ON_YOUTUBE } from "./flow.js";
import { DESCRIPTION_MOST, TITLE_MOST, bytesOf, faultOf, lettersOf } from "./texts.js";
import { yt } from "./words.js";
import { instantOf, wallTime } from "./zone_time.js";

/** @typedef {import("../context.js").Desk} Desk */
/** @typedef {import("./flow.js").BroadcastView} BroadcastView */
/** @typedef {import("./texts.js").Draft} Draft */
/** @typedef {import("./texts.js").Field} Field */
/** @typedef {{ text: string, field: Field | null, isOvertaken?: boolean }} Trouble */

/** The start, in minutes, can be moved until it has begun. @param {BroadcastView} broadcast */
const hasBegun = ({ stage }) => ON_YOUTUBE.has(stage) || stage === "ending";

/** @param {BroadcastView} broadcast @param {string} zone @returns {Draft} */
const draftOf = ({ title, description, scheduled_at, picture }, zone) => ({
  title,
  description,
  start: scheduled_at === null ? "" : wallTime(scheduled_at, zone),
  picture,
});

/**
 * Only what was changed is sent, so that two people who change different things do not undo each other's.
 *
 * @param {Draft} draft @param {Draft} before @param {string} zone
 */
const changesOf = (draft, before, zone) => ({
  ...(draft.title === before.title ? {} : { title: draft.title }),
  ...(draft.description === before.description ? {} : { description: draft.description }),
  ...(draft.picture === before.picture ? {} : { picture: draft.picture }),
  ...(draft.start === before.start || draft.start === "" ? {} : { scheduled_at: instantOf(draft.start, zone) }),
});

/**
 * `broadcast` is as it was when the form was opened: another version meanwhile is a refusal, and
 * what was typed stays.
 *
 * @param {{ desk: Desk, broadcast: BroadcastView }} props
 */
export const EditBroadcast = ({ desk, broadcast }) => {
  const zone = desk.view.session.timezone;
  const [base, setBase] = useState(broadcast);
  const [draft, setDraft] = useState(() => draftOf(broadcast, zone));
  const [trouble, setTrouble] = useState(/** @type {Trouble | null} */ (null));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const now = broadcastsOf(desk).find(({ lang }) => lang === broadcast.lang) ?? broadcast;
  const key = `broadcast.edit ${broadcast.lang}`;
  const close = () => { desk.ui.dialog.value = null; };
  /** @param {Partial<Draft>} part */
  const change = (part) => { setDraft({ ...draft, ...part }); setTrouble(null); };
  /** @param {Trouble} found */
  const refuse = (found) => {
    setTrouble(found);
    const field = found.field && form.current?.elements.namedItem(found.field);
    if (field instanceof HTMLElement) field.focus();
  };
  const save = async () => {
    const fault = faultOf(draft);
    if (fault) return refuse({ text: errorText(fault.code, fault.params), field: fault.field });
    const changes = changesOf(draft, draftOf(base, zone), zone);
    if (Object.keys(changes).length === 0) return close();
    // After a conflict somebody has read what the others wrote, and decided.
    const { version } = trouble?.isOvertaken ? now : base;
    const said = yt("edit.saved", { language: languageName(broadcast.lang) });
    const isDone = await desk.acts.run("broadcast.edit", { lang: broadcast.lang, version, ...changes }, { key, said });
    if (isDone) return close();
    const notice = desk.acts.notice.value;
    if (notice?.about !== "broadcast.edit") return undefined;
    const isOvertaken = notice.code === "broadcast.changed";
    return refuse({ text: isOvertaken ? yt("edit.overtaken") : notice.text, field: null, isOvertaken });
  };
  const takeTheirs = () => { setBase(now); setDraft(draftOf(now, zone)); setTrouble(null); };
  return el(
    "form",
    { ref: form, class: "sheet-main stack-form yt-edit", autocomplete: "off", noValidate: true, onSubmit: (event) => { event.preventDefault(); void save(); } },
    h(TextFields, { draft, change, trouble, lang: broadcast.lang }),
    h(Programme, { broadcast: now, size: bytesOf(draft.description) }),
    h(Start, { desk, draft, change, isBegun: hasBegun(now), isBad: trouble?.field === "start" }),
    h(Picture, { draft, change, isBad: trouble?.field === "picture", lang: broadcast.lang }),
    el("div", { role: "alert", class: "trouble-text" }, trouble?.text ?? ""),
    trouble?.isOvertaken ? h(Theirs, { now, lang: broadcast.lang }) : null,
    el("p", { class: "hint" }, now.watch_url === null ? yt("edit.later") : yt("edit.at_once")),
    el(
      "div",
      { class: "sheet-acts" },
      trouble?.isOvertaken
        ? el("button", { type: "button", class: "verb", onClick: takeTheirs }, yt("edit.take_theirs"))
        : el("button", { type: "button", class: "verb", onClick: close }, yt("edit.stay")),
      el(
        "button",
        { type: "submit", class: "verb primary", "aria-busy": desk.acts.pending.value.has(key) },
        trouble?.isOvertaken ? yt("edit.save_mine") : yt("edit.save"),
      ),
    ),
  );
};

/** How much may still be typed; said aloud only when it is too much. @param {{ id: string, left: number, unit: "edit.letters" | "edit.bytes" }} props */
const Left = ({ id, left, unit }) =>
  el("small", { id, class: cx("yt-left", left < 0 && "over") }, left < 0 ? yt(`${unit}.over`, { count: number(-left) }) : yt(unit, { count: number(left) }));

/**
 * A field with a line below it that describes it, and is no part of its name.
 *
 * @param {{ label: string, children: import("../../../dom.js").Children, below: import("../../../dom.js").Children }} props
 */
const Labelled = ({ label, children, below }) => el("div", { class: "yt-field" }, el("label", {}, label, children), below);

/** @param {{ draft: Draft, change: (part: Partial<Draft>) => void, trouble: Trouble | null, lang: string }} props */
const TextFields = ({ draft, change, trouble, lang }) => [
  h(Labelled, {
    key: "title",
    label: yt("edit.title"),
    children: el("input", {
      name: "title", lang, autofocus: true, value: draft.title, "aria-describedby": "title-left", "aria-invalid": trouble?.field === "title",
      onInput: (event) => change({ title: event.currentTarget.value }),
    }),
    below: h(Left, { id: "title-left", left: TITLE_MOST - lettersOf(draft.title), unit: "edit.letters" }),
  }),
  h(Labelled, {
    key: "description",
    label: yt("edit.description"),
    children: el("textarea", {
      name: "description", lang, rows: 4, value: draft.description, "aria-describedby": "description-left", "aria-invalid": trouble?.field === "description",
      onInput: (event) => change({ description: event.currentTarget.value }),
    }),
    below: h(Left, { id: "description-left", left: DESCRIPTION_MOST - bytesOf(draft.description), unit: "edit.bytes" }),
  }),
];

/** What follows the own words by itself. @param {{ broadcast: BroadcastView, size: number }} props */
const Programme = ({ broadcast: { programme, lang }, size }) => {
  if (programme === "") return null;
  const isCut = size + bytesOf(programme) + 2 > DESCRIPTION_MOST;
  return el(
    "details",
    { class: "yt-programme" },
    el("summary", {}, yt("edit.programme")),
    isCut ? el("p", { class: "hint" }, yt("edit.programme_cut")) : null,
    el("pre", { lang, tabIndex: 0 }, programme),
  );
};

/** @param {{ desk: Desk, draft: Draft, change: (part: Partial<Draft>) => void, isBegun: boolean, isBad: boolean }} props */
const Start = ({ desk, draft, change, isBegun, isBad }) => {
  const { timezone, starts_at } = desk.view.session;
  return h(Labelled, {
    label: yt("edit.start", { zone: zoneName(timezone, starts_at ?? desk.now.value) }),
    children: el("input", {
      type: "datetime-local", name: "start", disabled: isBegun, value: draft.start, "aria-describedby": "start-hint", "aria-invalid": isBad,
      onInput: (event) => change({ start: event.currentTarget.value }),
    }),
    below: el("small", { id: "start-hint" }, isBegun ? yt("edit.start.begun") : yt("edit.start.hint")),
  });
};

/** @param {{ draft: Draft, change: (part: Partial<Draft>) => void, isBad: boolean, lang: string }} props */
const Picture = ({ draft, change, isBad, lang }) =>
  h(Labelled, {
    label: yt("edit.picture"),
    children: el("input", {
      name: "picture", lang, value: draft.picture, placeholder: draft.title, "aria-describedby": "picture-left", "aria-invalid": isBad,
      onInput: (event) => change({ picture: event.currentTarget.value }),
    }),
    below: h(Left, { id: "picture-left", left: TITLE_MOST - lettersOf(draft.picture), unit: "edit.letters" }),
  });

/** What somebody else has made of it. @param {{ now: BroadcastView, lang: string }} props */
const Theirs = ({ now, lang }) =>
  el(
    "blockquote",
    { class: "yt-theirs" },
    el("b", { lang }, now.title),
    now.description === "" ? null : el("p", { lang }, now.description),
  );
