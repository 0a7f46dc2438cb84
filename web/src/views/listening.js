/** The language one hears at the table, the desk or in the hall: a list, and one tap between the original and one's own. */

import { el, h } from "../dom.js";
import { languageName, t } from "../i18n.js";
import { listenable, ownSeat } from "../state.js";
import { withInterpreted } from "./booths.js";
import { endonym } from "./desk/format.js";

/** @typedef {import("../wire.d.ts").View} View */
/** @typedef {(lang: string) => unknown} Listen */

/** @param {{ view: View, listen: Listen, label?: string }} props */
export const Listening = ({ view, listen, label = t("listen.label") }) => {
  const heard = view.you?.listening ?? "floor";
  return el(
    "div",
    { class: "listening" },
    el(
      "label",
      {},
      el("span", {}, label),
      el(
        "select",
        { class: "select", value: heard, onChange: (event) => void listen(event.currentTarget.value) },
        listenable(view).map((tag) => el("option", { value: tag, key: tag, selected: tag === heard }, withInterpreted(view, tag, languageName(tag)))),
      ),
    ),
    h(Across, { view, heard, listen }),
  );
};

/** Back to what is said, or from there to one's own language. @param {{ view: View, heard: string, listen: Listen }} props */
const Across = ({ view, heard, listen }) => {
  const own = ownSeat(view)?.language ?? "";
  const isGiven = view.booths.some((booth) => booth.languages.includes(own));
  const other = heard !== "floor" ? "floor" : isGiven ? own : null;
  if (other === null) return null;
  return el(
    "button",
    { type: "button", class: "button listen-across", lang: other === "floor" ? undefined : other, onClick: () => void listen(other) },
    other === "floor" ? t("listen.floor") : endonym(other),
  );
};
