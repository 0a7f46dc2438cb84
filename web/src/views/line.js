/** The private line between a booth and the desk: what was said, what of it is unread, and the way to answer. */

import { cx, el, h, signal, useEffect, useRef, useState } from "../dom.js";
import { t, timeOfDay } from "../i18n.js";
import { markOf } from "./booths.js";
import { boothName } from "./interpreter/standing.js";

/** @typedef {import("../wire.d.ts").View} View */
/** @typedef {import("../wire.d.ts").BoothView} BoothView */
/** @typedef {import("../wire.d.ts").BoothMessageView} BoothMessageView */
/** @typedef {(text: string) => Promise<boolean>} Say  whether it was sent */

/** Until when each line has been read on this device, by its name. */
const read = signal(/** @type {Readonly<Record<string, number>>} */ ({}));

/** A line as one reader has it. @param {View} view @param {string} booth */
const nameOf = (view, booth) => `rotunda.line.${view.session.id}.${booth}.${view.you?.seat ?? view.you?.role ?? ""}`;

/** @param {string} name */
function readUntil(name) {
  try {
    return read.value[name] ?? Number(localStorage.getItem(name) ?? 0);
  } catch {
    return 0; // Storage may be forbidden: known for this page only.
  }
}

/** @param {View} view @param {string} booth @param {ReadonlyArray<BoothMessageView>} lines */
export function markRead(view, booth, lines) {
  const last_at = lines.at(-1)?.at ?? 0;
  const name = nameOf(view, booth);
  if (last_at <= readUntil(name)) return;
  read.value = { ...read.value, [name]: last_at };
  try {
    localStorage.setItem(name, String(last_at));
  } catch {
    // Read on this page only.
  }
}

/**
 * What others have said since this reader looked, or last said something: an answer is a sign of having read. At the
 * desk one answer is everybody's.
 *
 * @param {View} view @param {string} booth @param {ReadonlyArray<BoothMessageView>} lines
 */
export function unreadOf(view, booth, lines) {
  const inBooth = view.you?.role === "interpreter";
  const isOwn = (/** @type {BoothMessageView} */ one) => (inBooth ? !one.desk && one.author === view.you?.name : one.desk);
  const until = Math.max(readUntil(nameOf(view, booth)), ...lines.filter(isOwn).map(({ at }) => at));
  return lines.filter((one) => one.at > until && !isOwn(one));
}

/** How many messages of booths wait at the desk. @param {View} view */
export const waiting = (view) => view.booths.reduce((sum, booth) => sum + unreadOf(view, booth.booth, booth.messages).length, 0);

/** @param {{ count: number }} props */
export const Unread = ({ count }) => (count === 0 ? null : el("span", { class: "line-unread" }, t("line.new", { count })));

/** What booths have written, until it is seen or answered. @param {{ view: View, say: (booth: string, text: string) => Promise<boolean> }} props */
export const LineAlarms = ({ view, say }) => {
  if (waiting(view) === 0) return null;
  return el(
    "ul",
    { class: "booth-alarms", "aria-label": t("line.alarms") },
    view.booths
      .filter((booth) => unreadOf(view, booth.booth, booth.messages).length > 0)
      .map((booth) => h(LineAlarm, { key: booth.booth, view, booth, say: (text) => say(booth.booth, text) })),
  );
};

/** @param {{ view: View, booth: BoothView, say: Say }} props */
const LineAlarm = ({ view, booth, say }) => {
  const [isOpen, setOpen] = useState(false);
  const fresh = unreadOf(view, booth.booth, booth.messages);
  const last = fresh[fresh.length - 1];
  const mark = markOf(booth);
  const id = `line-alarm-${booth.booth}`;
  return el(
    "li",
    { class: "booth-alarm wrote" },
    el("b", { role: "alert" }, t("line.wrote", { booth: mark, text: last?.text ?? "" })),
    el("small", {}, `${last?.author} · ${timeOfDay(last?.at ?? 0)}`, " ", fresh.length > 1 ? h(Unread, { count: fresh.length }) : null),
    el(
      "span",
      { class: "booth-alarm-acts" },
      el("button", { type: "button", class: "button", "aria-expanded": isOpen, "aria-controls": id, onClick: () => setOpen(!isOpen) }, t("line.answer")),
      el(
        "button",
        { type: "button", class: "button", "aria-label": `${t("booths.seen")}: ${boothName(booth)}`, onClick: () => markRead(view, booth.booth, booth.messages) },
        t("booths.seen"),
      ),
    ),
    isOpen ? el("div", { id }, h(Line, { id: `${id}-text`, lines: booth.messages, label: t("line.write.booth"), say, focused: true })) : null,
  );
};

/** One booth's line, closed until it is wanted, with what is unread. @param {{ view: View, booth: BoothView, say: Say }} props */
export const BoothLine = ({ view, booth, say }) => {
  const [isOpen, setOpen] = useState(false);
  const id = `booth-line-${booth.booth}`;
  const { messages } = booth;
  const fresh = unreadOf(view, booth.booth, messages).length;
  const look = () => markRead(view, booth.booth, messages);
  return el(
    "div",
    { class: "booth-line", onFocusIn: isOpen ? look : undefined, onPointerDown: isOpen ? look : undefined },
    el(
      "button",
      {
        type: "button", class: "act button quiet", "aria-expanded": isOpen, "aria-controls": id,
        onClick: () => {
          setOpen(!isOpen);
          look();
        },
      },
      t("booths.line", { booth: boothName(booth) }), " ", h(Unread, { count: fresh }),
    ),
    isOpen ? el("div", { id }, h(Line, { id: `${id}-text`, lines: messages, label: t("line.write.booth"), say })) : null,
  );
};

/**
 * The private channel of one booth: the newest last, in sight.
 *
 * @param {{ id: string, lines: ReadonlyArray<BoothMessageView>, label: string, say: Say, focused?: boolean }} props
 */
export const Line = ({ id, lines, label, say, focused = false }) => {
  const [text, setText] = useState("");
  const end = useRef(/** @type {HTMLDivElement | null} */ (null));
  const count = lines.length;
  const last_at = lines[count - 1]?.at ?? 0;
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [count, last_at]);
  useEffect(() => {
    if (focused) document.getElementById(id)?.focus();
  }, [focused]);
  return el(
    "div",
    { class: "line" },
    el(
      "div",
      { class: "line-said", ref: end, role: "log", tabIndex: 0, "aria-label": label },
      count === 0 ? el("p", { class: "muted" }, t("line.empty")) : null,
      lines.map((one) =>
        el(
          "p",
          { key: `${one.at} ${one.text}`, class: cx(one.desk && "from-desk") },
          el("small", {}, `${one.desk ? t("line.desk") : one.author} · ${timeOfDay(one.at)}`),
          el("span", {}, one.text),
        ),
      ),
    ),
    el(
      "form",
      {
        class: "line-write",
        onSubmit: async (event) => {
          event.preventDefault();
          const wish = text.trim();
          if (wish && (await say(wish))) setText("");
        },
      },
      el("input", { id, class: "input", value: text, maxLength: 500, autocomplete: "off", placeholder: label, "aria-label": label, onInput: (event) => setText(event.currentTarget.value) }),
      el("button", { type: "submit", class: "button", disabled: !text.trim() }, t("line.send")),
    ),
  );
};
