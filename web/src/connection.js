/**
 * The wire to one room: a view that is always whole, and commands that are answered.
 *
 * Changes carry `seq` (and `prev`, the number they build on). A gap asks for a snapshot; the
 * page never merges by hand. The socket reconnects for ever; a command that got no answer is
 * sent again with the same id, which the server answers with its first result.
 */

import { batch, signal } from "@preact/signals";
import { io } from "socket.io-client";

/** @typedef {import("./wire.d.ts").View} View */
/** @typedef {{ code: string, params?: Record<string, string | number> }} WireError */
/** @typedef {{ ok: true, seq?: number, [name: string]: unknown } | { ok: false, error: WireError }} Ack */
/** @typedef {"connecting" | "online" | "reconnecting" | "refused" | "replaced" | "closed"} Status */
/** @typedef {Record<string, unknown>} Body */
/** @typedef {{ seq: number, prev?: number, view?: View, patch?: Partial<View>, server_now: number }} Update */
/** @typedef {{ kind: string, [name: string]: any }} MediaMessage */
/** @typedef {{ ok: true, sdp: string, peer?: string } | { ok: false, error: WireError }} MediaAnswer */

const ANSWER_WITHIN_MS = 4000;
const ATTEMPTS = 3;
/** Refusals that no further attempt changes; every other one is tried again. */
const FINAL = /^(ticket|session|role)\./;

/** A random id, also where `crypto.randomUUID` is missing (plain http). */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} code @returns {{ ok: false, error: WireError }} */
const failed = (code) => ({ ok: false, error: { code } });

/**
 * Connect to the room that `auth` names and stay connected.
 *
 * @param {Body | (() => Body)} auth `{ticket}`, or `{session, name?, device?}` for a public viewer;
 *   a function is asked again before every attempt
 * @param {{ url?: string }} [options]
 */
export function connect(auth, options = {}) {
  const view = signal(/** @type {View | null} */ (null));
  const status = signal(/** @type {Status} */ ("connecting"));
  const refusal = signal(/** @type {WireError | null} */ (null));
  const offset_ms = signal(0);
  let seq = -1;
  let synced = false;
  let resyncing = false;

  const socket = io(options.url ?? location.origin, {
    path: "/socket.io",
    transports: ["websocket"],
    auth: (answer) => answer(typeof auth === "function" ? auth() : auth),
    reconnectionDelay: 300,
    reconnectionDelayMax: 5000,
    timeout: 8000,
  });

  /** @param {number} server_now */
  function setClock(server_now) {
    // A message arrives late, never early: the greatest difference seen is the nearest to the truth.
    const sample_ms = server_now - Date.now();
    const jumped = !synced || Math.abs(sample_ms - offset_ms.value) > 1000;
    synced = true;
    if (jumped || sample_ms > offset_ms.value) offset_ms.value = sample_ms;
  }

  /** @param {Update} update */
  function takeSnapshot(update) {
    if (!update?.view) return;
    batch(() => {
      seq = update.seq;
      setClock(update.server_now);
      view.value = update.view ?? null;
      status.value = "online";
      refusal.value = null;
    });
  }

  async function resync() {
    if (resyncing || !socket.connected) return;
    resyncing = true;
    try {
      takeSnapshot(await socket.timeout(ANSWER_WITHIN_MS).emitWithAck("resync", {}));
    } catch {
      // No answer: the next change shows the gap again, a reconnection brings a snapshot.
    } finally {
      resyncing = false;
    }
  }

  /** @param {Update} change */
  function takeChange(change) {
    if (change.seq <= seq) return;
    const base = change.prev ?? change.seq - 1;
    if (!view.value || base > seq) {
      void resync();
      return;
    }
    batch(() => {
      seq = change.seq;
      setClock(change.server_now);
      view.value = { .../** @type {View} */ (view.value), ...change.patch };
    });
  }

  /** @type {Set<(message: MediaMessage) => void>} */
  const mediaListeners = new Set();
  socket.on("snapshot", takeSnapshot);
  socket.on("change", takeChange);
  socket.on("media", (message) => {
    if (message.kind === "gone" && !message.peer) leave(message.reason);
    mediaListeners.forEach((listener) => listener(message));
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    status.value = "reconnecting";
    // The server closing a socket is not final: it may be restarting or moving the room.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);
  });
  socket.on("connect_error", (error) => {
    const told = /** @type {{ data?: any }} */ (error).data;
    const wire = told?.error ?? told;
    const code = wire?.code;
    // `active` says whether the client goes on trying by itself; a refusal by the server ends that.
    batch(() => {
      if (code) refusal.value = { code, params: wire.params };
      status.value = code && FINAL.test(code) ? "refused" : view.value ? "reconnecting" : "connecting";
    });
    if (!socket.active && status.value !== "refused") setTimeout(() => socket.connect(), 2000);
  });

  /**
   * The server ends this connection for good: coming back by itself would take the seat from
   * the window that has just taken it.
   *
   * @param {string} reason
   */
  function leave(reason) {
    batch(() => {
      if (reason !== "replaced") refusal.value = { code: reason.includes(".") ? reason : `ticket.${reason}` };
      status.value = reason === "replaced" ? "replaced" : "refused";
    });
    socket.disconnect();
  }

  /**
   * Emit, wait, and try again with the same content while the line is up.
   *
   * @param {string} event @param {Body} message
   */
  async function ask(event, message) {
    if (!socket.connected) return failed("connection.offline");
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        return await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, message);
      } catch {
        if (!socket.connected) return failed("connection.offline");
      }
    }
    return failed("connection.timeout");
  }

  return {
    view,
    status,
    /** The last refusal: final while `status` is `refused`, else being tried again. */
    refusal,
    /** Server time minus this device's time. */
    offset_ms,

    /**
     * Send a command; the answer says what happened. Never rejects.
     *
     * @param {string} name @param {Body} [body] @returns {Promise<Ack>}
     */
    command: (name, body = {}) => ask("command", { id: randomId(), name, body }),

    /**
     * Offer media; the answer is whole.
     *
     * @param {Body} offer `{sdp, tracks}` @returns {Promise<MediaAnswer>}
     */
    offerMedia: (offer) => ask("media", { kind: "offer", ...offer }),

    /**
     * Hear media messages (`uplink`, `renegotiate`, `gone`). Gives the way to stop.
     *
     * @param {(message: MediaMessage) => void} listener @returns {() => void}
     */
    onMedia(listener) {
      mediaListeners.add(listener);
      return () => mediaListeners.delete(listener);
    },

    /**
     * Hear another event that the server sends, such as `levels`.
     *
     * @param {string} event @param {(body: any) => void} listener @returns {() => void}
     */
    onEvent(event, listener) {
      socket.on(event, listener);
      return () => socket.off(event, listener);
    },

    resync,

    close() {
      status.value = "closed";
      socket.disconnect();
    },
  };
}

/** @typedef {ReturnType<typeof connect>} Connection */
