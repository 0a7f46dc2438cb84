/** The chair asks for an open microphone; only its owner can open it. */

import { el, h } from "../../dom.js";
import { t } from "../../i18n.js";
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
