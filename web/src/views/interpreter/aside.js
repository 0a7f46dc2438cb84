/** What is beside the work: the glossary, the own notes, the line to the desk. */

import { cx, el, h, useState } from "../../dom.js";
import { t } from "../../i18n.js";
import { Line, Unread, markRead, unreadOf } from "../line.js";
import { DevicePanel } from "./devices.js";
import { Glossary } from "./glossary.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
export const Aside = ({ desk, view, booth }) =>
  el(
    "div",
    { class: cx("booth-aside", desk.glossary.draft.value !== null && !desk.isChoosing.value && "writing") },
    desk.isChoosing.value ? h(DevicePanel, { desk }) : h(Glossary, { desk, view, booth }),
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
