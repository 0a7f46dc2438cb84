/** Modal dialogs: one at a time, native, and the focus goes back where it came from. */

import { el, h, useLayoutEffect, useRef, useState } from "../dom.js";
import { t } from "../i18n.js";
import { Icon } from "./parts.js";

/** @typedef {import("../dom.js").Children} Children */

/**
 * The native part. Each opening is one of its own (give it a key), and `onClose` closes nothing but
 * itself: a fast hand opens the next one before the browser has told that the last is closed.
 *
 * @param {{ onClose: () => void, class: string, label?: string, labelledby?: string, children?: Children }} props
 */
export function Modal({ onClose, label, labelledby, children, ...rest }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  // Before the next key arrives, which is the dialog's.
  useLayoutEffect(() => {
    const from = document.activeElement;
    box.current?.showModal();
    return () => {
      if (from instanceof HTMLElement && from.isConnected) from.focus();
    };
  }, []);
  return el(
    "dialog",
    {
      ref: box, class: rest.class, "aria-label": label, "aria-labelledby": labelledby, onClose,
      onClick: (event) => event.target === box.current && onClose(),
    },
    children,
  );
}

/**
 * @typedef {object} Dialog
 * @property {string} title
 * @property {Children} [children]
 * @property {Children} [actions]
 */

/**
 * A dialog that a page opens and closes. Escape, the cross and a press beside it close it.
 *
 * @returns {{ open: () => void, close: () => void, draw: (describe: () => Dialog) => Children }}
 */
export function useDialog() {
  const [opening, setOpening] = useState(/** @type {object | null} */ (null));
  const onClose = () => setOpening((now) => (now === opening ? null : now));
  return {
    open: () => setOpening({}),
    close: () => setOpening(null),
    draw: (describe) => opening && h(Frame, { key: opening, onClose, ...describe() }),
  };
}

/** @param {Dialog & { onClose: () => void }} props */
const Frame = ({ title, onClose, children, actions }) =>
  h(Modal, {
    class: "dialog", label: title, onClose,
    children: el(
      "div",
      { class: "inside" },
      el(
        "div",
        { class: "head" },
        el("h2", {}, title),
        el("button", { type: "button", class: "button quiet", "aria-label": t("close"), onClick: onClose }, h(Icon, { name: "close" })),
      ),
      children,
      actions && el("div", { class: "actions" }, actions),
    ),
  });
