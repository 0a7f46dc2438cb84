/** Whether the link is weak, and which way: one bad second is nothing, three of the last six are. */

import { computed, effect, signal } from "../../dom.js";

/** @template T @typedef {import("@preact/signals").ReadonlySignal<T>} ReadonlySignal */

const SECONDS = 6;
const BAD = 3;

/**
 * @param {ReadonlySignal<import("../../watch.js").Link | null>} link as this page measures it, once a second
 * @param {ReadonlySignal<import("../../wire.d.ts").InterpreterView | null>} me as the engine receives it
 * @returns {ReadonlySignal<"up" | "down" | null>} what others hear goes before what one hears oneself
 */
export function watchLink(link, me) {
  const recent = signal(/** @type {ReadonlyArray<boolean>} */ ([]));
  effect(() => {
    const seen = link.value;
    recent.value = seen ? [...recent.peek(), seen.verdict !== "good"].slice(-SECONDS) : [];
  });
  return computed(() => {
    if (me.value?.link === "weak") return "up";
    return recent.value.filter(Boolean).length >= BAD ? "down" : null;
  });
}
