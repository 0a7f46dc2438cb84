/**
 * The program by WHEP (a draft of the IETF): picture and one language's sound, or the sound alone,
 * without a seat.
 * Like every media connection of ours it recovers by being replaced.
 */

import { batch, signal } from "@preact/signals";

import { createBackoff } from "./backoff.js";
import { preferProgram } from "./codecs.js";
import { gathered } from "./gather.js";
import { watch } from "./watch.js";

const CONNECT_WITHIN_MS = 10_000;

/**
 * @param {{ url: string, ticket?: string, soundOnly?: boolean }} door `/whep/{session}?lang=en`;
 *   without a ticket only where the session is public
 */
export function createWhep({ url, ticket, soundOnly = false }) {
  const state = signal(/** @type {"idle" | "connecting" | "connected" | "recovering"} */ ("idle"));
  const stream = signal(/** @type {MediaStream | null} */ (null));
  const fault = signal(/** @type {string | null} */ (null));
  const backoff = createBackoff();
  /** @type {HeadersInit} */
  const authorization = ticket ? { Authorization: `Bearer ${ticket}` } : {};
  /** @type {{ pc: RTCPeerConnection, location: string | null, unwatch?: () => void, deadline?: ReturnType<typeof setTimeout> } | null} */
  let current = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let running = false;

  function drop() {
    if (!current) return;
    const { pc, location, unwatch, deadline } = current;
    current = null;
    clearTimeout(deadline);
    unwatch?.();
    pc.close();
    // The server would notice by itself; telling it frees the place at once.
    if (location) void fetch(location, { method: "DELETE", headers: authorization, keepalive: true }).catch(() => undefined);
  }

  /** @param {string} code */
  function again(code) {
    if (!running) return;
    drop();
    batch(() => {
      fault.value = code;
      state.value = stream.value ? "recovering" : "connecting";
    });
    clearTimeout(timer);
    timer = setTimeout(() => void attempt(), backoff.next_ms());
  }

  /** @param {RTCPeerConnection} pc @returns {Promise<string>} the answer, or throws a code */
  async function exchange(pc) {
    const answer = await fetch(url, {
      method: "POST", headers: { ...authorization, "Content-Type": "application/sdp" },
      body: pc.localDescription?.sdp ?? "",
    });
    if (!answer.ok) {
      const told = await answer.json().catch(() => null);
      throw new WhepRefused(told?.error?.code ?? "media.unavailable");
    }
    const location = answer.headers.get("Location");
    if (current?.pc === pc) current.location = location && new URL(location, answer.url).href;
    return answer.text();
  }

  async function attempt() {
    if (!running) return;
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    const sound = pc.addTransceiver("audio", { direction: "recvonly" });
    const program = soundOnly ? null : pc.addTransceiver("video", { direction: "recvonly" });
    if (program) preferProgram(program);
    current = { pc, location: null };
    current.deadline = setTimeout(() => again("media.timeout"), CONNECT_WITHIN_MS);
    pc.addEventListener("connectionstatechange", () => {
      if (current?.pc !== pc) return;
      if (pc.connectionState === "failed") again("media.ice_failed");
      if (pc.connectionState !== "connected") return;
      clearTimeout(current.deadline);
      backoff.reset();
      batch(() => {
        stream.value = new MediaStream([...(program ? [program.receiver.track] : []), sound.receiver.track]);
        state.value = "connected";
        fault.value = null;
      });
      current.unwatch = watch(pc, { onLink: () => undefined, onStarved: () => again("media.starved"), soundOnly });
    });
    try {
      await pc.setLocalDescription(await pc.createOffer());
      await gathered(pc);
      const sdp = await exchange(pc);
      if (current?.pc === pc) await pc.setRemoteDescription({ type: "answer", sdp });
    } catch (error) {
      if (current?.pc === pc) again(error instanceof WhepRefused ? error.code : "media.unavailable");
    }
  }

  return {
    state,
    stream,
    fault,
    start() {
      running = true;
      state.value = "connecting";
      void attempt();
    },
    close() {
      running = false;
      clearTimeout(timer);
      drop();
      stream.value = null;
      state.value = "idle";
    },
  };
}

/** The door answered, with a code. */
class WhepRefused extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}
