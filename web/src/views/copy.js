/** Giving text away: the clipboard, and the code that shows a broadcast on another site. */

/** @param {string} text @returns {Promise<boolean>} */
export const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // Forbidden, or no secure context: whoever asked shows the text instead.
  }
};

/** @type {Record<string, string>} */
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

/**
 * What YouTube's player needs in a frame: without a referrer it shows an error instead of a picture.
 */
export const FRAME = /** @type {const} */ ({
  allow: "autoplay; encrypted-media; fullscreen; picture-in-picture",
  referrerPolicy: "strict-origin-when-cross-origin",
});

/**
 * The HTML that shows a broadcast on another site.
 *
 * @param {string} embed @param {string} title
 */
export const embedCode = (embed, title) =>
  `<iframe src="${escaped(embed)}" title="${escaped(title)}" width="640" height="360" style="border:0"` +
  ` allow="${FRAME.allow}" referrerpolicy="${FRAME.referrerPolicy}" allowfullscreen></iframe>`;
