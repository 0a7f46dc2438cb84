/** Who speaks now, and who is next. */

import { clockText, spokenMs } from "../../clock.js";
import { cx, el } from "../../dom.js";
import { named, t } from "../../i18n.js";
import { countryName, initials, shortName } from "../desk/format.js";

/** @typedef {import("./page.js").Audience} Audience */

/** @param {{ audience: Audience }} props */
export const Now = ({ audience }) => {
  const { current, floor, queue } = audience.view.floor;
  const next = queue[0];
  const who = current && named(current, current.words);
  return el(
    "section",
    { class: cx("now", `now-${floor}`), "aria-label": t("public.now.title") },
    el("i", { class: "face", "aria-hidden": "true" }, current ? initials(current) : "·"),
    el(
      "div",
      {},
      el("b", {}, who ? who.name : t("public.now.nobody")),
      who
        ? el("small", {}, [who.original, who.title, who.city, countryName(who.country)].filter(Boolean).join(" · "))
        : null,
      el(
        "small",
        { class: "tabular" },
        current ? el("span", { class: "now-state" }, stateWord(floor)) : null,
        current && floor === "speaking" ? ` · ${clockText(spokenMs(current, audience.now.value))}` : null,
        next ? el("span", { class: "now-next" }, t("public.now.next", { name: shortName(next) })) : null,
      ),
    ),
  );
};

/** @param {import("../../wire.d.ts").FloorState} floor */
const stateWord = (floor) => {
  if (floor === "speaking") return t("public.now.speaking");
  return floor === "held" ? t("public.now.held") : t("public.now.called");
};
