/** Text into lines of captions: at most two rows on a screen each, broken where words end. */

/** Columns of two rows; a Chinese character takes two. */
const COLUMNS = 84;

/** @param {string} character */
const columnsOf = (character) => ((character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1);

/** @param {string} text @returns {string[]} */
export function captionLines(text) {
  return text.split(/\n+/).flatMap((row) => broken(row.trim().replace(/\s+/g, " ")));
}

/** @param {string} row @returns {string[]} */
function broken(row) {
  if (!row) return [];
  let columns = 0;
  let end = 0;
  let lastGap = 0;
  for (const character of row) {
    columns += columnsOf(character);
    if (columns > COLUMNS) break;
    end += character.length;
    if (/[\s，。；！？、,.;!?]/.test(character)) lastGap = end;
  }
  if (end >= row.length) return [row];
  const cut = lastGap > end / 2 ? lastGap : end;
  return [row.slice(0, cut).trim(), ...broken(row.slice(cut).trim())];
}
