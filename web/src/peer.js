/**
 * The media of one seat: one RTCPeerConnection at a time, replaced whole to recover.
 *
 * The browser always offers, with fixed m-lines: sound both ways, camera up, program down. They are
 * there even without a device, so that one plugged in later is a `replaceTrack` and no negotiation.
 * Recovery makes a new connection beside the old one and drops the old one when the new one works.
 */

import { batch, signal } from "@preact/signals";

import { createBackoff } from "./backoff.js";
import { preferCamera, preferProgram } from "./codecs.js";
import { watchFirstPicture } from "./first_picture.js";
import { gathered } from "./gather.js";
import { onReturn } from "./wake.js";
import { watch } from "./watch.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {"idle" | "connecting" | "connected" | "recovering" | "elsewhere"} PeerState */
/** @typedef {{ max_kbps: number, scale_down_by: number, max_fps: number }} Uplink */

const CONNECT_WITHIN_MS = 10_000;
const STABLE_AFTER_MS = 10_000;
/** For a camera that is to rest, until its first picture is out. */
const FIRST_PICTURE_KBPS = 150;

/**
 * @typedef {object} Attempt One connection from its offer to its end.
 * @property {RTCPeerConnection} pc
 * @property {RTCRtpTransceiver} sound
 * @property {RTCRtpTransceiver} camera
 * @property {RTCRtpTransceiver} program
 * @property {string | null} id what the server calls it
 * @property {boolean} usable the answer is in and the transport is up
 * @property {boolean} seen the camera has sent a picture on it
 * @property {Array<() => void>} stops
 */

/**
 * @param {Pick<Connection, "offerMedia" | "onMedia" | "status">} connection
 * @param {{ iceServers?: RTCIceServer[], sendsMedia?: boolean }} [options]
 */
