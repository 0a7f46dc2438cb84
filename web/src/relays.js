/** Relays (TURN) and reflectors (STUN) that a door names in its `Link` headers (RFC 9725, section 4.6). */

const LINK = /<([^>]+)>((?:\s*;\s*[\w-]+="[^"]*")*)/g;
const PARAMETER = /([\w-]+)="([^"]*)"/g;

/** @param {string | null} header several links, joined by commas @returns {RTCIceServer[]} */
export function relaysOf(header) {
  const found = [];
  for (const [, urls, rest] of (header ?? "").matchAll(LINK)) {
    const parameters = Object.fromEntries([...(rest ?? "").matchAll(PARAMETER)].map(([, name, value]) => [name, value]));
    if (!urls || parameters.rel !== "ice-server") continue;
    found.push(parameters.username ? { urls, username: parameters.username, credential: parameters.credential } : { urls });
  }
  return found;
}

/**
 * Ask the door before the offer: what comes with its answer is too late for the first connection.
 *
 * @param {string} url @param {HeadersInit} headers @returns {Promise<RTCIceServer[]>} none, if it does not say
 */
export async function fetchRelays(url, headers) {
  const answer = await fetch(url, { method: "OPTIONS", headers }).catch(() => null);
  return answer?.ok ? relaysOf(answer.headers.get("Link")) : [];
}
