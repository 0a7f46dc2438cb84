/** Asks the server now and then who has watched on YouTube; what was known stays while it does not answer. */

import { effect, signal } from "./dom.js";

/** @typedef {import("./views/curve.js").ViewersFigures} ViewersFigures */

/** YouTube is asked once a minute as well. */
const EVERY_MS = 60_000;

/**
 * @param {string} session @param {string} ticket
 * @param {import("@preact/signals").ReadonlySignal<boolean>} isCounted  whether there may be something to show
 */
export const watchViewers = (session, ticket, isCounted) => {
  const figures = signal(/** @type {readonly ViewersFigures[]} */ ([]));
  const load = async () => {
    try {
      const headers = { Authorization: `Bearer ${ticket}` };
      const answer = await fetch(`/api/sessions/${encodeURIComponent(session)}/viewers`, { headers });
      if (answer.ok) figures.value = (await answer.json()).youtube;
    } catch {
      return; // No network: the next look is not far.
    }
  };
  effect(() => {
    if (isCounted.value) void load();
  });
  setInterval(() => void (isCounted.value && !document.hidden ? load() : undefined), EVERY_MS);
  return figures;
};
