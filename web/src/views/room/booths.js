/** The booths for the room's technician: what hinders them, and which languages are really interpreted. */

import { cx, el, h, signal } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { BoothAlarms, interpretedNow } from "../booths.js";
import { BoothLine, LineAlarms } from "../line.js";
import { ListenIn, MonitorSound, levelOf } from "../monitor.js";
import { Speaks } from "../speaks.js";
import { explain } from "../parts.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../delegate/desk.js").DelegateDesk} DelegateDesk */

const pending = signal(/** @type {ReadonlySet<string>} */ (new Set()));

/** @param {{ desk: DelegateDesk, view: View, levels: Readonly<Record<string, number>>, now_ms: number }} props */
export function Booths({ desk, view, levels, now_ms }) {
  if (view.booths.length === 0) return null;
  /** @type {import("../booths.js").Act} */
  const act = async (name, body, key) => {
    if (pending.value.has(key)) return;
    pending.value = new Set([...pending.value, key]);
    explain(await desk.command(name, body));
    pending.value = new Set([...pending.value].filter((other) => other !== key));
  };
  /** @param {string} booth @param {string} text */
  const say = async (booth, text) => {
    const answer = await desk.command("booth.say", { booth, text });
    explain(answer);
    return answer.ok;
  };
  return el(
    "section",
    { class: "card room-booths", "aria-label": t("booths.title") },
    el("h2", {}, t("booths.title")),
    h(BoothAlarms, { view, now_ms, pending: pending.value, act }),
    h(LineAlarms, { view, say }),
    h(Speaks, { view, say: async (body) => void explain(await desk.command("floor.speaks", body)) }),
    el("ul", { class: "room-languages" }, view.session.languages.map((tag) => h(Language, { key: tag, view, tag }))),
    el("h2", {}, t("monitor.title")),
    h(MonitorSound, { monitor: desk.monitor }),
    el(
      "div",
      { class: "listen-ins" },
      ["floor", ...view.session.languages].map((lang) => h(ListenIn, { key: lang, monitor: desk.monitor, lang, level_db: levelOf(view, levels, lang) })),
    ),
    el("a", { class: "button quiet", href: desk.poster, target: "_blank", rel: "noopener" }, t("poster.title")),
    view.booths.map((booth) => h(BoothLine, { key: booth.booth, view, booth, say: (text) => say(booth.booth, text) })),
  );
}

/** @param {{ view: View, tag: string }} props */
const Language = ({ view, tag }) => {
  const state = interpretedNow(view, tag) ?? "not";
  return el("li", { class: cx("room-language", state) }, el("b", {}, languageName(tag)), el("span", {}, t(`interpreted.${state}`)));
};
