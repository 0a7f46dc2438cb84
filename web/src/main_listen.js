/**
 * A receiver for those in the room: headphones, one language, as little delay as WebRTC gives.
 * `/s/{session}/listen`, with a ticket in the fragment where the session is not public.
 */

import { connect } from "./connection.js";
import { h, render, signal } from "./dom.js";
import { Opening } from "./views/audience/page.js";
import { ListenPage } from "./views/listen/page.js";
import { createWhep } from "./whep.js";

const session = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const ticket = decodeURIComponent(location.hash.slice(1)) || undefined;
const connection = connect(ticket ? { ticket } : { session });
/** @type {import("@preact/signals").Signal<import("./views/listen/page.js").Receiver | null>} */
const receiver = signal(null);

/** @param {string | null} lang null: stop */
const tune = (lang) => {
  receiver.value?.source.close();
  if (lang === null) {
    receiver.value = null;
    return;
  }
  const url = `/whep/${encodeURIComponent(session)}?lang=${encodeURIComponent(lang)}`;
  const source = createWhep({ url, ticket, soundOnly: true });
  source.start();
  receiver.value = { lang, source };
};

const Page = () => {
  const view = connection.view.value;
  if (!view) return h(Opening, { code: connection.refusal.value?.code ?? null });
  return h(ListenPage, { view, receiver: receiver.value, tune, isOnline: connection.status.value === "online" });
};
render(h(Page, {}), /** @type {HTMLElement} */ (document.getElementById("page")));
