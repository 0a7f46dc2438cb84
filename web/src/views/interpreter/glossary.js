/** The terms that all booths of a session share: find one, add one, put one right. */

import { cx, el, h, useEffect, useMemo, useRef, useState } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { TermForm } from "./term_form.js";
import { arranged, named, saidIn, spokenAbout } from "./terms.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
/** @typedef {import("../../wire.d.ts").TermView} TermView */

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
export const Glossary = ({ desk, view, booth }) => {
  const { draft } = desk.glossary;
  return el(
    "section",
    { class: "card glossary", "aria-labelledby": "glossary-title" },
    el("h2", { id: "glossary-title" }, t("glossary.title"), el("kbd", { "aria-hidden": "true" }, "G")),
    draft.value
      ? h(TermForm, { key: draft.value.entry, desk, view, booth, draft: draft.value })
      : h(Terms, { desk, view, booth }),
  );
};

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
const Terms = ({ desk, view, booth }) => {
  const { glossary } = desk;
  const [typed, setTyped] = useState("");
  const { isNamed, hold } = useNamed(view, desk.now_ms.value);
  const found = useMemo(() => arranged(view.glossary, booth.languages, typed, isNamed), [view.glossary, booth.languages.join(), typed, isNamed]);
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  /** @param {KeyboardEvent} event */
  const go = (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && found.length === 0 && typed.trim()) glossary.write({ term: typed.trim() });
    else if (event.key === "Enter" || event.key === "ArrowDown") list.current?.querySelector("button")?.focus();
    else return;
    event.preventDefault();
  };
  return el(
    "div",
    { class: "glossary-find" },
    el(
      "div",
      { class: "glossary-top" },
      el("input", {
        id: "booth-glossary", class: "input", type: "search", value: typed, placeholder: t("glossary.filter"), "aria-label": t("glossary.filter"),
        "aria-keyshortcuts": "G", onInput: (event) => setTyped(event.currentTarget.value), onKeyDown: go,
      }),
      el(
        "button",
        { type: "button", class: "button", "aria-keyshortcuts": "W", onClick: () => glossary.write({ term: found.length === 0 ? typed.trim() : "" }) },
        t("glossary.add"),
        el("kbd", { "aria-hidden": "true" }, "W"),
      ),
    ),
    found.length === 0
      ? el("p", { class: "muted", role: "status" }, t(view.glossary.length === 0 ? "glossary.empty" : "glossary.none"))
      : h(List, { list, desk, booth, found, isNamed, hold }),
    h(Removed, { desk }),
  );
};

/**
 * Entries named now. While somebody is at the list they stay where they are: nothing moves under a finger.
 *
 * @param {View} view @param {number} now_ms
 */
function useNamed(view, now_ms) {
  const about = spokenAbout(view, now_ms);
  const fresh = useMemo(() => named(view.glossary, about), [view.glossary, about]);
  const shown = useRef(fresh);
  const [isHeld, hold] = useState(false);
  if (!isHeld) shown.current = fresh;
  return { isNamed: shown.current, hold };
}

/**
 * One stop for Tab; the arrows go from term to term.
 *
 * @param {{ list: { current: HTMLUListElement | null }, desk: BoothDesk, booth: BoothView, found: ReadonlyArray<TermView>,
 *   isNamed: ReadonlySet<string>, hold: (isHeld: boolean) => void }} props
 */
const List = ({ list, desk, booth, found, isNamed, hold }) => {
  const [at, setAt] = useState("");
  const stop = found.some(({ entry }) => entry === at) ? at : found[0]?.entry;
  useEffect(() => {
    // Back from writing: keys are the booth's again, so the field is not where one wants to be.
    const entry = desk.glossary.takeReturn();
    if (entry === null || !list.current) return;
    const row = entry ? list.current.querySelector(`[data-entry="${CSS.escape(entry)}"]`) : null;
    /** @type {HTMLElement | null} */ (row ?? list.current.querySelector("button"))?.focus();
  }, []);
  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const rows = [...(list.current?.querySelectorAll("button") ?? [])];
    const here = rows.findIndex((row) => row === document.activeElement);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) document.getElementById("booth-glossary")?.focus();
    else rows[Math.min(next, rows.length - 1)]?.focus();
  };
  return el(
    "ul",
    {
      ref: list, class: "terms", "aria-label": t("glossary.title"), onKeyDown: move, onFocusIn: () => hold(true), onPointerEnter: () => hold(true),
      onFocusOut: () => hold(false), onPointerLeave: () => hold(false),
    },
    found.map((term) =>
      el(
        "li",
        { key: term.entry },
        el(
          "button",
          {
            type: "button", class: cx("term", isNamed.has(term.entry) && "named"), "data-entry": term.entry, tabIndex: term.entry === stop ? 0 : -1,
            title: t("glossary.correct"), onFocus: () => setAt(term.entry), onClick: () => desk.glossary.write(term),
          },
          h(Term, { term, languages: booth.languages, isNamed: isNamed.has(term.entry) }),
        ),
      ),
    ),
  );
};

/** @param {{ term: TermView, languages: ReadonlyArray<string>, isNamed: boolean }} props */
const Term = ({ term, languages, isNamed }) => {
  const said = saidIn(term, languages);
  return el(
    "span",
    { class: "term-words" },
    el(
      "span",
      { class: "term-head" },
      el("b", {}, term.term),
      isNamed ? el("span", { class: "term-named" }, t("glossary.named")) : null,
      term.kind === "term" ? null : el("span", { class: "term-kind" }, t(`glossary.kind.${term.kind}`)),
    ),
    said.map(({ tag, text, isOwn }) =>
      el(
        "span",
        { key: tag, class: cx("term-says", !isOwn && "other") },
        el("span", { class: "term-tag" }, languageName(tag)),
        el("span", { lang: tag }, text),
      )),
    term.note ? el("span", { class: "term-note" }, term.note) : null,
    term.name ? el("span", { class: "term-note" }, t("glossary.by", { name: term.name })) : null,
  );
};

/** What was taken out a moment ago can be put back. @param {{ desk: BoothDesk }} props */
const Removed = ({ desk }) => {
  const gone = desk.glossary.removed.value;
  return el(
    "div",
    { class: "term-removed", role: "status" },
    gone ? el("span", {}, t("glossary.removed", { term: gone.term })) : null,
    gone ? el("button", { type: "button", class: "button", onClick: desk.glossary.putBack }, t("glossary.put_back")) : null,
  );
};
