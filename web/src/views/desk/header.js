/** The top line: what session, on air or not and for how long, is every language well, what time. */

import { cx, el, h } from "../../dom.js";
import { INTERFACE_LANGUAGES, OWN_NAMES, language, languageMark, localized, number, setLanguage, t, timeOfDay } from "../../i18n.js";
import { missed } from "../booths.js";
import { elapsed, zoneName } from "./format.js";
import { health, healthWords } from "./health.js";
import { PanicPill, YouTubePill } from "./youtube/banner.js";

/** @typedef {import("./context.js").Desk} Desk */

/** @param {{ desk: Desk }} props */
export const Header = ({ desk }) => {
  const { session, program } = desk.view;
  return el(
    "header",
    { class: "top" },
    el("h1", {}, localized(session.title)),
    h(Line, { desk }),
    el("span", { class: "spacer" }),
    el(
      "div",
      { class: "pills" },
      // What outputs said last says nothing while nobody watches them.
      program.streaming_lost_since === null ? program.languages.map((lang) => h(LanguagePill, { key: lang, desk, lang })) : null,
      h(YouTubePill, { desk }),
      h(PanicPill, { desk }),
      h(EventClock, { desk }),
      h(LanguageSwitch, {}),
      el(
        "button",
        { type: "button", class: "pill", "aria-label": t("keys.open"), onClick: () => { desk.ui.dialog.value = { kind: "keys" }; } },
        "?",
      ),
      h(AirButton, { desk }),
    ),
  );
};

/** Says over the whole width that nobody makes the program or watches over it. @param {{ desk: Desk }} props */
export const StreamingBanner = ({ desk }) => {
  const { streaming_lost_since: since } = desk.view.program;
  if (since === null) return null;
  return el(
    "div",
    { class: "streaming-banner", role: "alert" },
    el("i", { class: "mark", "aria-hidden": "true" }),
    el("b", {}, t("streaming.gone", { since: timeOfDay(since) })),
    el("span", {}, t("streaming.gone.hint")),
  );
};

/** Says when the desk itself has lost the server. @param {{ desk: Desk }} props */
const Line = ({ desk }) => {
  if (desk.status !== "online") {
    return el("span", { class: "pill trouble", role: "alert" }, el("i", { class: "mark" }), t("desk.reconnecting"));
  }
  if (desk.view.program.engine === "up") return null;
  const words = desk.view.program.engine === "starting" ? t("engine.starting") : t("engine.down");
  return el("span", { class: "pill warn" }, el("i", { class: "mark" }), words);
};

/** @param {{ desk: Desk, lang: string }} props */
const LanguagePill = ({ desk, lang }) => {
  const found = health(desk.view.outputs, lang, desk.view.program.on_air);
  const isMissed = missed(desk.view, desk.now.value).some((one) => one.lang === lang);
  const audience = desk.view.counters[`audience.${lang}`];
  return el(
    "button",
    {
      type: "button",
      class: cx("pill", "health", isMissed ? "bad" : found.state),
      "data-lang": lang,
      onClick: () => {
        desk.ui.side.value = isMissed ? "booths" : "outputs";
      },
    },
    el("i", { class: "mark", "aria-hidden": "true" }),
    el("span", {}, `${languageMark(lang)} ${isMissed ? t("health.missed") : healthWords(found)}`),
    audience === undefined ? null : el("span", { class: "num" }, number(audience)),
  );
};

/** @param {{ desk: Desk }} props */
const EventClock = ({ desk }) => {
  const { timezone } = desk.view.session;
  const now = Math.floor(desk.now.value / 1000) * 1000;
  return el(
    "span",
    { class: "pill num event-clock" },
    el("span", {}, timeOfDay(now, timezone)),
    el("span", { class: "zone" }, zoneName(timezone, now)),
  );
};

export const LanguageSwitch = () => {
  const other = INTERFACE_LANGUAGES.find((tag) => tag !== language.value) ?? "en";
  return el(
    "button",
    { type: "button", class: "pill lang-switch", lang: other, onClick: () => setLanguage(other) },
    OWN_NAMES[other],
  );
};

/** Shows whether we are on air; opens what starts or stops it. @param {{ desk: Desk }} props */
const AirButton = ({ desk }) => {
  const { on_air, on_air_since } = desk.view.program;
  const lasted = elapsed(desk.now.value - (on_air_since ?? desk.now.value));
  return el(
    "button",
    {
      type: "button",
      class: cx("pill", "air", on_air && "live"),
      "aria-busy": desk.acts.pending.value.has("air"),
      "aria-haspopup": "dialog",
      onClick: () => {
        desk.ui.dialog.value = { kind: on_air ? "stop_air" : "start_air" };
      },
    },
    el("i", { class: "mark", "aria-hidden": "true" }),
    on_air ? el("span", { class: "num" }, t("air.on", { lasted })) : t("air.off"),
  );
};
