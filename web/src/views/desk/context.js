/** What every part of the desk is given: the view, the acts, the clock and what is open. */

import { signal } from "../../dom.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("./acts.js").Acts} Acts */
/** @typedef {import("./verbs.js").Verb} Verb */
/** @template T @typedef {import("@preact/signals").Signal<T>} Signal */

/**
 * The dialog that is open: its kind and what it is about.
 *
 * @typedef {{ kind: "keys" } | { kind: "list" } | { kind: "add_speaker" } | { kind: "add_output" } | { kind: "start_air" }
 *   | { kind: "stop_air" } | { kind: "seat", seat: string }
 *   | { kind: "youtube_live", broadcasts: readonly import("../../wire.d.ts").BroadcastView[] } | { kind: "youtube_end", langs: readonly string[] }
 *   | { kind: "youtube_edit", broadcast: import("../../wire.d.ts").BroadcastView }
 *   | { kind: "reject", question: string } | { kind: "translate", question: string } | { kind: "ask", text: string, verb: Verb }} Dialog
 */
/** @typedef {"pending" | "approved" | "next" | "answered" | "rejected"} QuestionTab */

export const createUi = () => ({
  dialog: signal(/** @type {Dialog | null} */ (null)),
  tab: signal(/** @type {QuestionTab} */ ("pending")),
  side: signal(/** @type {"questions" | "outputs" | "youtube" | "booths"} */ ("questions")),
  openRow: signal(/** @type {string | null} */ (null)),
  keysOn: signal(localStorage.getItem("rotunda.keys") !== "off"),
});

/** @typedef {ReturnType<typeof createUi>} Ui */
/**
 * @typedef {object} Desk
 * @property {View} view
 * @property {Acts} acts
 * @property {import("@preact/signals").ReadonlySignal<number>} now  server time in ms, ticking
 * @property {Signal<Readonly<Record<string, number>>>} levels  dBFS by seat
 * @property {Ui} ui
 * @property {import("../../connection.js").Status} status
 * @property {readonly import("../curve.js").ViewersFigures[]} viewers  who has watched on YouTube
 * @property {string | null} channels  the page of channels, for organisers
 * @property {(output: NewOutput) => Promise<import("./acts.js").Ack>} addOutput
 * @property {(output: string) => Promise<import("./acts.js").Ack>} removeOutput
 * @property {import("../../monitor.js").Monitor} monitor  what the desk listens in to
 * @property {string} poster  the page with the code for receivers
 * @property {string} archive  address of the recording
 */
/** @typedef {{ kind: "rtmp", url: string, lang: string }} NewOutput */

/**
 * Do a verb: ask first when it asks.
 *
 * @param {Desk} desk
 * @param {Verb} verb
 */
export const perform = ({ acts, ui }, verb) => {
  if (!verb.enabled) return;
  if (verb.ask) ui.dialog.value = { kind: "ask", text: verb.ask, verb };
  else void acts.run(verb.name, verb.body, { key: keyOf(verb) });
};

/**
 * What a press is told apart by. Start, pause and resume share one key: they are one button.
 *
 * @param {Verb} verb
 */
export const keyOf = ({ key, name, id }) => (key === "P" || key === "L" ? key : id ? `${name} ${id}` : name);
