/**
 * Camera, microphone and loudspeaker of one page. Joins with what there is: a missing or refused
 * device is a state with a reason, never a failure of the page.
 */

import { batch, signal } from "@preact/signals";

import { createMeter } from "./meter.js";

/** @typedef {"camera" | "microphone"} Kind */
/** @typedef {"none" | "refused" | "busy" | "insecure" | "lost" | "failed"} Problem */
/** @typedef {{ id: string, label: string, group?: string }} Device  `group`: one for all that is in one casing */
/** @typedef {{ camera?: string, microphone?: string, speaker?: string, raw?: boolean, cameraOff?: boolean }} Choice */
/**
 * What a page sends: `all`; a `voice`, for which another microphone stands in while its own is gone; a `picture`.
 */
/** @typedef {"all" | "voice" | "picture"} Gives */

/** An interpreter's headset is not what the same laptop uses at the table. @param {Gives} gives */
const keyOf = (gives) => (gives === "all" ? "rotunda.devices" : "rotunda.devices.booth");
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** @param {Gives} gives @returns {Choice} */
function remembered(gives) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(gives)) ?? "{}");
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

/** @param {Device} device @param {Device} gone */
const isSame = (device, gone) => device.label === gone.label || (Boolean(gone.group) && device.group === gone.group);

/**
 * @param {{ raw?: boolean }} [defaults] `raw` switches off the browser's echo cancelling, noise
 *   suppression and gain: right for a room's mixing desk, wrong for a laptop
 * @param {Gives} [gives] other devices are not asked for
 */
export function createDevices(defaults = {}, gives = "all") {
  /** @type {Choice} */
  let choice = { ...defaults, ...remembered(gives) };
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
  /** What was used and is gone; something else stands in until it is back. */
  const missing = {
    microphone: signal(/** @type {Device | null} */ (null)),
    speaker: signal(/** @type {Device | null} */ (null)),
  };
  /** The headset or the system has muted the microphone: it sends silence whatever the page does. */
  const hushed = signal(false);
  const raw = signal(choice.raw ?? false);
  const cameraOff = signal(gives === "voice" || (gives === "all" && (choice.cameraOff ?? false)));
  const busy = signal(false);
  const meter = createMeter();
  const tracks = { camera, microphone };

  /** @param {Choice} change */
  function remember(change) {
    choice = { ...choice, ...change };
    try {
      localStorage.setItem(keyOf(gives), JSON.stringify(choice));
    } catch {
      // Remembered for this page only.
    }
  }

  const constraints = {
    camera: () => ({ ...PICTURE, ...(choice.camera ? { deviceId: { ideal: choice.camera } } : {}) }),
    microphone: () => ({
      // What stands in for a headset is near a loudspeaker.
      echoCancellation: !raw.value || missing.microphone.value !== null, noiseSuppression: !raw.value, autoGainControl: !raw.value,
      channelCount: { ideal: 1 }, sampleRate: { ideal: 48000 },
      ...(choice.microphone ? { deviceId: { ideal: choice.microphone } } : {}),
    }),
  };

  /** @param {Kind} kind @param {MediaStreamTrack | null} track */
  function put(kind, track) {
    const old = tracks[kind].value;
    if (old && old !== track) {
      old.onended = old.onmute = old.onunmute = null;
      old.stop();
    }
    tracks[kind].value = track;
    if (kind === "microphone") {
      meter.listen(track);
      hushed.value = track?.muted ?? false;
    }
    if (!track) return;
    problems[kind].value = null;
    track.contentHint = kind === "camera" ? "motion" : "speech";
    if (kind === "microphone") {
      track.onmute = () => (hushed.value = true);
      track.onunmute = () => (hushed.value = false);
    }
    track.onended = () => {
      // Unplugged, or taken away by the system.
      const { deviceId: id = "", groupId: group = "" } = track.getSettings();
      batch(() => {
        put(kind, null);
        problems[kind].value = "lost";
        if (gives === "voice") missing.microphone.value ??= { id, group, label: track.label };
      });
      if (gives === "voice") void once(() => openOne(kind)).then(list);
    };
  }

  /** @param {Kind} kind @param {boolean} [keeps] what is open stays open when this fails @returns {Promise<boolean>} */
  async function openOne(kind, keeps = false) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === "camera" ? { video: constraints.camera() } : { audio: constraints.microphone() },
      );
      put(kind, stream.getTracks()[0]);
      return true;
    } catch (error) {
      if (keeps && tracks[kind].value) return false;
      const problem = problemOf(error);
      batch(() => {
        put(kind, null);
        problems[kind].value = problem === "none" && kind === "microphone" && missing.microphone.value ? "lost" : problem;
      });
      return false;
    }
  }

  let isReplacing = false;

  /** The loss and the change of the list come together: one of them opens. @param {() => Promise<unknown>} replace */
  async function once(replace) {
    if (isReplacing) return;
    isReplacing = true;
    await replace();
    isReplacing = false;
  }

  /** The microphone that was gone, or any if there was none to stand in. */
  async function bringBack() {
    const gone = missing.microphone.value;
    if (!gone) return;
    const back = microphones.value.find((device) => isSame(device, gone));
    if (!back && (microphone.value || microphones.value.length === 0)) return;
    if (back) {
      missing.microphone.value = null;
      choice = { ...choice, microphone: back.id };
    }
    if (!(await openOne("microphone", true))) missing.microphone.value = gone;
  }

  /** The loudspeaker that was chosen while it is there, the system's otherwise. @param {ReadonlyArray<Device>} before */
  function settleSpeaker(before) {
    const wanted = choice.speaker ?? "";
    const isThere = wanted === "" || speakers.value.length === 0 || speakers.value.some(({ id }) => id === wanted);
    speaker.value = isThere ? wanted : "";
    missing.speaker.value = isThere ? null : (before.find(({ id }) => id === wanted) ?? missing.speaker.value);
  }

  async function list() {
    const found = await navigator.mediaDevices.enumerateDevices();
    /** @param {MediaDeviceKind} kind */
    const of = (kind) =>
      found
        .filter((device) => device.kind === kind && device.deviceId)
        .map((device) => ({ id: device.deviceId, label: device.label, group: device.groupId }));
    const before = speakers.value;
    batch(() => {
      cameras.value = of("videoinput");
      microphones.value = of("audioinput");
      speakers.value = of("audiooutput");
      settleSpeaker(before);
    });
    if (missing.microphone.value) await once(bringBack);
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
    missing,
    hushed,
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
      const before = choice;
      const gone = missing.microphone.value;
      missing.microphone.value = null;
      choice = { ...choice, microphone: id };
      if (await openOne("microphone", true)) remember({ microphone: id });
      else {
        choice = before;
        missing.microphone.value = gone;
      }
    },

    /** @param {string} id */
    chooseSpeaker(id) {
      remember({ speaker: id });
      speaker.value = id;
      missing.speaker.value = null;
    },

    /** @param {boolean} on */
    async setRaw(on) {
      remember({ raw: on });
      raw.value = on;
      if (microphone.value) await openOne("microphone", true);
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
