/** What an interpreter hears: the booth's source and, off the air, the booth's own output (the partner) beside it. */

import { computed, effect, signal } from "../../dom.js";
import { createWhep } from "../../whep.js";

/** @typedef {import("../../wire.d.ts").BoothView} BoothView */
/** @typedef {"floor" | "relay" | "partner"} Source  each has a volume of its own, as on a console */
/** @template T @typedef {import("@preact/signals").ReadonlySignal<T>} ReadonlySignal */

const STORAGE_KEY = "rotunda.booth.volumes";
/** Quiet enough not to frighten, loud enough to notice; the partner lies under what is worked from. */
const FIRST_VOLUMES = { floor: 0.6, relay: 0.6, partner: 0.25 };

/** @returns {Record<Source, number>} */
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    const known = Object.entries(FIRST_VOLUMES).map(([source, first]) => [source, kept[source] >= 0 && kept[source] <= 1 ? kept[source] : first]);
    return Object.fromEntries(known);
  } catch {
    return FIRST_VOLUMES; // Storage may be forbidden.
  }
}

/**
 * @param {{ session: string, ticket: string, booth: ReadonlySignal<BoothView | null>, isActive: ReadonlySignal<boolean>,
 *   source: ReadonlySignal<"floor" | "relay"> }} about
 */
export function createHearing({ session, ticket, booth, isActive, source }) {
  const volumes = signal(remembered());
  const toPartner = signal(false);
  const monitor = signal(/** @type {ReturnType<typeof createWhep> | null} */ (null));

  function stop() {
    monitor.peek()?.close();
    monitor.value = null;
  }

  const into = computed(() => booth.value?.into ?? null);
  const isAlone = computed(() => isActive.value || booth.value?.active == null);
  effect(() => {
    // Nobody may hear themself: the choice ends with going on air, and with the partner's leaving it.
    if (isAlone.value) toPartner.value = false;
  });
  effect(() => {
    if (!toPartner.value) return stop();
    const wanted = into.value;
    // Nothing is given while the speaker speaks the booth's language: the connection waits, silent.
    if (wanted === null) return;
    const opened = monitor.peek();
    if (opened) return opened.tune(wanted);
    const fresh = createWhep({ session, lang: wanted, ticket, soundOnly: true });
    monitor.value = fresh;
    fresh.start();
  });

  return {
    /** Of what is worked from. */
    volume: computed(() => volumes.value[source.value]),
    volumes,
    toPartner,
    /** The booth's own output while it is listened to. */
    monitor,
    /** How loud it is now: not at all while the booth gives nothing. */
    partnerVolume: computed(() => (into.value === null ? 0 : volumes.value.partner)),
    /** @param {number} wanted 0 to 1 @param {Source} [of] */
    setVolume(wanted, of = source.peek()) {
      volumes.value = { ...volumes.value, [of]: Math.min(1, Math.max(0, wanted)) };
      try {
        localStorage.setItem(STORAGE_KEY, JSON.stringify(volumes.value));
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
