/** What is asked of this person: to open the microphone, which only they can, or to speak otherwise. */

import { el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { askedNow } from "../booths.js";
import { ActionButton, Icon } from "../parts.js";

/** Under the sentence, not over anything: nothing has to be answered. @param {{ desk: import("./desk.js").DelegateDesk }} props */
export const AskedToUnmute = ({ desk }) =>
  desk.asked.value
    ? el(
        "section",
        { class: "asked", "aria-label": t("asked.title") },
        h(Icon, { name: "microphone_off" }),
        el("p", {}, el("b", {}, t("asked.title")), " ", el("span", {}, t("asked.detail"))),
        h(ActionButton, { class: "primary", act: () => desk.answerAsk(true), children: [h(Icon, { name: "microphone" }), t("asked.open")] }),
        h(ActionButton, { act: () => desk.answerAsk(false), children: t("asked.stay") }),
      )
    : null;

/** What the interpreters ask of whoever speaks here, for some seconds. @param {{ view: import("../../wire.d.ts").View, isHere: boolean, now_ms: number }} props */
export const AskedOfSpeaker = ({ view, isHere, now_ms }) => {
  const words = isHere ? askedNow(view, now_ms) : null;
  return el("div", { role: "status" }, words ? el("p", { class: "asked-speaker" }, words) : null);
};
