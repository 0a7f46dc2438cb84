/** The door for targets: the key goes straight to the server, never into a view. */

import { archivePath } from "../archive/link.js";

/** @typedef {import("./acts.js").Ack} Ack */
/** @typedef {import("./context.js").NewOutput} NewOutput */

/** @param {{ session: string, ticket: string }} admission */
export const outputDoor = ({ session, ticket }) => {
  const path = `/api/sessions/${encodeURIComponent(session)}/outputs`;
  /** @param {string} url @param {RequestInit} request @returns {Promise<Ack>} */
  const ask = async (url, request) => {
    try {
      const headers = { Authorization: `Bearer ${ticket}`, "Content-Type": "application/json" };
      const answer = await fetch(url, { ...request, headers });
      if (answer.ok) return { ok: true };
      const { error } = await answer.json();
      return { ok: false, error: { code: error.code, params: error.params } };
    } catch {
      // No network, or an answer that is not ours.
      return { ok: false, error: { code: "connection.offline" } };
    }
  };
  return {
    /** The recording, opened with this desk's ticket; it leaves the address at once. */
    archive: `${archivePath(session)}#ticket=${ticket}`,
    /** @param {NewOutput} output */
    addOutput: (output) => ask(path, { method: "POST", body: JSON.stringify(output) }),
    /** @param {string} output */
    removeOutput: (output) => ask(`${path}/${encodeURIComponent(output)}`, { method: "DELETE" }),
  };
};
