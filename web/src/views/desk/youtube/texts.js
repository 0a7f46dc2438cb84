/** What YouTube takes as title and description, so that the form says it while one types.  Pure. */

/** Characters. */
export const TITLE_MOST = 100;

/** Bytes of UTF-8; the server keeps the rest of YouTube's 5,000 for its marker. */
export const DESCRIPTION_MOST = 4900;

/** @typedef {{ title: string, description: string, start: string, picture: string }} Draft `start`: by the event's clock */
/** @typedef {"title" | "description" | "start" | "picture"} Field */
/** @typedef {{ field: Field, code: string, params: Record<string, string | number> }} Fault */

/** @param {string} text */
export const lettersOf = (text) => [...text.trim()].length;

/** @param {string} text */
export const bytesOf = (text) => new TextEncoder().encode(text.trim()).length;

/**
 * What the server would refuse, in its own codes; null: nothing.
 *
 * @param {Draft} draft
 * @returns {Fault | null}
 */
export const faultOf = ({ title, description, picture }) => {
  if (title.trim() === "") return { field: "title", code: "broadcast.title_missing", params: {} };
  for (const [field, text] of /** @type {const} */ ([["title", title], ["picture", picture]])) {
    const length = lettersOf(text);
    if (length > TITLE_MOST) return { field, code: "broadcast.title_long", params: { length, most: TITLE_MOST } };
  }
  const length = bytesOf(description);
  if (length > DESCRIPTION_MOST) return { field: "description", code: "broadcast.description_long", params: { length, most: DESCRIPTION_MOST } };
  for (const [field, text] of /** @type {const} */ ([["title", title], ["description", description], ["picture", picture]])) {
    if (/[<>]/.test(text)) return { field, code: "broadcast.angle_brackets", params: { field } };
  }
  return null;
};
