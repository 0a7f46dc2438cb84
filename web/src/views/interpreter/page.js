/** The booth, whole: the picture and who speaks, the light and the two keys, the partner, the desk. */

import { cx, el, h } from "../../dom.js";
import { errorText, localized, t } from "../../i18n.js";
import { LanguageSwitch } from "../desk/header.js";
import { Notice } from "../parts.js";
import { Program } from "../program.js";
import { Aside } from "./aside.js";
import { standInWords } from "./devices.js";
import { Hear, PartnerSound } from "./hear.js";
import { LargeKey, LineMark } from "./large.js";
import { Keys, Lamp, OwnLevel, OwnPicture } from "./lamp.js";
import { Output } from "./output.js";
import { Partner } from "./partner.js";
import { Signals } from "./signals.js";
import { Speakers } from "./speakers.js";
import { boothName } from "./standing.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
export const BoothPage = ({ desk, view, booth }) =>
  el(
    "div",
    { class: cx("booth", desk.isSigning && "signing", desk.large.isOn.value && "large", desk.lamp.value === "taken_off" && "taken-off"), style: { "--brand": view.session.accent } },
    el("a", { class: "skip-link", href: "#booth-keys" }, desk.phrase("booth.skip")),
    h(Top, { desk, view, booth }),
    el(
      "main",
      { class: "booth-main", "aria-label": t("booth.title") },
      el(
        "div",
        { class: "booth-see" },
        el(
          "div",
          { class: "booth-picture" },
          h(Program, { source: desk.peer, speaker: desk.devices.speaker.value, volume: desk.hearing.volume.value }),
          desk.large.isOn.value ? h(LargeKey, { desk }) : null,
        ),
        h(Hear, { desk, view, booth }),
        h(Speakers, { desk, view, booth, now_ms: desk.now_ms.value }),
      ),
      el(
        "div",
        { class: "booth-work" },
        h(Lamp, { desk, view, booth }),
        h(Keys, { desk, booth }),
        h(Output, { desk, view, booth }),
        desk.isSigning ? h(OwnPicture, { desk }) : h(OwnLevel, { desk, booth }),
        h(Said, { desk }),
        h(LineMark, { desk, view }),
        h(Partner, { desk, view, booth }),
        h(Signals, { desk, booth }),
      ),
      h(Aside, { desk, view, booth }),
    ),
    h(PartnerSound, { desk }),
  );

/** @param {{ desk: BoothDesk, view: View, booth: BoothView }} props */
const Top = ({ desk, view, booth }) => {
  const link = desk.peer.state.value;
  const weak = desk.weakLink.value;
  return el(
    "header",
    { class: "booth-top" },
    el("h1", {}, t("booth.name", { languages: boothName(booth) }), el("small", {}, localized(view.session.title))),
    el("span", { class: cx("pill", (link !== "connected" || weak) && "warn") }, el("span", { class: "dot", "aria-hidden": "true" }), link === "connected" && weak ? desk.phrase(`booth.link.weak_${weak}`) : t(`booth.link.${link}`)),
    // Red is the booth's own light alone.
    el("span", { class: "pill broadcast" }, t(view.program.on_air ? "booth.broadcast.on" : "booth.broadcast.off")),
    el(
      "button",
      { type: "button", class: "button", "aria-pressed": desk.isChoosing.value, "aria-keyshortcuts": "D", onClick: desk.toggleDevices },
      t("devices_booth.title"),
      el("kbd", { "aria-hidden": "true" }, "D"),
    ),
    h(LargeKey, { desk }),
    h(LanguageSwitch, {}),
  );
};

/** What was refused, which device is gone, or that the link is weak, in words; its line is always there, so that nothing moves. @param {{ desk: BoothDesk }} props */
const Said = ({ desk }) => {
  const refused = desk.acts.notice.value?.text ?? "";
  return el("p", { class: cx("booth-said", !refused && "warn"), role: "status" }, refused || standInWords(desk) || (desk.weakLink.value === "up" ? desk.phrase("booth.link.weak_up.long") : ""));
};

/** @param {{ code: string | null }} props */
export const BoothWaiting = ({ code }) =>
  h(Notice, { title: t(code ? "public.refused" : "public.connecting"), busy: code === null, ...(code ? { text: errorText(code) } : {}) });

export const NoBooth = () => h(Notice, { mark: "!", title: t("booth.none"), text: t("booth.none.hint") });
