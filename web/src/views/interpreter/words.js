/** The same sentence for a voice and for hands. */

import { t } from "../../i18n.js";

/** @typedef {import("../../i18n.js").Key} Key */
/**
 * Keys of which there is another sentence for a signer.
 *
 * @typedef {{ [Signed in Key]: Signed extends `sign.${infer Base}` ? Extract<Key, Base> : never }[Key]} Either
 */
/** @typedef {(key: Either, places?: import("../../i18n.js").Places) => string} Phrase */

/**
 * Choose the words of a booth.
 *
 * @param {boolean} isSigning @returns {Phrase}
 */
export const phrasesOf = (isSigning) => (key, places) => t(/** @type {Key} */ (isSigning ? `sign.${key}` : key), places);
