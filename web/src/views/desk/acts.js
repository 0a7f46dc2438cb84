/**
 * What the moderator does: each act shows at once that it was pressed, then its result or why not.
 *
 * A second press of the same verb while the first is on its way, or within the moment the button
 * needs to change its meaning, is the same press: an impatient double click calls one speaker.
 */

import { signal } from "../../dom.js";

import { errorText } from "../../i18n.js";

/** How long a verb rests after a press, so that nobody presses a label that has just changed. */
const REST_MS = 600;

/** How long a notice stays. */
const NOTICE_MS = 12_000;

/**
 * @typedef {import("../../connection.js").Ack} Ack
 * @typedef {(name: string, body: Record<string, unknown>) => Promise<Ack>} Send  never rejects
 * @typedef {{ tone: "done" | "refused", text: string, about?: string, code?: string }} Notice  `about`: the command
 * @typedef {{ key?: string, said?: string }} ActOptions
 *   `key` is what is pending (a verb on one row); `said` is announced when it is done.
 */

/** @param {Send} send @param {() => number} [monotonic_ms] */
export const createActs = (send, monotonic_ms = () => performance.now()) => {
  const pending = signal(/** @type {ReadonlySet<string>} */ (new Set()));
  const notice = signal(/** @type {Notice | null} */ (null));
  /** @type {Map<string, number>} */
  const pressed = new Map();

  /** @param {string} key @param {boolean} isPending */
  const mark = (key, isPending) => {
    const keys = new Set(pending.value);
    if (isPending) keys.add(key);
    else keys.delete(key);
    pending.value = keys;
  };

  /** A notice stays long enough to be read, and not until it is wrong. @param {Notice} said */
  const say = (said) => {
    notice.value = said;
    setTimeout(() => {
      if (notice.value === said) notice.value = null;
    }, NOTICE_MS);
  };

  /**
   * Send one command, once.
   *
   * @param {string} name
   * @param {Record<string, unknown>} body
   * @param {ActOptions} [options]
   * @returns {Promise<boolean>} whether it was done
   */
  const run = async (name, body, { key = name, said = "" } = {}) => {
    const since_ms = monotonic_ms() - (pressed.get(key) ?? -Infinity);
    if (pending.value.has(key) || since_ms < REST_MS) return false;
    pressed.set(key, monotonic_ms());
    mark(key, true);
    notice.value = null;
    const ack = await send(name, body);
    mark(key, false);
    if (!ack.ok) say({ tone: "refused", text: errorText(ack.error.code, ack.error.params), about: name, code: ack.error.code });
    else if (said) say({ tone: "done", text: said, about: name });
    return ack.ok;
  };

  return { run, say, pending, notice };
};

/** @typedef {ReturnType<typeof createActs>} Acts */
