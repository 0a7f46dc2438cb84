/** Where viewers find the broadcasts: links, code for other sites, calendars. */

import { el, h, useSignal } from "../../dom.js";
import { languageName } from "../../i18n.js";
import { copied, embedCode } from "../copy.js";
import { ct } from "./words.js";

/** @typedef {import("../../main_channels.js").Shown} Shown */
/** @typedef {import("../../wire.d.ts").BroadcastView} BroadcastView */

/** @param {{ shown: Shown }} props */
export const Links = ({ shown }) => {
  const there = (shown.youtube?.broadcasts ?? []).filter(({ watch_url }) => watch_url !== null);
  const calendar = new URL(`/s/${encodeURIComponent(shown.session.id)}/calendar.ics`, location.href).href;
  return el(
    "section",
    { "aria-labelledby": "links-title" },
    el("div", { class: "section-head" }, el("h2", { id: "links-title" }, ct("links.title"))),
    there.length === 0 ? el("p", { class: "muted" }, ct("links.none")) : null,
    el("ul", { class: "cards" }, there.map((broadcast) => el("li", { key: broadcast.lang }, h(OfLanguage, { broadcast })))),
    shown.session.starts_at === null ? null : h(Copied, { label: ct("links.calendar"), about: ct("links.calendar"), text: calendar }),
  );
};

/** @param {{ broadcast: BroadcastView }} props */
const OfLanguage = ({ broadcast: { lang, privacy, title, watch_url, embed_url } }) => {
  const language = languageName(lang);
  return el(
    "article",
    { class: "channel", "data-lang": lang },
    el("div", { class: "channel-head" }, el("h3", {}, language), el("span", { class: "pill" }, ct(`youtube.privacy.${privacy}`))),
    el("p", { class: "channel-says" }, ct(`links.${privacy}`)),
    h(Copied, { label: ct("links.watch"), about: ct("links.of", { what: ct("links.watch"), language }), text: watch_url ?? "" }),
    privacy === "private"
      ? null
      : h(Copied, { label: ct("links.embed"), about: ct("links.of", { what: ct("links.embed"), language }), text: embedCode(embed_url ?? "", title) }),
  );
};

/** A text one takes along. @param {{ label: string, about: string, text: string }} props */
const Copied = ({ label, about, text }) => {
  const state = useSignal(/** @type {"" | "done" | "by_hand"} */ (""));
  const copy = async (/** @type {HTMLElement | null} */ box) => {
    state.value = (await copied(text)) ? "done" : "by_hand";
    if (state.value === "by_hand" && box instanceof HTMLTextAreaElement) box.select();
  };
  return el(
    "div",
    { class: "copied" },
    el("span", { class: "copied-label" }, label),
    el("textarea", { class: "copied-text", readOnly: true, rows: text.length > 120 ? 4 : 2, value: text, "aria-label": about, spellcheck: false }),
    el(
      "button",
      {
        type: "button", class: "button", "aria-label": ct("links.copy.long", { what: about }),
        onClick: (event) => void copy(event.currentTarget.parentElement?.querySelector("textarea") ?? null),
      },
      ct("links.copy"),
    ),
    el("span", { role: "status", class: "muted" }, state.value === "" ? "" : ct(`links.${state.value}`)),
  );
};
