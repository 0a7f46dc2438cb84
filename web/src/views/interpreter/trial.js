/** A few seconds of the own microphone, heard again: what nobody can judge while speaking. */

import { signal } from "../../dom.js";

/** @typedef {import("../../devices.js").Devices} Devices */

const RECORD_MS = 4000;

/** @param {MediaStreamTrack} track @returns {Promise<Blob>} */
function record(track) {
  return new Promise((resolve, reject) => {
    const recorder = new MediaRecorder(new MediaStream([track]));
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => resolve(new Blob(parts, { type: recorder.mimeType }));
    recorder.onerror = () => reject(new Error("not recorded"));
    recorder.start();
    setTimeout(() => recorder.state !== "inactive" && recorder.stop(), RECORD_MS);
  });
}

/** @param {Blob} sound @param {string} speaker id of the headphones */
async function playBack(sound, speaker) {
  /** @type {AudioContext & { setSinkId?: (id: string) => Promise<void> }} */
  const context = new AudioContext();
  try {
    await context.setSinkId?.(speaker).catch(() => undefined);
    const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(await sound.arrayBuffer()) });
    source.connect(context.destination);
    await new Promise((resolve) => {
      source.onended = resolve;
      source.start();
    });
  } finally {
    await context.close();
  }
}

/** @param {Devices} devices */
export function createTrial(devices) {
  const state = signal(/** @type {"idle" | "recording" | "playing" | "failed"} */ ("idle"));
  return {
    state,
    async run() {
      const track = devices.microphone.peek();
      if (!track || state.peek() === "recording" || state.peek() === "playing") return;
      state.value = "recording";
      try {
        const sound = await record(track);
        state.value = "playing";
        await playBack(sound, devices.speaker.peek());
        state.value = "idle";
      } catch {
        state.value = "failed"; // A browser that records nothing: the meter must do.
      }
    },
  };
}
