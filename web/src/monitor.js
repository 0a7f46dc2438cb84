/** What the desk and the room's technician listen in to: one language at a time, as its listeners hear it. */

import { computed, signal } from "@preact/signals";

import { createWhep } from "./whep.js";

/** @param {{ session: string, ticket: string }} admission */
export function createMonitor({ session, ticket }) {
  const source = signal(/** @type {ReturnType<typeof createWhep> | null} */ (null));
  const stop = () => {
    source.value?.close();
    source.value = null;
  };
  return {
    source,
    lang: computed(() => source.value?.lang.value ?? null),
    /** Listen in to a language, or no more. @param {string} lang */
    toggle(lang) {
      const now = source.value;
      if (now?.lang.value === lang) stop();
      else if (now) now.tune(lang);
      else {
        source.value = createWhep({ session, lang, ticket, soundOnly: true });
        source.value.start();
      }
    },
    stop,
  };
}

/** @typedef {ReturnType<typeof createMonitor>} Monitor */
