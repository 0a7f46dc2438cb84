/**
 * The recording of a session: `/s/{session}/archive`, `#t=83.5` for a moment in it, `#ticket=` for
 * those who need one. The ticket leaves the address at once, so that a copied link does not hold it.
 */

import { effect, h, render, signal } from "./dom.js";
import { localized, t } from "./i18n.js";
import { ArchivePage } from "./views/archive/page.js";

/** @typedef {import("./views/archive/page.js").Recording} Recording */

/** How soon to ask again, by what was answered. @type {Record<string, number>} */
const AGAIN_MS = { preparing: 2_000, failed: 10_000, recording: 15_000, none: 15_000 };
const RETRY_MS = 5_000;

const session = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const words = new URLSearchParams(location.hash.slice(1));
let ticket = keptTicket(words.get("ticket"));
const start_s = seconds(words.get("t"));

const recording = signal(/** @type {Recording | null} */ (null));
const refusal = signal(/** @type {string | null} */ (null));
const jump = signal(/** @type {{ at_s: number } | null} */ (null));
/** How often the player was begun anew. */
const round = signal(0);
let isLost = false;

/** The ticket of the address, or the one that this window has been given before. @param {string | null} given */
function keptTicket(given) {
  const key = `rotunda.archive.${session}`;
  try {
    if (given) sessionStorage.setItem(key, given);
    return given ?? sessionStorage.getItem(key);
  } catch {
    return given; // Storage may be forbidden; a reload then asks for the link again.
  }
}

/** @param {string | null} text */
function seconds(text) {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) && value > 0 ? value : 0;
}

async function load() {
  let again_ms = RETRY_MS;
  try {
    const headers = ticket ? { Authorization: `Bearer ${ticket}` } : undefined;
    const answer = await fetch(`/api/sessions/${encodeURIComponent(session)}/archive`, { headers });
    const body = await answer.json();
    if (answer.status === 401 && ticket) {
      // A ticket that has run out must not close what is open to everybody.
      ticket = null;
      again_ms = 1;
    } else if (answer.ok) {
      // The address in use stays while it serves: another one would begin the player anew.
      const base = recording.value?.base;
      recording.value = base && !isLost ? { ...body, base } : body;
      if (isLost) round.value += 1;
      isLost = false;
      refusal.value = null;
      again_ms = AGAIN_MS[body.state] ?? 0;
    } else {
      refusal.value = body.error?.code ?? "server";
      if (answer.status !== 429 && answer.status < 500) again_ms = 0;
    }
  } catch {
    // What is being played goes on; the next round tries again.
    if (!recording.value) refusal.value = "connection.offline";
  }
  if (again_ms) setTimeout(() => void load(), again_ms);
}

/** The figures of the event, as a file. @param {string} query @param {string} name */
async function saveReport(query, name) {
  const headers = ticket ? { Authorization: `Bearer ${ticket}` } : undefined;
  const answer = await fetch(`/api/sessions/${encodeURIComponent(session)}/report?${query}`, { headers });
  if (!answer.ok) throw new Error(String(answer.status));
  const url = URL.createObjectURL(await answer.blob());
  const link = Object.assign(document.createElement("a"), { href: url, download: `${session}-${name}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), RETRY_MS);
}

/** The address of the files has run out, or the line broke: a new one is asked for. */
function lose() {
  if (isLost) return;
  isLost = true;
  setTimeout(() => void load(), RETRY_MS);
}

const Page = () =>
  h(ArchivePage, {
    recording: recording.value, refusal: refusal.value, start_s, jump: jump.value, round: round.value, onLost: lose, saveReport,
  });

if (words.has("ticket")) {
  const rest = start_s ? `#t=${start_s}` : "";
  history.replaceState(null, "", location.pathname + location.search + rest);
}
window.addEventListener("hashchange", () => {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.has("t")) jump.value = { at_s: seconds(asked.get("t")) };
});
effect(() => {
  const title = recording.value ? localized(recording.value.title) : "Rotunda";
  document.title = `${t("archive.title")} · ${title}`;
});
render(h(Page, {}), /** @type {HTMLElement} */ (document.getElementById("page")));
void load();
