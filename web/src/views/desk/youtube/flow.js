/**
 * The steps of a session on YouTube: which one comes next, and for which languages.  Pure.
 *
 *     off, ended, stopped --set up--> prepared --preflight--> ready --go live--> live --end--> ended
 *
 * A rehearsal takes the steps from preflight on, beside what is set up, and leads back to it.
 * Languages go their own ways; the one main button takes those that are behind, and each card has
 * a button of its own.
 */

/** @typedef {import("../../../wire.d.ts").BroadcastView} BroadcastView */
/** @typedef {import("../../../wire.d.ts").BroadcastStage} Stage */
/** @typedef {import("../../../wire.d.ts").Privacy} Privacy */
/** @typedef {"setup" | "preflight" | "live" | "end"} Step */
/** @typedef {"preparing" | "checking" | "starting" | "ending" | "clearing"} Waiting */
/** What the main button will do, or what it waits for. @typedef {{ step: Step, langs: readonly string[] } | { wait: Waiting }} Next */

/** @type {readonly Step[]} */
export const STEPS = ["setup", "preflight", "live", "end"];

/** @type {Partial<Record<Stage, Step>>} */
const STEP_OF = {
  off: "setup",
  ended: "setup",
  stopped: "setup",
  prepared: "preflight",
  ready: "live",
  live: "end",
};

/** @type {readonly Waiting[]} */
const WAITING = ["preparing", "checking", "starting", "ending", "clearing"];

/** Stages of a language that nobody is working on. @type {ReadonlySet<Stage>} */
const AT_REST = new Set(/** @type {const} */ (["off", "ended", "stopped"]));

/** Stages in which viewers may already be there. @type {ReadonlySet<Stage>} */
export const ON_YOUTUBE = new Set(/** @type {const} */ (["starting", "live"]));

/** Stages in which something is being sent. @type {ReadonlySet<Stage>} */
export const SENDING = new Set(/** @type {const} */ (["checking", "ready", "starting", "live", "ending"]));

/** Stages beside which a rehearsal can begin. @type {ReadonlySet<Stage>} */
const BEFORE_THE_SHOW = new Set(/** @type {const} */ (["off", "ended", "prepared", "checking", "ready"]));

/** @param {BroadcastView} broadcast */
export const canRehearse = ({ stage, rehearsal }) => !rehearsal && BEFORE_THE_SHOW.has(stage);

/** Whether all of these are rehearsals. @param {readonly BroadcastView[]} broadcasts */
export const areRehearsals = (broadcasts) => broadcasts.length > 0 && broadcasts.every(({ rehearsal }) => rehearsal);

/** Whether it is set up on another channel than it should be. @param {BroadcastView} broadcast */
export const isMoved = ({ remarks }) => remarks.some(({ code }) => code === "youtube.channel_moved");

/** What comes next for one language; null: wait. @param {BroadcastView} broadcast */
export const stepOf = (broadcast) => (isMoved(broadcast) ? "setup" : (STEP_OF[broadcast.stage] ?? null));

/**
 * What the main button will do. A language at rest is left alone while others are under way.
 *
 * @param {readonly BroadcastView[]} broadcasts at least one
 * @returns {Next}
 */
export const nextOf = (broadcasts) => {
  const underWay = broadcasts.filter(({ stage }) => !AT_REST.has(stage));
  const among = underWay.length > 0 ? underWay : broadcasts;
  for (const step of STEPS) {
    const langs = among.filter((each) => stepOf(each) === step).map(({ lang }) => lang);
    // Ending takes those along that are only starting.
    if (step === "end" && langs.length > 0) return { step, langs: langsIn(among, ON_YOUTUBE) };
    if (langs.length > 0) return { step, langs };
  }
  return { wait: WAITING.find((stage) => among.some((each) => each.stage === stage)) ?? "preparing" };
};

/** @param {readonly BroadcastView[]} broadcasts @param {ReadonlySet<Stage>} stages */
export const langsIn = (broadcasts, stages) => broadcasts.filter(({ stage }) => stages.has(stage)).map(({ lang }) => lang);

/** Where a language stands among the steps: how many are behind it. @param {Stage} stage */
export const stepsDone = (stage) => {
  switch (stage) {
    case "prepared":
    case "checking":
      return 1;
    case "ready":
    case "starting":
      return 2;
    case "live":
    case "ending":
      return 3;
    case "ended":
      return 4;
    default:
      return 0;
  }
};

/**
 * Languages by who may watch: each group goes live with the privacy that was shown.
 *
 * @param {readonly BroadcastView[]} broadcasts
 * @returns {ReadonlyArray<{ expect: Privacy, langs: readonly string[] }>}
 */
export const byPrivacy = (broadcasts) => {
  /** @type {Map<Privacy, string[]>} */
  const groups = new Map();
  for (const { privacy, lang } of broadcasts) groups.set(privacy, [...(groups.get(privacy) ?? []), lang]);
  return [...groups].map(([expect, langs]) => ({ expect, langs }));
};

/** People who watch now, in these languages; null: nobody knows. @param {readonly BroadcastView[]} broadcasts */
export const viewersOf = (broadcasts) => {
  const known = broadcasts.map(({ viewers }) => viewers).filter((count) => count !== null);
  return known.length > 0 ? known.reduce((sum, count) => sum + count, 0) : null;
};
