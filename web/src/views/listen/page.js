/** The receiver: one big button a language, who speaks, and whether the sound arrives. */

import { el, h } from "../../dom.js";
import { localized, named, t } from "../../i18n.js";
import { LanguageSwitch } from "../desk/header.js";
import { Captions } from "./captions.js";
import { Languages } from "./languages.js";
import { Sound } from "./sound.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {ReturnType<typeof import("../../whep.js").createWhep>} Receiver */

/** @param {{ view: View, now_ms: number, receiver: Receiver | null, tune: (lang: string | null) => void, isOnline: boolean }} props  `now_ms`: the server's */
export const ListenPage = ({ view, now_ms, receiver, tune, isOnline }) => {
  const current = view.floor.current;
  return el(
    "div",
    { class: "listen", style: { "--brand": view.session.accent } },
    el("a", { class: "skip-link", href: "#main" }, t("skip.main")),
    el("header", { class: "masthead" }, el("h1", {}, localized(view.session.title)), h(LanguageSwitch, {})),
    el(
      "main",
      { id: "main", class: "listen-main" },
      el("p", { class: "listen-hint" }, t("listen.hint")),
      h(Languages, { view, chosen: receiver?.lang.value ?? null, tune }),
      receiver ? h(Sound, { view, receiver, tune }) : null,
      receiver ? h(Captions, { view, now_ms, lang: receiver.lang.value }) : null,
      el("p", { class: "listen-now" }, current ? t("listen.now", { name: named(current, current.words).name }) : t("public.now.nobody")),
      isOnline ? null : el("p", { role: "status", class: "listen-state warn" }, t("listen.offline")),
    ),
  );
};
