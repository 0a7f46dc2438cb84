/**
 * Cues: quiet, short, distinct, switchable. Played on the page only, never into a microphone's track.
 */

import { signal } from "@preact/signals";

/** @typedef {"called" | "on_air" | "held" | "next" | "off_air" | "test"} Cue */

const STORAGE_KEY = "rotunda.cues";
const VOLUME = 0.07;

/** Each cue: tones as [frequency in Hz, start in s, length in s]. @type {Record<Cue, ReadonlyArray<[number, number, number]>>} */
const TONES = {
  next: [[523, 0, 0.16]],
  called: [[523, 0, 0.16], [784, 0.18, 0.26]],
  on_air: [[784, 0, 0.12]],
  held: [[784, 0, 0.16], [523, 0.18, 0.26]],
  off_air: [[494, 0, 0.14], [330, 0.2, 0.3]],
  test: [[440, 0, 0.35], [554, 0.4, 0.35], [659, 0.8, 0.55]],
};

/** @type {Partial<Record<Cue, number[]>>} */
const VIBRATIONS = { called: [180, 90, 180], on_air: [300], held: [90, 60, 90], off_air: [90, 60, 90] };

function readSwitch() {
  try {
    return localStorage.getItem(STORAGE_KEY) !== "off";
  } catch {
    return true; // Storage may be forbidden: cues are on.
  }
}

/** Whether cues may sound. */
export const cuesOn = signal(readSwitch());

/** @param {boolean} on */
export function setCues(on) {
  cuesOn.value = on;
  try {
    localStorage.setItem(STORAGE_KEY, on ? "on" : "off");
  } catch {
    // Kept for this page only.
  }
}

/** @type {(AudioContext & { setSinkId?: (id: string) => Promise<void> }) | null} */
let context = null;

/**
 * Play a cue and vibrate where there is a motor. The test always sounds.
 *
 * @param {Cue} cue @param {string} [speaker] id of the loudspeaker
 */
export async function play(cue, speaker = "") {
  // Never throws where there is no motor; a browser may ignore it before the first touch.
  const vibration = VIBRATIONS[cue];
  if (vibration && "vibrate" in navigator) navigator.vibrate(vibration);
  if (!cuesOn.value && cue !== "test") return;
  context ??= new AudioContext();
  await context.setSinkId?.(speaker).catch(() => undefined);
  if (context.state !== "running") await context.resume();
  const start_s = context.currentTime + 0.02;
  for (const [frequency_hz, at_s, length_s] of TONES[cue]) {
    const tone = new OscillatorNode(context, { frequency: frequency_hz });
    const gain = new GainNode(context, { gain: 0 });
    const from_s = start_s + at_s;
    gain.gain.setValueAtTime(0, from_s);
    gain.gain.linearRampToValueAtTime(cue === "test" ? VOLUME * 2 : VOLUME, from_s + 0.02);
    gain.gain.setTargetAtTime(0, from_s + length_s - 0.08, 0.03);
    tone.connect(gain).connect(context.destination);
    tone.start(from_s);
    tone.stop(from_s + length_s + 0.1);
  }
}