export function createPeer(connection, { iceServers = [], sendsMedia = true } = {}) {
  const state = signal(/** @type {PeerState} */ ("idle"));
  const stream = signal(/** @type {MediaStream | null} */ (null));
  const fault = signal(/** @type {string | null} */ (null));
  const link = signal(/** @type {import("./watch.js").Link | null} */ (null));
  /** @type {{ camera: MediaStreamTrack | null, microphone: MediaStreamTrack | null }} */
  const tracks = { camera: null, microphone: null };
  /** @type {Attempt | null} */
  let current = null;
  /** @type {Attempt | null} */
  let trying = null;
  /** @type {Uplink | null} */
  let uplink = null;
  /** Ids the server declared replaced while an offer of ours was on its way. @type {Set<string>} */
  const replaced = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retryTimer;
  const backoff = createBackoff();
  let running = false;

  /** @param {Attempt | null} attempt */
  function drop(attempt) {
    attempt?.stops.forEach((stop) => stop());
    attempt?.pc.close();
  }

  function describe() {
    const pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    const sound = pc.addTransceiver("audio", { direction: sendsMedia ? "sendrecv" : "recvonly" });
    const camera = pc.addTransceiver("video", { direction: sendsMedia ? "sendonly" : "inactive" });
    const program = pc.addTransceiver("video", { direction: "recvonly" });
    preferCamera(camera);
    preferProgram(program);
    // Live talk: play at once; the server has smoothed it already.
    for (const receiver of [program.receiver, sound.receiver]) {
      if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
    }
    return { pc, sound, camera, program, id: null, usable: false, seen: false, stops: [] };
  }

  /** @param {Attempt} attempt */
  async function attach(attempt) {
    try {
      await attempt.sound.sender.replaceTrack(tracks.microphone);
      await attempt.camera.sender.replaceTrack(tracks.camera);
    } catch (error) {
      // Dropped in the meantime: its successor takes the tracks.
      if (attempt.pc.signalingState !== "closed") throw error;
    }
    await limit(attempt);
  }

  /** Apply the server's wish for the camera. @param {Attempt} attempt */
  async function limit({ camera, seen }) {
    if (!uplink || camera.sender.transport?.state === "closed") return;
    const parameters = camera.sender.getParameters();
    const max_kbps = uplink.max_kbps || FIRST_PICTURE_KBPS;
    for (const encoding of parameters.encodings ?? []) {
      encoding.active = uplink.max_kbps > 0 || !seen;
      encoding.maxBitrate = max_kbps * 1000;
      encoding.scaleResolutionDownBy = Math.max(1, uplink.scale_down_by);
      encoding.maxFramerate = Math.max(1, uplink.max_fps);
    }
    // A connection that is just closing refuses; the next one gets the same wish.
    await camera.sender.setParameters(parameters).catch(() => undefined);
  }

  /** @param {Attempt} attempt @returns {Promise<string | null>} a code, or null when it is answered */
  async function negotiate(attempt) {
    const { pc } = attempt;
    await attach(attempt);
    await pc.setLocalDescription(await pc.createOffer());
    await gathered(pc);
    /** @type {Record<string, string>} */
    const names = {};
    if (sendsMedia) {
      names[String(attempt.sound.mid)] = "microphone";
      names[String(attempt.camera.mid)] = "camera";
    }
    const answer = await connection.offerMedia({ sdp: pc.localDescription?.sdp ?? "", tracks: names });
    if (pc.signalingState === "closed") return "media.closed";
    if (!answer.ok) return answer.error.code;
    attempt.id = answer.peer ?? null;
    if (attempt.id !== null && replaced.has(attempt.id)) {
      leaveToOther();
      return null;
    }
    await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    // Parameters set before the answer may be lost with the negotiation.
    await limit(attempt);
    return null;
  }

  /** @param {Attempt} attempt */
  function adopt(attempt) {
    const old = current;
    current = attempt;
    trying = null;
    attempt.usable = true;
    batch(() => {
      stream.value = new MediaStream([attempt.program.receiver.track, attempt.sound.receiver.track]);
      state.value = "connected";
      fault.value = null;
    });
    drop(old);
    const unwatch = watch(attempt.pc, {
      onLink: (seen) => (link.value = seen),
      onStarved: () => recover("media.starved"),
    });
    const unlook = watchFirstPicture(attempt.camera.sender, () => {
      attempt.seen = true;
      void limit(attempt);
    });
    attempt.stops.push(unwatch, unlook);
    setTimeout(() => current === attempt && backoff.reset(), STABLE_AFTER_MS);
  }

  async function tryOnce() {
    if (!running || trying) return;
    const attempt = (trying = describe());
    state.value = current ? "recovering" : "connecting";
    const { pc } = attempt;
    const deadline = setTimeout(() => fail(attempt, "media.timeout"), CONNECT_WITHIN_MS);
    pc.addEventListener("connectionstatechange", () => {
      if (pc.connectionState === "connected" && trying === attempt) {
        clearTimeout(deadline);
        adopt(attempt);
      } else if (pc.connectionState === "failed") {
        clearTimeout(deadline);
        fail(attempt, "media.ice_failed");
      }
    });
    try {
      const code = await negotiate(attempt);
      if (code) {
        clearTimeout(deadline);
        fail(attempt, code);
      }
    } catch (error) {
      // A description the browser refuses: recoverable only by another attempt.
      clearTimeout(deadline);
      fail(attempt, error instanceof DOMException ? "media.sdp_invalid" : "media.failed");
    }
  }

  /** @param {Attempt} attempt @param {string} code */
  function fail(attempt, code) {
    if (attempt === trying) {
      trying = null;
      drop(attempt);
      again(code);
    } else if (attempt === current) {
      recover(code);
    }
  }

  /** @param {string} code */
  function again(code) {
    if (!running) return;
    batch(() => {
      fault.value = code;
      state.value = current ? "recovering" : "connecting";
    });
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => void tryOnce(), backoff.next_ms());
  }

  /** @param {string} code */
  function recover(code) {
    if (!running || trying) return;
    again(code);
  }

  /** Somebody looks again, or the network is back: what waits for its turn waits no more. */
  const unreturn = onReturn(() => {
    if (!running || trying || fault.value === null) return;
    clearTimeout(retryTimer);
    backoff.reset();
    void tryOnce();
  });

  function stop() {
    running = false;
    clearTimeout(retryTimer);
    drop(trying);
    drop(current);
    trying = current = null;
    batch(() => {
      stream.value = null;
      link.value = null;
      if (state.value !== "elsewhere") state.value = "idle";
    });
  }

  function leaveToOther() {
    state.value = "elsewhere";
    stop();
  }

  const unlisten = connection.onMedia((message) => {
    if (message.kind === "uplink") {
      uplink = { max_kbps: message.max_kbps, scale_down_by: message.scale_down_by, max_fps: message.max_fps };
      if (current) void limit(current);
      if (trying) void limit(trying);
    } else if (message.kind === "renegotiate") {
      recover("media.renegotiate");
    } else if (message.kind === "gone") {
      onGone(message);
    }
  });

  /** @param {import("./connection.js").MediaMessage} message */
  function onGone({ peer, reason }) {
    if (!running) return;
    if (reason !== "replaced") {
      if (!peer || peer === current?.id) recover("media.gone");
      return;
    }
    if (!peer || (peer === current?.id && !trying)) leaveToOther();
    // Our own new offer replaces our own old connection: only the answer's id can tell.
    else if (trying) replaced.add(peer);
  }

  return {
    state,
    /** Program picture and own sound, for one `<video>`. */
    stream,
    /** Code of the last failure, until it works again. */
    fault,
    /** How the connection does, once a second. */
    link,

    start() {
      if (running) return;
      running = true;
      state.value = "connecting";
      void tryOnce();
    },

    /**
     * Send these from now on, on this connection and every later one.
     *
     * @param {{ camera?: MediaStreamTrack | null, microphone?: MediaStreamTrack | null }} change
     */
    async send(change) {
      Object.assign(tracks, change);
      for (const attempt of [current, trying]) {
        if (attempt && attempt.pc.signalingState !== "closed") await attach(attempt);
      }
    },

    recover: () => recover("media.asked"),

    stop,

    close() {
      stop();
      unlisten();
      unreturn();
    },
  };
}

/** @typedef {ReturnType<typeof createPeer>} Peer */
