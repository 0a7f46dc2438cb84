/** Waits for our own candidates, but not for the last of them. */

const WITHIN_MS = 300;

/** @param {RTCPeerConnection} pc @returns {Promise<void>} */
export const gathered = (pc) =>
  new Promise((resolve) => {
    if (pc.iceGatheringState === "complete") return resolve();
    const timer = setTimeout(resolve, WITHIN_MS);
    pc.addEventListener("icegatheringstatechange", () => {
      if (pc.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    });
  });
