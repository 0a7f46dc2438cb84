/** Where an interpreter stands, derived from the view and what the page knows of itself. No DOM. */

import { t, languageName } from "../../i18n.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
/** @typedef {"offline" | "on_air" | "floor" | "muted" | "hushed" | "closing" | "partner" | "free" | "taken_off" | "connecting" | "no_device" | "slate" | "muted_by_desk"} LampKind */

/** The booth this viewer sits in. @param {View | null} view @returns {BoothView | null} */
export const ownBooth = (view) => view?.booths.find((other) => other.booth === view.you?.booth) ?? null;

/** @param {View | null} view @param {string | null} seat */
export const nameOf = (view, seat) =>
  view?.booths.flatMap((booth) => booth.interpreters).find((one) => one.seat === seat)?.name ?? t("partner.title");

/**
 * @param {{ view: View, booth: BoothView, isOnline: boolean, isClosed: boolean, isCoughing: boolean,
 *   isHushed: boolean, hasDevice: boolean }} facts  `isClosed`: this page lets nothing out, whatever the room says
 * @returns {LampKind}
 */
export function lampOf({ view, booth, isOnline, isClosed, isCoughing, isHushed, hasDevice }) {
  const own = view.you?.seat ?? "";
  if (!isOnline) return "offline";
  if (booth.active === own) {
    if (isClosed) return "closing";
    if (!hasDevice) return "no_device";
    if (isHushed) return "hushed";
    if (isCoughing || booth.state === "muted") return "muted";
    if (booth.signing && view.program.layout === "slate") return "slate";
    return booth.into === null ? "floor" : "on_air";
  }
  if (view.you?.muted && !booth.signing) return "muted_by_desk";
  const me = booth.interpreters.find((one) => one.seat === own);
  if (me?.taken_off) return "taken_off";
  if (me?.ready) return booth.active === null ? "free" : "partner";
  return hasDevice ? "connecting" : "no_device";
}

/**
 * What the hand-over asks of this interpreter now.
 *
 * @typedef {{ kind: "offered" | "asked" | "lost" | "offer_waits" | "request_waits" | "other" | "other_request" | "other_lost" | "declined", by: string, left_ms: number }
 *   | { kind: "may_offer" | "may_request" | "no_partner", unheeded: Unheeded | null }
 *   | { kind: "free" | "none" }} Handing
 * @typedef {NonNullable<BoothView["unheeded"]>["cause"]} Unheeded
 */

/** So long an interpreter is told what became of an offer or a request. */
const UNHEEDED_MS = 30_000;

/** @param {View} view @param {BoothView} booth @param {number} now_ms @returns {Handing} */
export function handingOf(view, booth, now_ms) {
  const own = view.you?.seat ?? "";
  const isReady = booth.interpreters.some((one) => one.seat === own && one.ready);
  const { handover } = booth;
  if (handover) {
    const left_ms = Math.max(0, handover.expires_at - now_ms);
    const { by } = handover;
    // Back after having been lost: what is offered to the others may be taken again.
    if (by === own && handover.kind === "lost") return { kind: isReady ? "free" : "none" };
    if (by === own) return { kind: handover.kind === "request" ? "request_waits" : "offer_waits", by, left_ms };
    if (handover.declined.includes(own)) return { kind: "declined", by, left_ms };
    if (!isReady || (handover.to !== null && handover.to !== own)) {
      return { kind: handover.kind === "offer" ? "other" : `other_${handover.kind}`, by, left_ms };
    }
    const kind = handover.kind === "lost" ? "lost" : handover.kind === "request" ? "asked" : "offered";
    return { kind, by, left_ms };
  }
  if (!isReady) return { kind: "none" };
  if (booth.active === null) return { kind: "free" };
  const unheeded = unheededOf(booth, own, now_ms);
  if (booth.active !== own) return { kind: "may_request", unheeded };
  const hasPartner = booth.interpreters.some((one) => one.seat !== own && one.ready);
  return { kind: hasPartner ? "may_offer" : "no_partner", unheeded };
}

/** @param {BoothView} booth @param {string} own @param {number} now_ms @returns {Unheeded | null} */
function unheededOf(booth, own, now_ms) {
  const { unheeded } = booth;
  return unheeded?.by === own && now_ms - unheeded.at < UNHEEDED_MS ? unheeded.cause : null;
}

/** Others settle it among themselves. @param {Handing["kind"]} kind */
export const isOthers = (kind) => kind === "other" || kind === "other_request" || kind === "other_lost" || kind === "declined";

/** The languages of other booths that this one may work from; those given now first. @param {View} view @param {BoothView} booth */
export function relayable(view, booth) {
  const others = view.booths.filter((other) => other.booth !== booth.booth);
  const tags = view.session.languages.filter((tag) => !booth.languages.includes(tag) && others.some((other) => other.languages.includes(tag)));
  const isGiven = (/** @type {string} */ tag) => others.some((other) => other.into === tag && (other.state === "on_air" || other.state === "muted"));
  return { tags: [...tags.filter(isGiven), ...tags.filter((tag) => !isGiven(tag))], isGiven };
}

/** What a booth is called: its languages. @param {{ languages: ReadonlyArray<string> }} booth */
export const boothName = ({ languages }) => languages.map(languageName).join("–");

/** The language spoken on the floor now, if anybody speaks. @param {View} view */
export const spokenNow = (view) => view.floor.spoken;

const SOON_MS = 20 * 60_000;
const LATE_MS = 30 * 60_000;

/** How tired a shift must be, by its length. @param {number} lasted_ms @returns {"" | "soon" | "late"} */
export const shiftOf = (lasted_ms) => (lasted_ms >= LATE_MS ? "late" : lasted_ms >= SOON_MS ? "soon" : "");
