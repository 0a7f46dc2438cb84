/**
 * Redeems the ticket of the link and becomes the page of its role.
 *
 * The ticket lives in the fragment, which no server and no log ever sees. Every role's module has
 * `open(admission)`; its own style sheet is loaded beside it.
 */

import { el, h, render, signal } from "./dom.js";
import { suggestLanguage } from "./i18n.js";
import { JoinRefused, JoinWaiting } from "./views/join.js";
import { Messages } from "./views/parts.js";

/**
 * @typedef {object} Admission
 * @property {string} ticket
 * @property {string} session
 * @property {string} role
 * @property {string | null} seat
 * @property {string} name
 * @property {string} language
 * @property {string} page
 * @property {RTCIceServer[]} ice_servers
 */

/** @typedef {{ open: (admission: Admission, root: HTMLElement) => void }} Page */

/** @type {Record<string, { file: string, load: () => Promise<Page>, styles: string[] }>} */
const PAGES = {
  delegate: { file: "main_delegate.js", load: () => import("./main_delegate.js"), styles: ["delegate.css"] },
  room: { file: "main_room.js", load: () => import("./main_room.js"), styles: ["delegate.css", "room.css"] },
  moderator: { file: "main_desk.js", load: () => import("./main_desk.js"), styles: ["desk.css"] },
  interpreter: { file: "main_interpreter.js", load: () => import("./main_interpreter.js"), styles: ["delegate.css", "interpreter.css"] },
  captioner: { file: "main_captioner.js", load: () => import("./main_captioner.js"), styles: ["captioner.css"] },
  audience: { file: "main_audience.js", load: () => import("./main_audience.js"), styles: ["audience.css"] },
};

const root = /** @type {HTMLElement} */ (document.getElementById("page"));
const refused = signal(/** @type {string | null} */ (null));

/** @param {string} ticket @returns {Promise<Admission | { code: string }>} */
async function redeem(ticket) {
  try {
    const answer = await fetch("/api/redeem", { method: "POST", headers: { Authorization: `Bearer ${ticket}` } });
    const body = await answer.json();
    if (answer.ok) return { ...body, ticket };
    return { code: body.error?.code ?? "connection.timeout" };
  } catch {
    return { code: "connection.offline" };
  }
}

/** @param {string} file @returns {Promise<void>} */
function loadStyle(file) {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`../styles/${file}`, import.meta.url).href;
    // Without its sheet a page is plain, not broken.
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** Ask for all modules that a file needs, side by side; the server knows them. @param {string} file */
function preload(file) {
  /** @type {Record<string, string[]>} */
  const later = JSON.parse(document.getElementById("later")?.textContent ?? "{}");
  for (const href of later[new URL(file, import.meta.url).pathname] ?? []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  }
}

async function join() {
  refused.value = null;
  const ticket = decodeURIComponent(location.hash.slice(1));
  if (!ticket) {
    refused.value = "ticket.missing";
    return;
  }
  const admission = await redeem(ticket);
  if ("code" in admission) {
    refused.value = admission.code;
    return;
  }
  const page = PAGES[admission.page];
  if (!page) {
    refused.value = "ticket.foreign";
    return;
  }
  suggestLanguage(admission.language);
  preload(page.file);
  try {
    const [module] = await Promise.all([page.load(), ...page.styles.map(loadStyle)]);
    render(null, root);
    module.open(admission, root);
  } catch (error) {
    // A file did not arrive: the line is bad, or the server is changing versions.
    console.error(error);
    refused.value = "connection.offline";
    render(h(JoinPage, {}), root);
  }
}

const JoinPage = () =>
  el(
    "div",
    {},
    refused.value ? h(JoinRefused, { code: refused.value, retry: () => void join() }) : h(JoinWaiting, {}),
    h(Messages, {}),
  );

render(h(JoinPage, {}), root);
window.addEventListener("hashchange", () => location.reload());
void join();
