/**
 * A receiver for those in the room: headphones, one language, as little delay as WebRTC gives.
 * `/s/{session}/listen`, with a ticket in the fragment where the session is not public.
 */

import { connect } from "./connection.js";
import { effect, h, render, signal } from "./dom.js";
import { localized, t } from "./i18n.js";
import { Opening } from "./views/audience/page.js";
import { ListenPage } from "./views/listen/page.js";
import { createWhep } from "./whep.js";

const session = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const ticket = decodeURIComponent(location.hash.slice(1)) || undefined;
const connection = connect(ticket ? { ticket } : { session });
/** @type {import("@preact/signals").Signal<import("./views/listen/page.js").Receiver | null>} */
const receiver = signal(null);

/** What this tab was hearing: phones throw a page away behind one's back, and load it anew. */
const KEPT = `rotunda.receiver.${session}`;

/** @param {string | null} lang */
function keep(lang) {
  try {
    if (lang === null) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, lang);
  } catch {
    // Storage may be forbidden; after a reload one chooses again.
  }
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** @param {string | null} lang null: stop */
const tune = (lang) => {
  keep(lang);
  const tuned = receiver.value;
  if (lang === null) {
    tuned?.close();
    receiver.value = null;
  } else if (tuned) {
    tuned.tune(lang);
  } else {
    receiver.value = createWhep({ session, lang, ticket, soundOnly: true });
    receiver.value.start();
  }
};

let isResumed = false;
effect(() => {
  const view = connection.view.value;
  if (!view || isResumed) return;
  isResumed = true;
  const lang = kept();
  if (lang !== null && ["floor", ...view.session.languages].includes(lang)) tune(lang);
});
effect(() => {
  const view = connection.view.value;
  if (view) document.title = `${t("listen.title")} · ${localized(view.session.title)}`;
});
const Page = () => {
  const view = connection.view.value;
  const refusal = connection.status.value === "refused" || !view ? connection.refusal.value : null;
  if (!view || connection.status.value === "refused") return h(Opening, { code: refusal?.code ?? null });
  const now_ms = Date.now() + connection.offset_ms.value;
  return h(ListenPage, { view, now_ms, receiver: receiver.value, tune, isOnline: connection.status.value === "online" });
};
render(h(Page, {}), /** @type {HTMLElement} */ (document.getElementById("page")));
window.addEventListener("hashchange", () => location.reload());
