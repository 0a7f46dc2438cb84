/** The receiver: one big button a language, who speaks, and whether the sound arrives. */

import { cx, el, h, useEffect, useRef } from "../../dom.js";
import { languageName, localized, t } from "../../i18n.js";
import { LanguageSwitch } from "../desk/header.js";
import { endonym } from "../desk/format.js";
import { Icon } from "../parts.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {{ lang: string, source: ReturnType<typeof import("../../whep.js").createWhep> }} Receiver */
/** @typedef {{ view: View, receiver: Receiver | null, tune: (lang: string | null) => void, isOnline: boolean }} Props */

/** @param {Props} props */
export const ListenPage = (props) => {
  const { view, receiver, isOnline } = props;
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
      h(Languages, props),
      receiver ? h(Sound, { view, receiver, tune: props.tune }) : null,
      el(
        "p",
        { class: "listen-now" },
        current ? t("listen.now", { name: current.name }) : t("public.now.nobody"),
      ),
      isOnline ? null : el("p", { role: "status", class: "listen-state warn" }, t("public.offline")),
    ),
  );
};

/** @param {Props} props */
const Languages = ({ view, receiver, tune }) => {
  const tags = ["floor", ...view.session.languages];
  return el(
    "div",
    { class: "listen-languages", role: "group", "aria-label": t("public.sound_language") },
    tags.map((tag) =>
      el(
        "button",
        { key: tag, type: "button", class: "listen-language", "aria-pressed": receiver?.lang === tag, onClick: () => tune(tag) },
        el("b", { lang: tag === "floor" ? undefined : tag }, tag === "floor" ? t("listen.floor") : endonym(tag)),
        el("small", {}, stateOf(view, tag)),
      ),
    ),
  );
};

/** What one hears in a language now. @param {View} view @param {string} tag */
const stateOf = (view, tag) => {
  if (tag === "floor") return t("listen.floor.hint");
  if (isSpoken(view, tag)) return t("listen.spoken");
  return isInterpreted(view, tag) ? t("listen.interpreted") : t("listen.not_interpreted");
};

/** @param {View} view @param {string} tag */
const isSpoken = (view, tag) =>
  view.seats.find((each) => each.seat === view.floor.current?.seat)?.language === tag;

/** @param {View} view @param {string} tag */
const isInterpreted = (view, tag) => view.booths.some((booth) => booth.into === tag);

/** @param {{ view: View, receiver: Receiver, tune: (lang: string | null) => void }} props */
const Sound = ({ view, receiver, tune }) => {
  const audio = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const stream = receiver.source.stream.value;
  useEffect(() => {
    if (!audio.current) return;
    audio.current.srcObject = stream;
    if (stream) void audio.current.play().catch(() => undefined);
  }, [stream]);
  const state = receiver.source.state.value;
  const { lang } = receiver;
  const name = lang === "floor" ? t("listen.floor") : languageName(lang);
  const isOwn = lang === "floor" || isSpoken(view, lang) || isInterpreted(view, lang);
  const words = state === "connected" && !isOwn ? t("listen.original", { language: name }) : t(`listen.state.${state}`, { language: name });
  return el(
    "section",
    { class: "listen-sound" },
    el("audio", { ref: audio, autoplay: true }),
    el("p", { role: "status", class: cx("listen-state", state !== "connected" && "warn") }, words),
    el(
      "button",
      { type: "button", class: "button", onClick: () => tune(null) },
      h(Icon, { name: "speaker_off" }),
      t("listen.stop"),
    ),
  );
};
