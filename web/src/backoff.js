/** Exponential back-off with jitter: quick at first, never more often than it helps. */

const FIRST_MS = 250;
const FACTOR = 2;
const LONGEST_MS = 10_000;

export function createBackoff() {
  let attempt = 0;
  return {
    next_ms() {
      const base_ms = Math.min(LONGEST_MS, FIRST_MS * FACTOR ** attempt);
      attempt += 1;
      return base_ms * (0.75 + Math.random() / 2);
    },
    reset() {
      attempt = 0;
    },
  };
}
