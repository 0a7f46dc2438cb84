/**
 * Camera, microphone and loudspeaker of one page. Joins with what there is: a missing or refused
 * device is a state with a reason, never a failure of the page.
 */

import { batch, signal } from "@preact/signals";

import { createMeter } from "./meter.js";

/** @typedef {"camera" | "microphone"} Kind */
/** @typedef {"none" | "refused" | "busy" | "insecure" | "lost" | "failed"} Problem */
/** @typedef {{ id: string, label: string }} Device */
/** @typedef {{ camera?: string, microphone?: string, speaker?: string, raw?: boolean, cameraOff?: boolean }} Choice */
/** What a page sends: `all`; a `voice` on a headset, without echo cancelling, which dulls a voice that no loudspeaker can reach; a `picture`. */
/** @typedef {"all" | "voice" | "picture"} Gives */

const STORAGE_KEY = "rotunda.devices";
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** @returns {Choice} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
  } catch {
    return {}; // Nothing readable is remembered: the defaults serve.
  }
}

/** @param {unknown} error @returns {Problem} */
function problemOf(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}

/**
 * @param {{ raw?: boolean }} [defaults] `raw` switches off the browser's echo cancelling, noise
 *   suppression and gain: right for a room's mixing desk, wrong for a laptop
 * @param {Gives} [gives] other devices are not asked for
 */
export function createDevices(defaults = {}, gives = "all") {
  /** @type {Choice} */
  let choice = { ...defaults, ...remembered() };
  const cameras = signal(/** @type {ReadonlyArray<Device>} */ ([]));
  const microphones = signal(/** @type {ReadonlyArray<Device>} */ ([]));
  const speakers = signal(/** @type {ReadonlyArray<Device>} */ ([]));
  const camera = signal(/** @type {MediaStreamTrack | null} */ (null));
  const microphone = signal(/** @type {MediaStreamTrack | null} */ (null));
  const problems = {
    camera: signal(/** @type {Problem | null} */ (null)),
    microphone: signal(/** @type {Problem | null} */ (null)),
  };
  const speaker = signal(choice.speaker ?? "");
  const raw = signal(choice.raw ?? false);
  const cameraOff = signal(gives === "voice" || (gives === "all" && (choice.cameraOff ?? false)));
  const busy = signal(false);
  const meter = createMeter();
  const tracks = { camera, microphone };

  /** @param {Choice} change */
  function remember(change) {
    choice = { ...choice, ...change };
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(choice));
    } catch {
      // Remembered for this page only.
    }
  }

  const constraints = {
    camera: () => ({ ...PICTURE, ...(choice.camera ? { deviceId: { ideal: choice.camera } } : {}) }),
    microphone: () => ({
      echoCancellation: !raw.value && gives !== "voice", noiseSuppression: !raw.value, autoGainControl: !raw.value,
      channelCount: { ideal: 1 }, sampleRate: { ideal: 48000 },
      ...(choice.microphone ? { deviceId: { ideal: choice.microphone } } : {}),
    }),
  };

  /** @param {Kind} kind @param {MediaStreamTrack | null} track */
  function put(kind, track) {
    const old = tracks[kind].value;
    if (old && old !== track) {
      old.onended = null;
      old.stop();
    }
    tracks[kind].value = track;
    if (kind === "microphone") meter.listen(track);
    if (!track) return;
    problems[kind].value = null;
    track.contentHint = kind === "camera" ? "motion" : "speech";
    track.onended = () => {
      // Unplugged, or taken away by the system.
      batch(() => {
        put(kind, null);
        problems[kind].value = "lost";
      });
    };
  }

  /** @param {Kind} kind */
  async function openOne(kind) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === "camera" ? { video: constraints.camera() } : { audio: constraints.microphone() },
      );
      put(kind, stream.getTracks()[0]);
    } catch (error) {
      batch(() => {
        put(kind, null);
        problems[kind].value = problemOf(error);
      });
    }
  }

  async function list() {
    const found = await navigator.mediaDevices.enumerateDevices();
    /** @param {MediaDeviceKind} kind */
    const of = (kind) =>
      found
        .filter((device) => device.kind === kind && device.deviceId)
        .map((device) => ({ id: device.deviceId, label: device.label }));
    batch(() => {
      cameras.value = of("videoinput");
      microphones.value = of("audioinput");
      speakers.value = of("audiooutput");
    });
  }

  async function open() {
    if (!navigator.mediaDevices) {
      batch(() => {
        problems.camera.value = "insecure";
        problems.microphone.value = "insecure";
      });
      return;
    }
    busy.value = true;
    const hasSound = gives !== "picture";
    try {
      // Both at once: one question by the browser instead of two.
      const stream = await navigator.mediaDevices.getUserMedia({
        ...(cameraOff.value ? {} : { video: constraints.camera() }), ...(hasSound ? { audio: constraints.microphone() } : {}),
      });
      batch(() => {
        put("microphone", stream.getAudioTracks()[0] ?? null);
        if (!cameraOff.value) put("camera", stream.getVideoTracks()[0] ?? null);
      });
    } catch {
      // One of the two is missing or refused: what there is, one by one.
      if (hasSound) await openOne("microphone");
      if (!cameraOff.value) await openOne("camera");
    } finally {
      busy.value = false;
      await list();
    }
  }

  const onChange = () => void list();
  navigator.mediaDevices?.addEventListener("devicechange", onChange);

  return {
    cameras,
    microphones,
    speakers,
    camera,
    microphone,
    problems,
    speaker,
    raw,
    cameraOff,
    /** The browser is asking, or the devices are opening. */
    busy,
    level_db: meter.level_db,
    verdict: meter.verdict,

    /** Ask for camera and microphone, and open what there is. */
    open,

    /** @param {string} id */
    async chooseCamera(id) {
      remember({ camera: id, cameraOff: false });
      cameraOff.value = false;
      await openOne("camera");
    },

    /** @param {string} id */
    async chooseMicrophone(id) {
      remember({ microphone: id });
      await openOne("microphone");
    },

    /** @param {string} id */
    chooseSpeaker(id) {
      remember({ speaker: id });
      speaker.value = id;
    },

    /** @param {boolean} on */
    async setRaw(on) {
      remember({ raw: on });
      raw.value = on;
      if (microphone.value) await openOne("microphone");
    },

    /** Off lets go of the camera: its light goes out. @param {boolean} off */
    async setCameraOff(off) {
      remember({ cameraOff: off });
      cameraOff.value = off;
      if (off) put("camera", null);
      else await openOne("camera");
    },

    /** Which device a track comes from. @param {Kind} kind */
    chosen: (kind) => tracks[kind].value?.getSettings().deviceId ?? choice[kind] ?? "",

    close() {
      navigator.mediaDevices?.removeEventListener("devicechange", onChange);
      put("camera", null);
      put("microphone", null);
      meter.close();
    },
  };
}

/** @typedef {ReturnType<typeof createDevices>} Devices */
