/** The audience's page: everybody may watch; a ticket, when there is one, opens a closed session. */

import { tick } from "./clock.js";
import { connect } from "./connection.js";
import { computed, effect, h, render } from "./dom.js";
import { localized } from "./i18n.js";
import { AudiencePage, Opening } from "./views/audience/page.js";
import { createActs } from "./views/desk/acts.js";

const DEVICE_KEY = "rotunda.device";

/** This viewer's signed token: one voter, however often the page is opened. */
const device = {
  read() {
    try {
      return localStorage.getItem(DEVICE_KEY) ?? undefined;
    } catch {
      return undefined; // Storage may be forbidden; the vote then lasts as long as the page.
    }
  },
  /** @param {string} token */
  keep(token) {
    try {
      localStorage.setItem(DEVICE_KEY, token);
    } catch {
      // As above.
    }
  },
};

/**
 * @param {{ ticket?: string, session: string }} admission
 * @param {HTMLElement} root
 */
export function open(admission, root) {
  const connection = connect(() =>
    admission.ticket ? { ticket: admission.ticket } : { session: admission.session, device: device.read() },
  );
  const acts = createActs(connection.command);
  const now = computed(() => tick.value + connection.offset_ms.value);
  effect(() => {
    const view = connection.view.value;
    if (view?.you?.device) device.keep(view.you.device);
    if (view) document.title = localized(view.session.title);
  });
  const Page = () => {
    const view = connection.view.value;
    if (!view) return h(Opening, { code: connection.refusal.value?.code ?? null });
    const listen = `/s/${encodeURIComponent(admission.session)}/listen${admission.ticket ? `#${admission.ticket}` : ""}`;
    return h(AudiencePage, { audience: { view, acts, now, status: connection.status.value, listen, mayFrame: !admission.ticket } });
  };
  render(h(Page, {}), root);
}

const publicPath = /^\/s\/([^/]+)\/?$/.exec(location.pathname);
const page = document.getElementById("page");
if (publicPath?.[1] && page) open({ session: decodeURIComponent(publicPath[1]) }, page);
