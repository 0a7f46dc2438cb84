/** What is beside the work: the glossary, the own notes, the line to the desk. */

import { cx, el, h, useState } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { Line, Unread, markRead, unreadOf } from "../line.js";
import { DevicePanel } from "./devices.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").TermView} TermView */

/** @param {{ desk: BoothDesk, view: View }} props */
export const Aside = ({ desk, view }) =>
  el(
    "div",
    { class: "booth-aside" },
    desk.isChoosing.value ? h(DevicePanel, { desk }) : h(Glossary, { terms: view.session.glossary }),
    h(Notes, { session: view.session.id, seat: view.you?.seat ?? "" }),
    h(OwnLine, { desk, view }),
  );

/** Going there, by key or finger, is reading it. @param {{ desk: BoothDesk, view: View }} props */
const OwnLine = ({ desk, view }) => {
  const lines = view.you?.line ?? [];
  const booth = view.you?.booth ?? "";
  const fresh = unreadOf(view, booth, lines).length;
  const look = () => markRead(view, booth, lines);
  return el(
    "section",
    { class: cx("card booth-line", fresh > 0 && "fresh"), "aria-labelledby": "line-title", onFocusIn: look, onPointerDown: look },
    el("h2", { id: "line-title" }, t("line.title"), h(Unread, { count: fresh }), el("kbd", { "aria-hidden": "true" }, "L")),
    h(Line, { id: "booth-line", lines, label: t("line.write"), say: desk.say }),
  );
};

/** @param {TermView} term @param {string} wanted lower case */
const matches = ({ term, says, note }, wanted) =>
  [term, note, ...Object.values(says)].some((text) => text.toLocaleLowerCase().includes(wanted));

/** @param {{ terms: ReadonlyArray<TermView> }} props */
const Glossary = ({ terms }) => {
  const [wanted, setWanted] = useState("");
  const found = terms.filter((term) => matches(term, wanted.trim().toLocaleLowerCase()));
  return el(
    "section",
    { class: "card glossary", "aria-labelledby": "glossary-title" },
    el("h2", { id: "glossary-title" }, t("glossary.title"), el("kbd", { "aria-hidden": "true" }, "G")),
    el("input", {
      id: "booth-glossary", class: "input", type: "search", value: wanted, placeholder: t("glossary.filter"), "aria-label": t("glossary.filter"),
      "aria-keyshortcuts": "G", disabled: terms.length === 0, onInput: (event) => setWanted(event.currentTarget.value),
    }),
    found.length === 0
      ? el("p", { class: "muted" }, t(terms.length === 0 ? "glossary.empty" : "glossary.none"))
      : el("dl", { class: "terms", tabIndex: 0, "aria-label": t("glossary.title") }, found.map((term) => h(Term, { key: term.term, term }))),
  );
};

/** @param {{ term: TermView }} props */
const Term = ({ term }) =>
  el(
    "div",
    { class: "term" },
    el("dt", {}, term.term),
    Object.entries(term.says).map(([tag, says]) =>
      el("dd", { key: tag }, el("span", { class: "visually-hidden" }, `${languageName(tag)}: `), el("span", { lang: tag }, says))),
    term.note ? el("dd", { class: "muted" }, term.note) : null,
  );

/** Kept on this device, for this session and seat. @param {{ session: string, seat: string }} props */
const Notes = ({ session, seat }) => {
  const key = `rotunda.notes.${session}.${seat}`;
  const [text, setText] = useState(() => read(key));
  return el(
    "section",
    { class: "card notes", "aria-labelledby": "notes-title" },
    el("h2", { id: "notes-title" }, t("notes.title"), el("kbd", { "aria-hidden": "true" }, "N")),
    el("textarea", {
      id: "booth-notes", class: "textarea", value: text, "aria-labelledby": "notes-title", "aria-describedby": "notes-hint", "aria-keyshortcuts": "N",
      onInput: (event) => {
        setText(event.currentTarget.value);
        write(key, event.currentTarget.value);
      },
    }),
    el("p", { id: "notes-hint", class: "muted small" }, t("notes.hint")),
  );
};

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // Storage may be forbidden: the notes last as long as the page.
  }
}

/** @param {string} key @param {string} text */
function write(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Kept on this page only.
  }
}
