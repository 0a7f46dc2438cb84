/** The moderator's page: the connection, the peer and the keys around the desk's view. */

import { tick } from "./clock.js";
import { connect } from "./connection.js";
import { computed, effect, el, h, render, signal } from "./dom.js";
import { errorText, localized, t } from "./i18n.js";
import { createMonitor } from "./monitor.js";
import { createPeer } from "./peer.js";
import { createActs } from "./views/desk/acts.js";
import { createUi } from "./views/desk/context.js";
import { DeskPage } from "./views/desk/desk.js";
import { listenKeys } from "./views/desk/keys.js";
import { watchViewers } from "./viewers.js";
import { outputDoor } from "./views/desk/output_door.js";
import { Elsewhere, Refused } from "./views/parts.js";

/** @typedef {import("./main_join.js").Admission} Admission */
/** @typedef {import("./views/desk/context.js").Desk} Desk */

/**
 * @param {Admission} admission
 * @param {HTMLElement} root
 */
export function open(admission, root) {
  const connection = connect({ ticket: admission.ticket });
  const acts = createActs(connection.command);
  const peer = createPeer(connection, { iceServers: admission.ice_servers, sendsMedia: false });
  const ui = createUi();
  const levels = signal(/** @type {Readonly<Record<string, number>>} */ ({}));
  const now = computed(() => tick.value + connection.offset_ms.value);
  const door = outputDoor(admission);
  const isCounted = computed(() => (connection.view.value?.youtube?.broadcasts ?? []).some(({ views }) => views !== null));
  const viewers = watchViewers(admission.session, admission.ticket, isCounted);
  const channels = admission.role === "organizer" ? `/s/${encodeURIComponent(admission.session)}/channels#${admission.ticket}` : null;
  const monitor = createMonitor(admission);
  const poster = `/s/${encodeURIComponent(admission.session)}/poster#${admission.ticket}`;
  connection.onEvent("levels", (body) => (levels.value = body));

  /** @returns {Desk | null} */
  const desk = () => {
    const view = connection.view.value;
    return view && { view, acts, now, levels, ui, status: connection.status.value, monitor, poster, viewers: viewers.value, channels, ...door };
  };
  const Page = () => {
    const shown = desk();
    const { status, refusal } = connection;
    if (status.value === "replaced") return h(Elsewhere, { sendsMedia: false });
    if (status.value === "refused" && shown) return h(Refused, { code: refusal.value?.code ?? "unknown", params: refusal.value?.params });
    if (!shown) return h(Waiting, { code: connection.refusal.value?.code ?? null });
    return h(DeskPage, { desk: shown, source: sourceOf(shown, peer) });
  };
  effect(() => {
    const view = connection.view.value;
    if (view) document.title = `${localized(view.session.title)} · ${t("desk.title")}`;
    // There is something to see once the engine runs; without it a peer would only fail and retry.
    if (view?.program.engine === "up") peer.start();
  });
  listenKeys(desk);
  render(h(Page, {}), root);
}

/**
 * The peer's picture; while there is none, the page's own broadcast.
 *
 * @param {Desk} desk
 * @param {import("./peer.js").Peer} peer
 */
const sourceOf = ({ view }, peer) => {
  const stream = peer.stream.value;
  const lang = view.program.languages[0];
  const isBroadcast = view.program.on_air && lang !== undefined;
  return { stream, hls: !stream && isBroadcast ? `/hls/${view.session.id}/${lang}/index.m3u8` : null };
};

/** @param {{ code: string | null }} props */
const Waiting = ({ code }) =>
  el(
    "main",
    { class: "notice" },
    code ? null : el("span", { class: "spinner notice-spinner", "aria-hidden": "true" }),
    el("h1", {}, code ? t("public.refused") : t("public.connecting")),
    code ? el("p", {}, errorText(code)) : null,
  );
