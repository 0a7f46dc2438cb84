/** The moderator's desk, whole. */

import { cx, el, h } from "../../dom.js";
import { t } from "../../i18n.js";
import { BoothAlarms, troubled } from "../booths.js";
import { LineAlarms, waiting } from "../line.js";
import { BoothsPanel } from "./booths.js";
import { DialogHost } from "./dialogs.js";
import { FloorPanel } from "./floor.js";
import { Header, StreamingBanner } from "./header.js";
import { failing } from "./health.js";
import { OutputsPanel } from "./outputs.js";
import { ProgramPanel } from "./program.js";
import { QuestionsPanel } from "./questions.js";
import { QueuePanel } from "./queue.js";
import { StageStrip } from "./stage.js";
import { PanicBanner, troubled as troubledOnYouTube } from "./youtube/banner.js";
import { YouTubePanel } from "./youtube/panel.js";

/** @typedef {import("./context.js").Desk} Desk */

/** @param {{ desk: Desk, source: import("./program.js").ProgramSource }} props */
export const DeskPage = ({ desk, source }) =>
  el(
    "div",
    { class: cx("desk", desk.status !== "online" && "stale"), style: { "--brand": desk.view.session.accent } },
    el("div", { class: "head" }, h(Header, { desk }), h(StreamingBanner, { desk }), h(PanicBanner, { desk })),
    el(
      "main",
      { class: "desk-main", "aria-label": t("desk.title") },
      h(QueuePanel, { desk }),
      el("div", { class: "center" }, h(ProgramPanel, { desk, source }), h(FloorPanel, { desk })),
      h(SidePanel, { desk }),
      h(StageStrip, { desk }),
    ),
    h(DialogHost, { desk }),
  );

/** Questions, outputs, YouTube or booths; what a booth raises stands above them all. @param {{ desk: Desk }} props */
const SidePanel = ({ desk }) => {
  const { counters, outputs, booths } = desk.view;
  const bad = failing(outputs);
  const calling = troubled(desk.view, desk.now.value) + waiting(desk.view);
  const { value: side } = desk.ui.side;
  const badOnYouTube = troubledOnYouTube(desk).length;
  return el(
    "section",
    { class: "panel side", "aria-labelledby": "side-title" },
    el(
      "header",
      { class: "panel-head" },
      el("h2", { id: "side-title", class: "visually-hidden" }, t("side.title")),
      h(SideButton, { desk, side: "questions", label: t("questions.title") }),
      h(SideButton, { desk, side: "outputs", label: t("outputs.title"), ...(bad > 0 ? { alarm: bad } : {}) }),
      desk.view.youtube ? h(SideButton, { desk, side: "youtube", label: t("side.youtube"), ...(badOnYouTube > 0 ? { alarm: badOnYouTube } : {}) }) : null,
      booths.length > 0 ? h(SideButton, { desk, side: "booths", label: t("booths.title"), ...(calling > 0 ? { alarm: calling } : {}) }) : null,
      // Counted beside the questions; with more tabs there is no room for it elsewhere.
      side === "questions" && !(desk.view.youtube && booths.length > 0)
        ? el("span", { class: "num counters" }, t("questions.counters", { received: counters["received"] ?? 0, answered: counters["answered"] ?? 0 }))
        : null,
    ),
    h(BoothAlarms, {
      view: desk.view, now_ms: desk.now.value, pending: desk.acts.pending.value,
      act: (name, body, key) => void desk.acts.run(name, body, { key }),
    }),
    h(LineAlarms, { view: desk.view, say: (booth, text) => desk.acts.run("booth.say", { text, booth }, { key: `booth.say ${booth}` }) }),
    h(PANELS[side], { desk }),
  );
};

const PANELS = { questions: QuestionsPanel, outputs: OutputsPanel, youtube: YouTubePanel, booths: BoothsPanel };

/** @param {{ desk: Desk, side: keyof typeof PANELS, label: string, alarm?: number }} props */
const SideButton = ({ desk, side, label, alarm }) =>
  el(
    "button",
    {
      type: "button",
      class: "side-switch",
      "aria-pressed": desk.ui.side.value === side,
      onClick: () => {
        desk.ui.side.value = side;
      },
    },
    label,
    alarm ? el("span", { class: "alarm num" }, `! ${alarm}`) : null,
  );
