/**
 * The organisers' page of channels, and the place Google's page sends the browser back to.
 *
 * The ticket is in the fragment. While somebody is at Google's it waits in this tab's storage: only
 * the tab that began a sign-in can end it.
 */

import { computed, effect, h, render, signal } from "./dom.js";
import { localized } from "./i18n.js";
import { watchViewers } from "./viewers.js";
import { ChannelsPage, ReturnPage, Refusal } from "./views/channels/page.js";
import { ct } from "./views/channels/words.js";

/**
 * @typedef {object} Shown
 * @property {import("./wire.d.ts").SessionView} session
 * @property {import("./wire.d.ts").YouTubeView | null} youtube
 * @property {boolean} sign_in
 * @property {string} redirect_uri
 */
/** @typedef {{ code: string, params: Record<string, string | number> }} Problem */
/** @template T @typedef {{ body: T } | { problem: Problem }} Answer */

const BEGUN = "rotunda.sign_in";
const DONE = "rotunda.signed_in";
const REFRESH_MS = 5_000;

const shown = signal(/** @type {Shown | null} */ (null));
const problem = signal(/** @type {Problem | null} */ (null));
/** Why the page is a moment old. */
const stale = signal(/** @type {Problem | null} */ (null));
const done = signal(/** @type {string | null} */ (null));
const busy = signal(/** @type {string | null} */ (null));

/**
 * @template T
 * @param {string} ticket @param {string} path @param {unknown} [body] with one: POST
 * @returns {Promise<Answer<T>>}
 */
async function ask(ticket, path, body) {
  const headers = { Authorization: `Bearer ${ticket}`, "Content-Type": "application/json" };
  const init = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
  try {
    const answer = await fetch(path, init);
    const found = await answer.json();
    return answer.ok ? { body: found } : { problem: { code: found.error.code, params: found.error.params } };
  } catch {
    return { problem: { code: "connection.offline", params: {} } };
  }
}

/** @param {string} key @returns {string | null} what was put away, which is gone then */
function take(key) {
  try {
    const found = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return found;
  } catch {
    return null; // Storage may be forbidden; a sign-in cannot be ended in such a browser.
  }
}

/** @param {string} session @param {string} ticket @param {HTMLElement} root */
function openList(session, ticket, root) {
  const doors = `/api/sessions/${encodeURIComponent(session)}/channels`;
  done.value = take(DONE);

  const load = async () => {
    /** @type {Answer<Shown>} */
    const answer = await ask(ticket, doors);
    if ("body" in answer) shown.value = answer.body;
    stale.value = "problem" in answer ? answer.problem : null;
  };
  const signIn = async (/** @type {string} */ channel) => {
    busy.value = channel;
    /** @type {Answer<{ url: string }>} */
    const answer = await ask(ticket, `${doors}/sign-in`, { channel });
    if ("problem" in answer) {
      problem.value = answer.problem;
      busy.value = null;
      return;
    }
    try {
      sessionStorage.setItem(BEGUN, JSON.stringify({ session, ticket }));
      location.assign(answer.body.url);
    } catch {
      problem.value = { code: "signin.no_storage", params: {} };
      busy.value = null;
    }
  };
  const check = async () => {
    busy.value = "check";
    problem.value = done.value = null;
    /** @type {Answer<Shown>} */
    const answer = await ask(ticket, `${doors}/check`, {});
    if ("problem" in answer) problem.value = answer.problem;
    await load();
    busy.value = null;
  };
  const isCounted = computed(() => (shown.value?.youtube?.broadcasts ?? []).some(({ views }) => views !== null));
  const viewers = watchViewers(session, ticket, isCounted);
  const Page = () => {
    if (!shown.value) return h(Refusal, { problem: stale.value });
    return h(ChannelsPage, {
      shown: shown.value, viewers: viewers.value, problem: problem.value ?? stale.value, done: done.value, busy: busy.value,
      signIn: (channel) => void signIn(channel), check: () => void check(),
    });
  };
  effect(() => {
    document.title = `${shown.value ? `${localized(shown.value.session.title)} · ` : ""}${ct("channels.title")}`;
  });
  render(h(Page, {}), root);
  void load();
  // Sign-ins are tried elsewhere, and broadcasts prepared at the desk.
  setInterval(() => void (document.hidden || busy.value ? undefined : load()), REFRESH_MS);
}

/** @param {HTMLElement} root */
async function end(root) {
  const query = new URLSearchParams(location.search);
  // A code is worth nothing a second time; it need not stand in the address.
  history.replaceState(null, "", location.pathname);
  const begun = take(BEGUN);
  const { session = "", ticket = "" } = begun ? JSON.parse(begun) : {};
  const back = session ? `/s/${encodeURIComponent(session)}/channels#${ticket}` : null;
  const Page = () => h(ReturnPage, { problem: problem.value, back });
  effect(() => {
    document.title = ct("channels.title");
  });
  render(h(Page, {}), root);
  if (!back) {
    problem.value = { code: "signin.foreign", params: {} };
    return;
  }
  const state = query.get("state") ?? "";
  const given = query.has("code") ? { state, code: query.get("code") } : { state, error: query.get("error") ?? "unknown" };
  /** @type {Answer<{ title: string }>} */
  const answer = await ask(ticket, "/api/youtube/callback", given);
  if ("problem" in answer) {
    problem.value = answer.problem;
    return;
  }
  sessionStorage.setItem(DONE, answer.body.title);
  location.replace(back);
}

const root = document.getElementById("page");
const path = /^\/s\/([^/]+)\/channels\/?$/.exec(location.pathname);
if (root && path?.[1]) {
  const ticket = decodeURIComponent(location.hash.slice(1));
  openList(decodeURIComponent(path[1]), ticket, root);
} else if (root) {
  void end(root);
}
