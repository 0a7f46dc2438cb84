/** What the desk does about YouTube; whatever cannot be taken back, or makes public, asks first. */

import { languageName, number } from "../../../i18n.js";
import { carries, connectAnew } from "../outputs.js";
import { ON_YOUTUBE, isMoved, stepOf } from "./flow.js";
import { namesOf, yt } from "./words.js";

/** @typedef {import("../context.js").Desk} Desk */
/** @typedef {import("./flow.js").BroadcastView} BroadcastView */
/** @typedef {import("./flow.js").Privacy} Privacy */
/** @typedef {import("./flow.js").Step} Step */

/** The broadcasts of a desk, in the program's order. @param {Desk} desk */
export const broadcastsOf = (desk) => desk.view.youtube?.broadcasts ?? [];

/** @param {Desk} desk @param {readonly string[]} langs */
export const chosen = (desk, langs) => broadcastsOf(desk).filter(({ lang }) => langs.includes(lang));

/** What a press is told apart by: one language's own button is not the main one. @param {Step} step @param {readonly string[]} langs */
export const pressOf = (step, langs) => `broadcast.${step} ${langs.join(" ")}`;

/**
 * Take a step for some languages, or open the question that comes before it.
 *
 * @param {Desk} desk @param {Step} step @param {readonly string[]} langs
 */
export const take = (desk, step, langs) => {
  const { acts, ui } = desk;
  const key = pressOf(step, langs);
  switch (step) {
    case "setup":
      return setUp(desk, langs, key);
    case "preflight":
      return void acts.run("broadcast.preflight", { langs }, { key });
    case "live":
      ui.dialog.value = { kind: "youtube_live", broadcasts: chosen(desk, langs) };
      return undefined;
    case "end":
      ui.dialog.value = { kind: "youtube_end", langs };
      return undefined;
  }
};

/** The page of a public broadcast can be found before it is live. @param {Desk} desk @param {readonly string[]} langs @param {string} key */
const setUp = ({ acts, ui, view }, langs, key) => {
  const among = (view.youtube?.broadcasts ?? []).filter(({ lang }) => langs.includes(lang));
  const open = among.filter(({ privacy }) => privacy === "public");
  const moved = among.filter(isMoved).map(({ lang }) => lang);
  const verb = { name: "broadcast.prepare", body: { langs }, label: yt("setup.do"), hint: "", key: "", enabled: true, id: langs.join(" ") };
  if (moved.length > 0) {
    ui.dialog.value = { kind: "ask", text: yt("setup.move", { languages: namesOf(moved) }), verb: { ...verb, label: yt("setup.move.do") } };
    return undefined;
  }
  if (open.length === 0) return void acts.run(verb.name, verb.body, { key });
  ui.dialog.value = { kind: "ask", text: yt("setup.ask", { languages: namesOf(open.map(({ lang }) => lang)) }), verb };
};

/**
 * Say who may watch; asks before it makes public and before it takes from viewers.
 *
 * @param {Desk} desk @param {BroadcastView} broadcast @param {Privacy} privacy
 */
export const setPrivacy = ({ acts, ui }, broadcast, privacy) => {
  const { lang, stage, viewers } = broadcast;
  const body = { privacy, expect: broadcast.privacy, langs: [lang] };
  const verb = { name: "broadcast.privacy", body, label: yt(`privacy.do.${privacy}`), hint: "", key: "", enabled: true, id: lang };
  // Nothing is there yet that anybody could find or lose: setting up and going live ask again.
  const isThere = broadcast.watch_url !== null && (privacy === "public" || ON_YOUTUBE.has(stage));
  if (!isThere) return void acts.run(verb.name, body, { key: `${verb.name} ${lang}` });
  const text = yt(`privacy.ask.${privacy}`, { language: languageName(lang), viewers: number(viewers ?? 0) });
  ui.dialog.value = { kind: "ask", text, verb };
};

/** @param {Desk} desk @param {BroadcastView} broadcast */
export const cancel = ({ ui }, { lang }) => {
  const verb = { name: "broadcast.cancel", body: { langs: [lang] }, label: yt("card.cancel.do"), hint: "", key: "", enabled: true, id: lang };
  ui.dialog.value = { kind: "ask", text: yt("card.cancel.ask", { language: languageName(lang) }), verb };
};

/** Begin the push of one language anew; viewers may miss a moment. @param {Desk} desk @param {BroadcastView} broadcast */
export const reconnect = (desk, broadcast) => {
  for (const output of desk.view.outputs) if (carries(output, broadcast)) connectAnew(desk, output);
};

/** Check and show privately, beside what is set up: nobody loses or finds anything. @param {Desk} desk @param {readonly string[]} langs */
export const rehearse = ({ acts }, langs) => void acts.run("broadcast.rehearse", { langs }, { key: `broadcast.rehearse ${langs.join(" ")}` });

/** @param {Desk} desk @param {BroadcastView} broadcast */
export const callOff = ({ acts }, { lang }) => void acts.run("broadcast.cancel", { langs: [lang] }, { key: `broadcast.cancel ${lang}` });

/** Whether there is anything to hide from. @param {Desk} desk */
export const mayPanic = (desk) => broadcastsOf(desk).length > 0;

/** One press, no question: slate and silence, or back. @param {Desk} desk */
export const panic = (desk) => {
  if (!mayPanic(desk)) return;
  void desk.acts.run("broadcast.panic", { on: !desk.view.youtube?.panic }, { key: "broadcast.panic" });
};

/** A language that has something to do while the main button is about others. @param {BroadcastView} broadcast @param {import("./flow.js").Next} next */
export const ownStep = (broadcast, next) => {
  const step = stepOf(broadcast);
  const isMain = "step" in next && next.step === step && next.langs.length === 1 && next.langs[0] === broadcast.lang;
  return isMain ? null : step;
};
