/** Going on air, going off, and adding a target. */

import { el, useState } from "../../dom.js";
import { errorText, language, languageName, number, t } from "../../i18n.js";
import { outputName } from "./outputs.js";

/** @typedef {import("./context.js").Desk} Desk */

/** Names joined as a sentence joins them. @param {readonly string[]} names */
const joined = (names) => new Intl.ListFormat(language.value, { type: "conjunction" }).format(names);

/** Nothing is asked: the targets are shown, then one press starts them. @param {{ desk: Desk }} props */
export const StartAir = ({ desk }) => {
  const { outputs, program } = desk.view;
  const start = () => {
    desk.ui.dialog.value = null;
    void desk.acts.run("onair.start", {}, { key: "air" });
  };
  return el(
    "div",
    { class: "sheet-main" },
    el("p", {}, t("air.start.text", { languages: joined(program.languages.map(languageName)) })),
    el(
      "ul",
      { class: "targets" },
      outputs.map((output) =>
        el("li", { key: output.output }, el("b", {}, outputName(output)), output.kind === "rtmp" ? el("code", {}, output.target) : null),
      ),
    ),
    outputs.some((output) => output.kind === "rtmp") ? null : el("p", { class: "hint" }, t("air.start.no_target")),
    program.engine === "up" ? null : el("p", { class: "hint" }, t("air.start.engine")),
    el(
      "div",
      { class: "sheet-acts" },
      el(
        "button",
        { type: "button", class: "verb", onClick: () => { desk.ui.dialog.value = { kind: "add_output" }; } },
        t("outputs.add"),
      ),
      el("button", { type: "button", class: "verb air-go", autofocus: true, onClick: start }, t("air.start.do")),
    ),
  );
};

/** @param {{ desk: Desk }} props */
export const StopAir = ({ desk }) => {
  const languages = joined(desk.view.program.languages.map(languageName));
  const viewers = desk.view.counters["audience"] ?? 0;
  const close = () => {
    desk.ui.dialog.value = null;
  };
  const stop = () => {
    close();
    void desk.acts.run("onair.stop", {}, { key: "air" });
  };
  return el(
    "div",
    { class: "sheet-main" },
    el("p", { class: "ask-text" }, viewers > 0 ? t("air.stop.viewers", { languages, viewers: number(viewers) }) : t("air.stop.text", { languages })),
    el("p", { class: "hint" }, t("air.stop.hint")),
    desk.view.youtube?.broadcasts.some(({ stage }) => stage === "live") ? el("p", { class: "hint" }, t("air.stop.youtube")) : null,
    el(
      "div",
      { class: "sheet-acts" },
      el("button", { type: "button", class: "verb", autofocus: true, onClick: close }, t("air.stop.keep")),
      el("button", { type: "button", class: "verb danger", onClick: stop }, t("air.stop.do")),
    ),
  );
};

/** @param {{ desk: Desk }} props */
export const AddOutput = ({ desk }) => {
  const [trouble, setTrouble] = useState("");
  const [isSending, setSending] = useState(false);
  /** @param {HTMLFormElement} form */
  const send = async (form) => {
    const fields = new FormData(form);
    const server = String(fields.get("server")).trim().replace(/\/+$/, "");
    const key = String(fields.get("key")).trim();
    setSending(true);
    const ack = await desk.addOutput({ kind: "rtmp", url: key ? `${server}/${key}` : server, lang: String(fields.get("lang")) });
    setSending(false);
    if (ack.ok) desk.ui.dialog.value = null;
    else setTrouble(errorText(ack.error.code, ack.error.params));
  };
  return el(
    "form",
    { class: "sheet-main stack-form", autocomplete: "off", onSubmit: (event) => { event.preventDefault(); if (!isSending) void send(event.currentTarget); } },
    el("label", {}, t("output.add.server"), el("input", { name: "server", required: true, type: "url", pattern: "rtmps?://.+", autofocus: true, placeholder: "rtmps://a.rtmps.youtube.com/live2", title: t("output.add.server.hint") })),
    el("label", {}, t("output.add.key"), el("input", { name: "key", type: "password", autocomplete: "off", "aria-describedby": "key-hint" })),
    el("small", { id: "key-hint" }, t("output.add.key.hint")),
    el(
      "label",
      {},
      t("output.add.lang"),
      el("select", { name: "lang" }, desk.view.program.languages.map((lang) => el("option", { key: lang, value: lang }, languageName(lang)))),
    ),
    el("p", { role: "alert", class: "trouble-text" }, trouble),
    el("div", { class: "sheet-acts" }, el("button", { type: "submit", class: "verb primary", "aria-busy": isSending }, t("output.add.do"))),
  );
};
