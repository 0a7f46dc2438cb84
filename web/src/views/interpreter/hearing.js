/** What an interpreter hears: the booth's source, or, off the air, the booth's own output (the partner). */

import { computed, effect, signal } from "../../dom.js";
import { createWhep } from "../../whep.js";

/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
/** @template T @typedef {import("@preact/signals").ReadonlySignal<T>} ReadonlySignal */

const STORAGE_KEY = "rotunda.booth.volume";
/** Quiet enough not to frighten, loud enough to notice. */
const FIRST_VOLUME = 0.6;

function remembered() {
  try {
    const volume = Number(localStorage.getItem(STORAGE_KEY) ?? FIRST_VOLUME);
    return volume >= 0 && volume <= 1 ? volume : FIRST_VOLUME;
  } catch {
    return FIRST_VOLUME; // Storage may be forbidden.
  }
}

/**
 * @param {{ session: string, ticket: string, booth: ReadonlySignal<BoothView | null>, isActive: ReadonlySignal<boolean> }} about
 */
export function createHearing({ session, ticket, booth, isActive }) {
  const volume = signal(remembered());
  const toPartner = signal(false);
  const monitor = signal(/** @type {ReturnType<typeof createWhep> | null} */ (null));

  function stop() {
    monitor.peek()?.close();
    monitor.value = null;
  }

  const into = computed(() => booth.value?.into ?? null);
  const lang = computed(() => (toPartner.value ? into.value : null));
  effect(() => {
    // Nobody may hear themself: the choice ends with going on air, and with the partner's leaving it.
    if (isActive.value || into.value === null) toPartner.value = false;
  });
  effect(() => {
    const wanted = lang.value;
    stop();
    if (wanted === null) return;
    const opened = createWhep({ session, lang: wanted, ticket, soundOnly: true });
    monitor.value = opened;
    opened.start();
  });

  return {
    volume,
    toPartner,
    /** The booth's own output while it is listened to. */
    monitor,
    /** @param {number} wanted 0 to 1 */
    setVolume(wanted) {
      const share = Math.min(1, Math.max(0, wanted));
      volume.value = share;
      try {
        localStorage.setItem(STORAGE_KEY, String(share));
      } catch {
        // Kept for this page only.
      }
    },
    close() {
      toPartner.value = false;
      stop();
    },
  };
}

/** @typedef {ReturnType<typeof createHearing>} Hearing */
