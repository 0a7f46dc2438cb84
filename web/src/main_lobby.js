/** The programme: what is on, what comes, in the viewer's own time. */

import { tick } from "./clock.js";
import { effect, h, render, signal } from "./dom.js";
import { t } from "./i18n.js";
import { Programme } from "./views/lobby/programme.js";

/** How often the page looks whether something went on air. */
const REFRESH_MS = 15_000;

/** @typedef {import("./views/lobby/programme.js").ListedSession} ListedSession */

const sessions = signal(/** @type {readonly ListedSession[] | null} */ (null));
const hasFailed = signal(false);

async function load() {
  try {
    const answer = await fetch("/api/sessions");
    if (!answer.ok) throw new Error(String(answer.status));
    sessions.value = (await answer.json()).sessions;
    hasFailed.value = false;
  } catch {
    // What was loaded before stays on the page; the next round tries again.
    hasFailed.value = true;
  }
}

const Page = () =>
  h(Programme, { sessions: sessions.value, hasFailed: hasFailed.value, now_ms: tick.value, retry: () => void load() });

const root = document.getElementById("page");
if (root) {
  effect(() => {
    document.title = `${t("lobby.title")} · Rotunda`;
  });
  render(h(Page, {}), root);
  void load();
  setInterval(() => void load(), REFRESH_MS);
}
