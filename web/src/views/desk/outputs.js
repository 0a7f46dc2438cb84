/** Where the program goes, whether it arrives, and what to do when it does not. */

import { cx, el, h } from "../../dom.js";
import { languageMark, languageName, number, t } from "../../i18n.js";
import { bytes } from "./format.js";
import { HEALTH } from "./health.js";
import { outputTrouble } from "./trouble.js";

/** @typedef {import("./context.js").Desk} Desk */
/** @typedef {import("../../wire.d.ts").OutputView} OutputView */

/** @param {{ desk: Desk }} props */
export const OutputsPanel = ({ desk }) =>
  el(
    "div",
    { class: "outputs" },
    desk.view.outputs.length > 0
      ? el(
          "ul",
          { class: "rows", tabIndex: 0, "aria-label": t("outputs.title") },
          desk.view.outputs.map((output) => el("li", { key: output.output }, h(Output, { desk, output }))),
        )
      : el("div", { class: "empty" }, el("b", {}, t("outputs.empty")), el("p", {}, t("outputs.empty.hint"))),
    el(
      "footer",
      { class: "panel-foot" },
      el(
        "button",
        { type: "button", class: "verb", onClick: () => { desk.ui.dialog.value = { kind: "add_output" }; } },
        el("span", { class: "verb-label" }, t("outputs.add")),
      ),
    ),
  );

/** @param {{ desk: Desk, output: OutputView }} props */
const Output = ({ desk, output }) => {
  const trouble = output.error ? outputTrouble(output.error) : null;
  return el(
    "article",
    { class: cx("output", HEALTH[output.state]) },
    el(
      "div",
      { class: "output-head" },
      el("b", {}, outputName(output)),
      el("span", { class: cx("pill", "health", HEALTH[output.state]) }, el("i", { class: "mark", "aria-hidden": "true" }), stateWords(output)),
    ),
    output.kind === "rtmp" ? el("code", {}, output.target) : null,
    el(
      "small",
      { class: "num" },
      [
        output.sent_bytes > 0 ? t("outputs.sent", { amount: bytes(output.sent_bytes) }) : "",
        hasOwnPicture(desk, output) ? t("outputs.own_picture", { language: languageName(output.lang ?? "") }) : "",
        output.retries > 0 ? t("outputs.retries", { count: number(output.retries) }) : "",
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    trouble ? el("p", { class: "trouble-text" }, el("b", {}, trouble.text), " ", trouble.remedy) : null,
    output.kind === "rtmp" && output.trying ? h(Again, { desk, output }) : null,
    output.kind === "rtmp" && !isHeld(desk, output) ? h(Remove, { desk, output }) : null,
    output.kind === "recording" && output.sent_bytes > 0 && !desk.view.program.on_air
      ? el("a", { class: "act", href: desk.archive, target: "_blank" }, t("archive.open"))
      : null,
  );
};

/** Our own pages and the recording keep the shared picture. @param {Desk} desk @param {OutputView} output */
const hasOwnPicture = ({ view }, output) =>
  output.kind === "rtmp" && output.lang !== null && view.session.own_pictures.includes(output.lang);

/** @param {OutputView} output */
const stateWords = ({ state, trying }) => t(state === "failed" && trying ? "output.failed_trying" : `output.${state}`);

/** @param {{ desk: Desk, output: OutputView }} props */
const Again = ({ desk, output }) =>
  el(
    "button",
    {
      type: "button",
      class: "act",
      "aria-label": t("outputs.again.long", { name: outputName(output) }),
      "aria-busy": desk.acts.pending.value.has(`output.retry ${output.output}`),
      onClick: () => connectAnew(desk, output),
    },
    t("outputs.again"),
  );

/** Connect to a target anew, whatever it is at. @param {Desk} desk @param {OutputView} output */
export const connectAnew = ({ acts }, { output }) => void acts.run("output.retry", { output }, { key: `output.retry ${output}` });

/** @param {{ desk: Desk, output: OutputView }} props */
const Remove = ({ desk, output }) => {
  const isLive = HEALTH[output.state] === "good" || HEALTH[output.state] === "weak";
  const verb = {
    name: "output.remove",
    body: { output: output.output },
    label: t("outputs.remove"),
    hint: "",
    key: "",
    enabled: true,
    ask: isLive ? t("outputs.remove.live", { name: outputName(output) }) : t("outputs.remove.ask", { name: outputName(output) }),
  };
  return el(
    "button",
    { type: "button", class: "act quiet", "aria-label": t("outputs.remove.long", { name: outputName(output) }),
      onClick: () => { desk.ui.dialog.value = { kind: "ask", text: verb.ask, verb }; } },
    t("outputs.remove"),
  );
};

/**
 * Made and removed by the steps of the YouTube panel; one that carries another language than its broadcast's is a mistake
 * that somebody must be able to mend.
 *
 * @param {Desk} desk @param {OutputView} output
 */
const isHeld = ({ view }, output) =>
  (view.youtube?.broadcasts ?? []).some((broadcast) => broadcast.lang === output.lang && carries(output, broadcast));

/**
 * Whether an output takes a broadcast to YouTube, to its first ingest or the second.
 *
 * @param {OutputView} output @param {{ output: string }} broadcast
 */
export const carries = (output, broadcast) => isOfYouTube(output) && output.output.replace(/-backup$/, "") === broadcast.output;

/** @param {OutputView} output */
const isOfYouTube = ({ output }) => output.startsWith("youtube-");

/** What people call an output. @param {OutputView} output */
export const outputName = (output) => {
  const lang = output.lang ? languageMark(output.lang) : t("outputs.all_languages");
  if (output.kind === "hls") return t("outputs.hls", { lang });
  if (output.kind === "recording") return t("outputs.recording", { lang });
  return isOfYouTube(output) || /youtube/i.test(output.target) ? `YouTube ${lang}` : `RTMP ${lang}`;
};
