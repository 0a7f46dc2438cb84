/** How loud a microphone is, as a figure and as a word. */

import { signal } from "@preact/signals";

/** `unmeasured`: the browser plays no sound here, so nothing can be said of the level. */
/** @typedef {"off" | "unmeasured" | "silent" | "quiet" | "good" | "clipping"} Verdict */

const EVERY_MS = 60;
const REMEMBERED = 40;
const FLOOR_DB = -90;
/** Ticks to wait for the browser's sound before saying that there is none: three seconds. */
const PATIENCE = 50;

/** Where the words change, in dBFS of the loudest moment of the last seconds. */
const SILENT_BELOW_DB = -55;
const QUIET_BELOW_DB = -32;
const CLIPPING_FROM_DB = -0.5;

/**
 * Judge the loudest moments of the last seconds.
 *
 * @param {ReadonlyArray<number>} peaks_db @returns {Verdict}
 */
export function verdictOf(peaks_db) {
  if (peaks_db.length === 0) return "off";
  const loudest_db = Math.max(...peaks_db);
  // One full-scale sample is an accident; several are a setting.
  if (peaks_db.filter((peak_db) => peak_db >= CLIPPING_FROM_DB).length >= 3) return "clipping";
  if (loudest_db < SILENT_BELOW_DB) return "silent";
  return loudest_db < QUIET_BELOW_DB ? "quiet" : "good";
}

/** A level in dBFS as a width in per cent; speech fills the middle. @param {number} level_db */
export const widthOf = (level_db) => Math.round(Math.min(100, Math.max(0, (level_db + 60) / 0.6)));

/** Listens to one track at a time. */
export function createMeter() {
  const level_db = signal(FLOOR_DB);
  const verdict = signal(/** @type {Verdict} */ ("off"));
  /** @type {AudioContext | null} */
  let context = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  let source = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  function stop() {
    clearInterval(timer);
    source?.disconnect();
    source = null;
    level_db.value = FLOOR_DB;
    verdict.value = "off";
  }

  return {
    /** Peak of the last moment, dBFS. */
    level_db,
    verdict,

    /** @param {MediaStreamTrack | null} track */
    listen(track) {
      stop();
      if (!track) return;
      context ??= new AudioContext();
      const running = context;
      void running.resume();
      source = running.createMediaStreamSource(new MediaStream([track]));
      const analyser = new AnalyserNode(running, { fftSize: 2048 });
      source.connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      /** @type {number[]} */
      let peaks_db = [];
      let waited = 0;
      timer = setInterval(() => {
        if (running.state !== "running") {
          void running.resume();
          waited += 1;
          if (waited >= PATIENCE) verdict.value = "unmeasured";
          return;
        }
        analyser.getFloatTimeDomainData(samples);
        let peak = 0;
        for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
        const now_db = peak > 0 ? Math.max(FLOOR_DB, 20 * Math.log10(peak)) : FLOOR_DB;
        peaks_db = [...peaks_db, now_db].slice(-REMEMBERED);
        // Down slowly, so that the eye can follow.
        level_db.value = Math.max(now_db, level_db.value - 3);
        verdict.value = verdictOf(peaks_db);
      }, EVERY_MS);
    },

    close() {
      stop();
      void context?.close();
      context = null;
    },
  };
}
