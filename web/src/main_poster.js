/**
 * The code for those in the hall: `/s/{session}/poster`. Where the session is not public, with the ticket of a desk
 * or of the room in the fragment. It leaves the address at once, as this page is shown on screens, and is not what
 * the code holds: a ticket for the hall is made for that.
 */

import { h, render, signal } from "./dom.js";
import { Opening } from "./views/audience/page.js";
import { PosterPage } from "./views/poster/page.js";

/** @typedef {{ session: import("./views/poster/page.js").Session, link: string, expires_at: number | null }} Poster */

const session = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const ticket = keptTicket(decodeURIComponent(location.hash.slice(1)));
const poster = signal(/** @type {Poster | null} */ (null));
const refused = signal(/** @type {string | null} */ (null));

/** The ticket of the address, or the one that this window has been given before. @param {string} given */
function keptTicket(given) {
  const key = `rotunda.poster.${session}`;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    if (given) sessionStorage.setItem(key, given);
    return given || (sessionStorage.getItem(key) ?? "");
  } catch {
    return given; // Storage may be forbidden; a reload then asks for the link again.
  }
}

/** @param {string} path @param {RequestInit} [init] */
async function ask(path, init) {
  const answer = await fetch(path, init);
  const body = await answer.json();
  if (!answer.ok) throw new Refused(body.error?.code ?? "unknown");
  return body;
}

async function make() {
  const door = `/api/sessions/${encodeURIComponent(session)}`;
  const link = `${location.origin}/s/${encodeURIComponent(session)}/listen`;
  const headers = { Authorization: `Bearer ${ticket}` };
  try {
    const shown = await ask(door, ticket ? { headers } : {});
    const made = shown.public ? null : await ask(`${door}/tickets/hall`, { method: "POST", headers });
    poster.value = made ? { session: shown, link: `${link}#${made.ticket}`, expires_at: made.expires_at } : { session: shown, link, expires_at: null };
  } catch (error) {
    refused.value = error instanceof Refused ? error.code : "connection.offline";
  }
}

/** The door answered, with a code. */
class Refused extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const Page = () => (poster.value ? h(PosterPage, poster.value) : h(Opening, { code: refused.value }));
render(h(Page, {}), /** @type {HTMLElement} */ (document.getElementById("page")));
window.addEventListener("hashchange", () => location.reload());
void make();
