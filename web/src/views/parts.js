/** Small parts that every page uses: buttons that answer, messages, live regions. */

import { cx, el, h, signal, useState } from "../dom.js";
import { INTERFACE_LANGUAGES, OWN_NAMES, errorText, language, setLanguage, t } from "../i18n.js";

/** @typedef {import("../dom.js").Children} Children */
/** @typedef {import("../connection.js").Ack} Ack */

/** Outlines on a grid of 24; drawn, not typed, so that no font decides how they look. */
const ICONS = {
  microphone: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11a7 7 0 0 0 14 0M12 18v3",
  microphone_off: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11a7 7 0 0 0 14 0M12 18v3M4 4l16 16",
  camera: "M3 7h12v10H3zM15 11l6-4v10l-6-4",
  camera_off: "M3 7h12v10H3zM15 11l6-4v10l-6-4M4 3l16 18",
  hand: "M7 12V6a1.5 1.5 0 0 1 3 0v5V4.5a1.5 1.5 0 0 1 3 0V11V6a1.5 1.5 0 0 1 3 0v8a7 7 0 0 1-7 7c-3 0-4.4-1.8-5.600-4.200L3.500 13a1.500 1.500 0 0 1 2.600-1.500L7 13",
  screen: "M3 5h18v11H3zM8 20h8M12 16v4M12 13V8m-2.500 2.500L12 8l2.500 2.500",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 4.500v5M8 14.500v5",
  leave: "M14 4H5v16h9M10 12h11m-4-4 4 4-4 4",
  speaker: "M4 9v6h4l5 4V5L8 9zM16.500 8.500a5 5 0 0 1 0 7M19 6a8.500 8.500 0 0 1 0 12",
  speaker_off: "M4 9v6h4l5 4V5L8 9zM17 9.500l5 5m0-5-5 5",
  close: "M6 6l12 12M18 6 6 18",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  check: "M4 12.500 9.500 18 20 6.500",
  alert: "M12 3 2 20h20zM12 10v4.500M12 17v.5",
};

/** @param {{ name: keyof typeof ICONS }} props */
export const Icon = ({ name }) =>
  el(
    "svg",
    {
      class: "icon", viewBox: "0 0 24 24", fill: "none", stroke: "currentColor",
      "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
    },
    el("path", { d: ICONS[name] }),
  );

/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {string} text
 * @property {"plain" | "good" | "bad"} tone
 */
const toasts = signal(/** @type {ReadonlyArray<Toast>} */ ([]));
const polite = signal("");
const assertive = signal("");
let lastToast = 0;

/** @param {number} id */
const dismiss = (id) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

/**
 * Show a message for a while. Failures stay longer.
 *
 * @param {string} text @param {Toast["tone"]} [tone]
 */
export function notify(text, tone = "plain") {
  const id = ++lastToast;
  // Peeked: who says something in an effect does not want to hear it.
  toasts.value = [...toasts.peek().filter((toast) => toast.text !== text), { id, text, tone }].slice(-3);
  setTimeout(() => dismiss(id), tone === "bad" ? 9000 : 5000);
}

/** Say in words why something did not happen. @param {Ack} ack @returns {boolean} whether it happened */
export function explain(ack) {
  if (!ack.ok) notify(errorText(ack.error.code, ack.error.params), "bad");
  return ack.ok;
}

/**
 * Tell a screen reader. Assertive is only for "you have the floor" and its like.
 *
 * @param {string} text @param {"polite" | "assertive"} [urgency]
 */
export function announce(text, urgency = "polite") {
  const region = urgency === "assertive" ? assertive : polite;
  // The same words twice are an event twice: a trailing space makes the region change.
  region.value = region.peek() === text ? `${text}\u00a0` : text;
}

/** Once a page: the messages and the two live regions. */
export const Messages = () => [
  el("div", { class: "visually-hidden", "aria-live": "polite", "data-region": "polite" }, polite.value),
  el("div", { class: "visually-hidden", role: "alert", "aria-live": "assertive", "data-region": "assertive" }, assertive.value),
  el(
    "div",
    { class: "toasts", role: "status" },
    toasts.value.map((toast) =>
      el(
        "div",
        { class: cx("toast", toast.tone), key: toast.id },
        el("span", {}, toast.text),
        el(
          "button",
          { type: "button", class: "button quiet", "aria-label": t("dismiss"), onClick: () => dismiss(toast.id) },
          h(Icon, { name: "close" }),
        ),
      ),
    ),
  ),
];

/**
 * A button whose act takes time: pressed at once, busy while it runs, refusals in words.
 *
 * @param {{
 *   act: () => Promise<Ack | void> | void, children?: Children, class?: string, disabled?: boolean,
 *   pressed?: boolean, label?: string, title?: string, shortcut?: string,
 * }} props
 */
export function ActionButton({ act, children, disabled, pressed, label, title, shortcut, ...rest }) {
  const [busy, setBusy] = useState(false);
  const run = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const ack = await act();
      if (ack) explain(ack);
    } finally {
      setBusy(false);
    }
  };
  return el(
    "button",
    {
      type: "button", class: cx("button", rest.class), disabled, onClick: run, title,
      "aria-busy": busy, "aria-pressed": pressed, "aria-label": label, "aria-keyshortcuts": shortcut,
    },
    children,
  );
}

/** A choice of the language of the page. */
export const LanguagePicker = () =>
  el(
    "div",
    { class: "language-picker", role: "group", "aria-label": t("interface_language") },
    INTERFACE_LANGUAGES.map((tag) =>
      el(
        "button",
        {
          type: "button", class: "button quiet", lang: tag, key: tag,
          "aria-pressed": language.value === tag, onClick: () => setLanguage(tag),
        },
        OWN_NAMES[tag],
      ),
    ),
  );

/** This seat has been opened in a newer window, which keeps it. @param {{ sendsMedia: boolean, onHere?: () => void }} props */
export const Elsewhere = ({ sendsMedia, onHere = () => location.reload() }) =>
  h(Notice, {
    mark: "⧉", title: t("elsewhere.title"), text: t(sendsMedia ? "elsewhere.detail" : "elsewhere.detail_plain"),
    children: el("button", { type: "button", class: "button primary big", onClick: onHere }, t("elsewhere.here")),
  });

/** The server has ended this for good: why, and a way to try again. @param {{ code: string, params?: Record<string, string | number> | undefined }} props */
export const Refused = ({ code, params }) =>
  h(Notice, {
    mark: "!", title: t("join.failed"), text: errorText(code, params),
    children: el("button", { type: "button", class: "button primary big", onClick: () => location.reload() }, t("retry")),
  });

/**
 * A whole page that says one thing and the next step.
 *
 * @param {{ mark?: Children, title: string, text?: string, children?: Children, busy?: boolean }} props
 */
export const Notice = ({ mark, title, text, children, busy }) =>
  el(
    "main",
    { class: "notice", "aria-busy": busy },
    busy
      ? el("div", { class: "spinner notice-spinner", "aria-hidden": "true" })
      : mark !== undefined && el("div", { class: "mark", "aria-hidden": "true" }, mark),
    el("h1", {}, title),
    text && el("p", {}, text),
    children,
  );
