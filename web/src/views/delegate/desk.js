/** What a delegate's page knows and does, without any element: connection, devices, peer, acts. */

import { tick } from "../../clock.js";
import { connect } from "../../connection.js";
import { createDevices } from "../../devices.js";
import { batch, computed, effect, signal } from "../../dom.js";
import { createMonitor } from "../../monitor.js";
import { createPeer } from "../../peer.js";
import { standing as standingOf } from "../../state.js";

/** @typedef {"check" | "table" | "elsewhere" | "left"} Phase */

/**
 * @param {import("../../main_join.js").Admission} admission
 * @param {{ raw?: boolean }} [sound] `raw`: a room's mixing desk, taken as it comes
 */
export function createDelegateDesk({ ticket, session, ice_servers }, sound) {
  const connection = connect({ ticket });
  const devices = createDevices(sound);
  const peer = createPeer(connection, { iceServers: ice_servers });
  const monitor = createMonitor({ session, ticket });
  const phase = signal(/** @type {Phase} */ ("check"));
  const muted = signal(false);
  const mutedByChair = signal(false);
  const asked = computed(() => connection.view.value?.you?.asked_to_unmute ?? false);
  const screen = signal(/** @type {MediaStreamTrack | null} */ (null));
  const now_ms = computed(() => tick.value + connection.offset_ms.value);
  const standing = computed(() => standingOf(connection.view.value, connection.status.value, now_ms.value));

  // The chair may mute this seat; what the room says wins whenever it changes.
  let mutedByRoom = false;
  const stops = [
    effect(() => {
      const told = connection.view.value?.you?.muted ?? false;
      if (told === mutedByRoom) return;
      mutedByRoom = told;
      batch(() => {
        mutedByChair.value = told && !muted.peek() && phase.peek() === "table";
        muted.value = told;
      });
    }),
    effect(() => {
      const track = devices.microphone.value;
      if (track) track.enabled = !muted.value;
      void peer.send({ microphone: track });
    }),
    effect(() => {
      void peer.send({ camera: screen.value ?? devices.camera.value });
    }),
    effect(() => {
      if (peer.state.value !== "elsewhere" && connection.status.value !== "replaced") return;
      batch(() => {
        phase.value = "elsewhere";
        stopSharing();
        devices.close();
        monitor.stop();
      });
    }),
  ];
  void devices.open();

  function stopSharing() {
    screen.peek()?.stop();
    screen.value = null;
  }

  /**
   * The track closes at once, wherever the room is; it opens only when the room has agreed, or
   * somebody would speak who is not heard.
   *
   * @param {boolean} wish
   */
  async function setMuted(wish) {
    if (wish) muted.value = true;
    const ack = await connection.command("self.mute", { muted: wish });
    if (!wish && ack.ok) muted.value = false;
    return wish ? undefined : ack;
  }

  /** @param {import("../../connection.js").Body} [body] @param {string} name */
  const command = (name, body) => connection.command(name, body);

  return {
    connection,
    devices,
    peer,
    phase,
    /** Server time. */
    now_ms,
    standing,
    muted,
    /** The last closing of the microphone was the chair's. */
    mutedByChair,
    /** The chair asks to open the microphone. */
    asked,
    /** The shared screen, sent in place of the camera. */
    screen,
    /** What the room's technician listens in to. */
    monitor,
    /** The page with the code for receivers. */
    poster: `/s/${encodeURIComponent(session)}/poster#${ticket}`,
    canShare: "getDisplayMedia" in (navigator.mediaDevices ?? {}),
    command,

    join() {
      phase.value = "table";
      window.scrollTo(0, 0);
      peer.start();
    },

    /** Take the seat back from another window. */
    takeBack() {
      location.reload();
    },

    toggleMute: () => setMuted(!muted.value),

    /** The answer to the chair. @param {boolean} open */
    answerAsk: (open) => (open ? setMuted(false) : connection.command("self.mute", { muted: true })),

    toggleCamera: () => devices.setCameraOff(devices.camera.value !== null),

    /** @param {string} lang */
    listen: (lang) => connection.command("listen", { lang }),

    async toggleShare() {
      if (screen.value) {
        stopSharing();
        return;
      }
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
        const [track] = stream.getVideoTracks();
        track.contentHint = "detail";
        track.onended = stopSharing;
        screen.value = track;
      } catch {
        // The person closed the browser's question: nothing is shared.
      }
    },

    leave() {
      for (const stop of stops) stop();
      stopSharing();
      monitor.stop();
      peer.close();
      devices.close();
      connection.close();
      phase.value = "left";
    },
  };
}

/** @typedef {ReturnType<typeof createDelegateDesk>} DelegateDesk */
