/**
 * The program by WHEP (a draft of the IETF): picture and one language's sound, or the sound alone,
 * without a seat.
 * Like every media connection of ours it recovers by being replaced. Another language is no other connection:
 * the door is told, and the stream goes on without a gap.
 */

import { batch, signal } from "@preact/signals";

import { createBackoff } from "./backoff.js";
import { preferProgram } from "./codecs.js";
import { gathered } from "./gather.js";
import { fetchRelays } from "./relays.js";
import { onReturn } from "./wake.js";
import { watch } from "./watch.js";

const CONNECT_WITHIN_MS = 10_000;
const TELL_AGAIN_MS = 1000;
/** Refusals that no further attempt changes. */
const FINAL = /^(ticket|session|role|language)\./;

/** @typedef {"idle" | "connecting" | "connected" | "recovering" | "refused"} WhepState */
/** @typedef {{ pc: RTCPeerConnection, lang: string, location: string | null, isTelling: boolean, unwatch?: () => void, deadline?: ReturnType<typeof setTimeout> }} Attempt */

/**
 * @param {{ session: string, lang: string, ticket?: string, soundOnly?: boolean }} wish without a ticket only where
 *   the session is public
 */
export function createWhep({ session, lang: first, ticket, soundOnly = false }) {
  const door = `/whep/${encodeURIComponent(session)}`;
  const state = signal(/** @type {WhepState} */ ("idle"));
  const stream = signal(/** @type {MediaStream | null} */ (null));
  const fault = signal(/** @type {string | null} */ (null));
  const lang = signal(first);
  const backoff = createBackoff();
  /** @type {Record<string, string>} */
  const authorization = ticket ? { Authorization: `Bearer ${ticket}` } : {};
  /** @type {Attempt | null} */
  let current = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let running = false;
  let unreturn = () => {};

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

  /** @param {Refused} refused */
  function again({ code, wait_ms }) {
    if (!running) return;
    drop();
    const isFinal = FINAL.test(code);
    batch(() => {
      fault.value = code;
      state.value = isFinal ? "refused" : stream.value ? "recovering" : "connecting";
      if (isFinal) stream.value = null;
    });
    clearTimeout(timer);
    // Whoever was told when to come again comes then, but not everybody in the same moment.
    if (!isFinal) timer = setTimeout(() => void attempt(), Math.max(backoff.next_ms(), wait_ms * (1 + Math.random() / 2)));
  }

  /** @param {Attempt} tried @returns {Promise<string>} the answer, or throws `Refused` */
  async function exchange(tried) {
    const answer = await fetch(`${door}?lang=${encodeURIComponent(tried.lang)}`, {
      method: "POST", headers: { ...authorization, "Content-Type": "application/sdp" },
      body: tried.pc.localDescription?.sdp ?? "",
    });
    if (!answer.ok) throw await refusalOf(answer);
    const location = answer.headers.get("Location");
    tried.location = location && new URL(location, answer.url).href;
    return answer.text();
  }

  /** @param {Attempt} tried */
  function adopt(tried) {
    const { pc } = tried;
    clearTimeout(tried.deadline);
    backoff.reset();
    batch(() => {
      stream.value = new MediaStream(pc.getReceivers().map((receiver) => receiver.track));
      state.value = "connected";
      fault.value = null;
    });
    tried.unwatch = watch(pc, { onLink: () => undefined, onStarved: () => again(new Refused("media.starved")), soundOnly });
  }

  /** @param {RTCIceServer[]} iceServers @returns {Attempt} */
  function describe(iceServers) {
    const pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    const sound = pc.addTransceiver("audio", { direction: "recvonly" });
    const program = soundOnly ? null : pc.addTransceiver("video", { direction: "recvonly" });
    if (program) preferProgram(program);
    // Live talk: play at once; the server has smoothed it already.
    for (const receiver of [program?.receiver, sound.receiver]) {
      if (receiver && "jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
    }
    return { pc, lang: lang.value, location: null, isTelling: false };
  }

  async function attempt() {
    if (!running) return;
    const iceServers = await fetchRelays(door, authorization);
    if (!running || current) return;
    const tried = (current = describe(iceServers));
    const { pc } = tried;
    tried.deadline = setTimeout(() => again(new Refused("media.timeout")), CONNECT_WITHIN_MS);
    pc.addEventListener("connectionstatechange", () => {
      if (current !== tried) return;
      if (pc.connectionState === "failed") again(new Refused("media.ice_failed"));
      if (pc.connectionState === "connected") adopt(tried);
    });
    try {
      await pc.setLocalDescription(await pc.createOffer());
      await gathered(pc);
      const sdp = await exchange(tried);
      if (current !== tried) return void release(tried);
      await pc.setRemoteDescription({ type: "answer", sdp });
      void retune(tried);
    } catch (error) {
      if (current === tried) again(error instanceof Refused ? error : new Refused("media.unavailable"));
    }
  }

  /** Answered after it was dropped. @param {Attempt} tried */
  const release = ({ location }) =>
    location && fetch(location, { method: "DELETE", headers: authorization, keepalive: true }).catch(() => undefined);

  /** Tell the door until it has heard the last wish; one request at a time. @param {Attempt} tried */
  async function retune(tried) {
    if (tried.isTelling) return;
    tried.isTelling = true;
    while (current === tried && tried.location && tried.lang !== lang.value) {
      const wanted = lang.value;
      const headers = { ...authorization, "Content-Type": "application/json" };
      const answer = await fetch(`${tried.location}/language`, { method: "POST", headers, body: JSON.stringify({ lang: wanted }) }).catch(() => null);
      if (answer?.ok) tried.lang = wanted;
      // What is heard is better than nothing while the door does not answer.
      else if (!answer || answer.status >= 429) await new Promise((resolve) => setTimeout(resolve, TELL_AGAIN_MS));
      // A door that does not know this connection any more: a new one asks for the language from the start.
      else if (current === tried) again(await refusalOf(answer));
    }
    tried.isTelling = false;
  }

  /** Somebody looks again, or asks for it: no more waiting. */
  function hurry() {
    if (!running || current) return;
    backoff.reset();
    clearTimeout(timer);
    if (state.value === "refused") state.value = "connecting";
    void attempt();
  }

  return {
    state,
    stream,
    /** Code of the last failure, until it works again. */
    fault,
    /** The language that is asked for. */
    lang,
    start() {
      running = true;
      state.value = "connecting";
      unreturn = onReturn(() => state.value !== "refused" && hurry());
      void attempt();
    },
    /** Hear another language. @param {string} wanted */
    tune(wanted) {
      lang.value = wanted;
      if (current) void retune(current);
    },
    /** Try again at once. */
    hurry,
    close() {
      running = false;
      unreturn();
      clearTimeout(timer);
      drop();
      stream.value = null;
      state.value = "idle";
    },
  };
}

/** @param {Response} answer */
async function refusalOf(answer) {
  const told = await answer.json().catch(() => null);
  return new Refused(told?.error?.code ?? "media.unavailable", 1000 * (Number(answer.headers.get("Retry-After")) || 0));
}

/** Why there is no connection, and how long the door asks to wait. */
class Refused extends Error {
  /** @param {string} code @param {number} [wait_ms] */
  constructor(code, wait_ms = 0) {
    super(code);
    this.code = code;
    this.wait_ms = wait_ms;
  }
}
