/** The desk's buttons: pressed and pending at once, named by what they will do. */

import { el } from "../../dom.js";
import { keyOf, perform } from "./context.js";

/** @typedef {import("./context.js").Desk} Desk */

/**
 * A verb as a button with its key.
 *
 * @param {{ desk: Desk, verb: import("./verbs.js").Verb, tone?: string, aside?: string }} props
 */
export const VerbButton = ({ desk, verb, tone = "", aside = "" }) => {
  const isPending = desk.acts.pending.value.has(keyOf(verb));
  return el(
    "button",
    {
      type: "button",
      class: `verb ${tone}`,
      disabled: !verb.enabled,
      "aria-busy": isPending,
      "aria-keyshortcuts": verb.key.replace("⇧", "Shift+"),
      onClick: () => perform(desk, verb),
    },
    el("span", { class: "verb-label" }, verb.label),
    aside ? el("small", { class: "verb-aside num", "aria-hidden": "true" }, aside) : null,
    el("kbd", { "aria-hidden": "true" }, verb.key),
  );
};

/**
 * A command as a button.
 *
 * @param {{ desk: Desk, name: string, body: Record<string, unknown>, label: string, aria?: string,
 *   id?: string, tone?: string, shortcut?: string, said?: string, disabled?: boolean, pressed?: boolean,
 *   after?: () => void }} props  `id` tells this button's press from the same command elsewhere
 */
export const ActButton = (props) => {
  const { desk, name, body, label, aria, id = "", tone = "", shortcut, said } = props;
  const key = `${name} ${id}`;
  const isPending = desk.acts.pending.value.has(key);
  const press = () => {
    void desk.acts.run(name, body, { key, ...(said ? { said } : {}) });
    props.after?.();
  };
  return el(
    "button",
    {
      type: "button",
      class: `act ${tone}`,
      "aria-busy": isPending,
      "aria-label": aria,
      "aria-pressed": props.pressed,
      "aria-keyshortcuts": shortcut,
      disabled: props.disabled ?? false,
      onClick: press,
    },
    label,
    shortcut ? el("kbd", { "aria-hidden": "true" }, shortcut) : null,
  );
};
