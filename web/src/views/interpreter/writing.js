/** What an interpreter is writing into the shared glossary; it survives whatever else is opened in its place. No DOM. */

import { signal } from "../../dom.js";
import { errorText, t } from "../../i18n.js";

/** @typedef {import("../../wire.d.ts").TermView} TermView */
/**
 * A term that is being written; without an entry it is a new one.
 *
 * @typedef {{ entry: string, version: number, term: string, says: Readonly<Record<string, string>>, note: string, kind: TermView["kind"] }} Draft
 */

/** How long a removed term can be put back by a button. */
const REMOVED_MS = 20_000;

/** @param {Draft} draft */
const bodyOf = ({ term, says, note, kind }) => ({
  term: term.trim(), note: note.trim(), kind,
  says: Object.fromEntries(Object.entries(says).filter(([, text]) => text.trim()).map(([tag, text]) => [tag, text.trim()])),
});

/** @param {import("../../connection.js").Connection["command"]} command */
export function createWriting(command) {
  const draft = signal(/** @type {Draft | null} */ (null));
  const refusal = signal("");
  const isBusy = signal(false);
  const removed = signal(/** @type {Draft | null} */ (null));
  /** Where the focus goes when the list is back. @type {string | null} */
  let comesBackTo = null;

  /** @param {string} name @param {Record<string, unknown>} body @returns {Promise<string | null>} the entry, if it was done */
  const send = async (name, body) => {
    if (isBusy.peek()) return null;
    isBusy.value = true;
    const ack = await command(name, body);
    isBusy.value = false;
    refusal.value = ack.ok ? "" : errorText(ack.error.code, ack.error.params);
    if (!ack.ok) return null;
    return "entry" in ack && typeof ack.entry === "string" ? ack.entry : "";
  };

  /** @param {string} entry */
  const close = (entry) => {
    comesBackTo = entry;
    draft.value = null;
    refusal.value = "";
  };

  /** @param {Draft} gone */
  const remember = (gone) => {
    removed.value = gone;
    setTimeout(() => removed.peek() === gone && (removed.value = null), REMOVED_MS);
  };

  return {
    draft, refusal, isBusy, removed,

    /** @param {Partial<TermView>} term */
    write({ entry = "", version = 0, term = "", says = {}, note = "", kind = "term" }) {
      refusal.value = "";
      draft.value = { entry, version, term, says, note, kind };
    },

    /** @param {Partial<Draft>} changes */
    change(changes) {
      if (draft.peek()) draft.value = { .../** @type {Draft} */ (draft.peek()), ...changes };
    },

    leave: () => close(draft.peek()?.entry ?? ""),

    /** What somebody else has written meanwhile is replaced only by a second press, once it was seen. @param {ReadonlyArray<TermView>} terms */
    async save(terms) {
      const own = draft.peek();
      if (!own || !own.term.trim()) return;
      const now = terms.find(({ entry }) => entry === own.entry);
      if (now && now.version !== own.version) {
        draft.value = { ...own, version: now.version };
        refusal.value = t("glossary.again", { name: now.name });
        return;
      }
      const done = now
        ? await send("glossary.correct", { entry: now.entry, version: now.version, ...bodyOf(own) })
        : await send("glossary.add", bodyOf(own));
      if (done !== null) close(done || own.entry);
    },

    /** @param {ReadonlyArray<TermView>} terms */
    async remove(terms) {
      const own = draft.peek();
      const now = terms.find(({ entry }) => entry === own?.entry);
      if (!now) return close("");
      const done = await send("glossary.remove", { entry: now.entry, version: now.version });
      if (done === null) return;
      remember({ ...now, entry: "" });
      close("");
    },

    async putBack() {
      const gone = removed.peek();
      if (gone && (await send("glossary.add", bodyOf(gone))) !== null) removed.value = null;
    },

    /** Where the focus goes, once. */
    takeReturn() {
      const entry = comesBackTo;
      comesBackTo = null;
      return entry;
    },
  };
}
