/** The desk's dialogs, one at a time. */

import { el, h } from "../../dom.js";
import { languageName, t } from "../../i18n.js";
import { Modal } from "../modal.js";
import { AddOutput, StartAir, StopAir } from "./air.js";
import { keyOf } from "./context.js";
import { KEYS } from "./keys.js";
import { ListDialog } from "./list.js";
import { REJECT_REASONS } from "./questions.js";
import { AddSpeaker, SeatCard } from "./seat_card.js";
import { TranslateDialog } from "./translate.js";
import { chosen } from "./youtube/acts.js";
import { EndBroadcasts, GoLive } from "./youtube/dialogs.js";
import { areRehearsals } from "./youtube/flow.js";
import { EditBroadcast } from "./youtube/edit.js";
import { yt } from "./youtube/words.js";

/** @typedef {import("./context.js").Desk} Desk */

/** @param {{ desk: Desk }} props */
export const DialogHost = ({ desk }) => {
  const dialog = desk.ui.dialog.value;
  if (!dialog) return null;
  const onClose = () => {
    if (desk.ui.dialog.value === dialog) desk.ui.dialog.value = null;
  };
  /** @param {import("../../dom.js").Children} children @param {string} title */
  const frame = (title, children) => h(Frame, { key: dialog, title, onClose, children });
  switch (dialog.kind) {
    case "keys":
      return frame(t("keys.title"), h(Keys, { desk }));
    case "list":
      return frame(t("list.title"), h(ListDialog, { desk }));
    case "add_speaker":
      return frame(t("add.title"), h(AddSpeaker, { desk }));
    case "add_output":
      return frame(t("output.add.title"), h(AddOutput, { desk }));
    case "start_air":
      return frame(t("air.start.title"), h(StartAir, { desk }));
    case "stop_air":
      return frame(t("air.stop.title"), h(StopAir, { desk }));
    case "youtube_live":
      return frame(yt(areRehearsals(dialog.broadcasts) ? "panel.rehearse" : "live.title"), h(GoLive, { desk, broadcasts: dialog.broadcasts }));
    case "youtube_end":
      return frame(yt(areRehearsals(chosen(desk, dialog.langs)) ? "end.rehearsal.title" : "end.title"), h(EndBroadcasts, { desk, langs: dialog.langs }));
    case "youtube_edit":
      return frame(yt("edit.heading", { language: languageName(dialog.broadcast.lang) }), h(EditBroadcast, { desk, broadcast: dialog.broadcast }));
    case "seat":
      return frame(t("seat.title"), h(SeatCard, { desk, id: dialog.seat }));
    case "reject":
      return frame(t("reject.title"), h(Reject, { desk, id: dialog.question }));
    case "translate":
      return frame(t("translate.title"), h(TranslateDialog, { desk, id: dialog.question }));
    case "ask":
      return frame(t("ask.title"), h(Ask, { desk, text: dialog.text, verb: dialog.verb }));
  }
};

/** @param {{ title: string, onClose: () => void, children: import("../../dom.js").Children }} props */
const Frame = ({ title, onClose, children }) =>
  h(Modal, {
    class: "sheet", labelledby: "dialog-title", onClose,
    children: el(
      "div",
      { class: "sheet-body" },
      el(
        "header",
        {},
        el("h2", { id: "dialog-title" }, title),
        el("button", { type: "button", class: "more", "aria-label": t("close"), onClick: onClose }, "✕"),
      ),
      children,
    ),
  });

/** @param {{ desk: Desk }} props */
const Keys = ({ desk }) =>
  el(
    "div",
    { class: "sheet-main" },
    el(
      "dl",
      { class: "keys" },
      KEYS.map(([key, word]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(word))]),
    ),
    el(
      "label",
      { class: "check" },
      el("input", {
        type: "checkbox",
        checked: desk.ui.keysOn.value,
        onChange: (event) => {
          desk.ui.keysOn.value = event.currentTarget.checked;
          localStorage.setItem("rotunda.keys", event.currentTarget.checked ? "on" : "off");
        },
      }),
      t("keys.on"),
    ),
  );

/** @param {{ desk: Desk, text: string, verb: import("./verbs.js").Verb }} props */
const Ask = ({ desk, text, verb }) => {
  const close = () => {
    desk.ui.dialog.value = null;
  };
  const go = () => {
    close();
    if (verb.name === "output.remove") void desk.removeOutput(String(verb.body["output"]));
    else void desk.acts.run(verb.name, verb.body, { key: keyOf(verb) });
  };
  return el(
    "div",
    { class: "sheet-main" },
    el("p", { class: "ask-text" }, text),
    el(
      "div",
      { class: "sheet-acts" },
      el("button", { type: "button", class: "verb", autofocus: true, onClick: close }, t("cancel")),
      el("button", { type: "button", class: "verb primary", onClick: go }, verb.label),
    ),
  );
};

/** @param {{ desk: Desk, id: string }} props */
const Reject = ({ desk, id }) => {
  const question = desk.view.questions.find((other) => other.question === id);
  /** @param {string} reason */
  const reject = (reason) => {
    desk.ui.dialog.value = null;
    const body = { question: id, reason, expect_state: question?.state };
    void desk.acts.run("question.reject", body, { key: `question.reject ${id}` });
  };
  return el(
    "div",
    { class: "sheet-main" },
    el("blockquote", { lang: question?.lang }, question?.text ?? ""),
    el("p", {}, t(question?.origin === "youtube" ? "reject.hint.youtube" : "reject.hint")),
    el(
      "div",
      { class: "choices" },
      REJECT_REASONS.map((code) =>
        el("button", { key: code, type: "button", class: "verb", onClick: () => reject(code) }, t(`reject.${code}`)),
      ),
    ),
    h(OwnReason, { reject }),
  );
};

/** @param {{ reject: (reason: string) => void }} props */
const OwnReason = ({ reject }) =>
  el(
    "form",
    {
      class: "line-form",
      onSubmit: (event) => {
        event.preventDefault();
        const reason = String(new FormData(event.currentTarget).get("reason") ?? "").trim();
        if (reason) reject(reason);
      },
    },
    el("label", {}, t("reject.own"), el("input", { name: "reason", maxLength: 200, autocomplete: "off" })),
    el("button", { type: "submit", class: "verb" }, t("reject.do")),
  );
