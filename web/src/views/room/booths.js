/** The booths for the room's technician: what hinders them, and which languages are really interpreted. */

import { cx, el, h, signal } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { BoothAlarms, interpretedNow } from "../booths.js";
import { stateOf, stateWords } from "../interpreter/partner.js";
import { boothName } from "../interpreter/standing.js";
import { phrasesOf } from "../interpreter/words.js";
import { BoothLine, LineAlarms } from "../line.js";
import { ListenIn, MonitorSound, levelOf } from "../monitor.js";
import { Speaks } from "../speaks.js";
import { explain } from "../parts.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
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
    view.booths.map((booth) => h(People, { key: `people ${booth.booth}`, booth, pending: pending.value, act })),
    view.booths.map((booth) => h(BoothLine, { key: booth.booth, view, booth, say: (text) => say(booth.booth, text) })),
  );
}

/** Who could be on air or is: the technician saves a booth while the chair is on stage. @param {{ booth: BoothView, pending: ReadonlySet<string>, act: import("../booths.js").Act }} props */
const People = ({ booth, pending, act }) => {
  const phrase = phrasesOf(booth.signing);
  const here = booth.interpreters.filter((one) => one.ready || one.seat === booth.active);
  if (here.length === 0) return null;
  return el(
    "ul",
    { class: "room-interpreters", "aria-label": t("booth.name", { languages: boothName(booth) }) },
    here.map((one) => {
      const isActive = one.seat === booth.active;
      const key = `booth.set_active ${booth.booth} ${one.seat}`;
      return el(
        "li",
        { key: one.seat },
        el("span", {}, el("b", {}, one.name), ` ${stateWords(stateOf(one, booth), booth)}`),
        el(
          "button",
          {
            type: "button", class: "button", "aria-busy": pending.has(key), "aria-label": phrase(isActive ? "booths.take.long" : "booths.put.long", { name: one.name }),
            onClick: () => act("booth.set_active", { booth: booth.booth, seat: isActive ? null : one.seat }, key),
          },
          phrase(isActive ? "booths.take" : "booths.put"),
        ),
      );
    }),
  );
};

/** @param {{ view: View, tag: string }} props */
const Language = ({ view, tag }) => {
  const state = interpretedNow(view, tag) ?? "not";
  return el("li", { class: cx("room-language", state) }, el("b", {}, languageName(tag)), el("span", {}, t(`interpreted.${state}`)));
};
