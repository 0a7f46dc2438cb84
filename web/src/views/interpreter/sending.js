/** What leaves a booth's page: a voice that is silent unless open, or the picture of a signer. */

import { effect, signal } from "../../dom.js";

/**
 * Send a copy of the microphone that is silent unless open; the original feeds the own meter.
 *
 * @param {import("../../devices.js").Devices} devices @param {import("../../peer.js").Peer} peer
 * @param {import("@preact/signals").ReadonlySignal<boolean>} isOpen
 */
export function sendMicrophone(devices, peer, isOpen) {
  const sent = signal(/** @type {MediaStreamTrack | null} */ (null));
  effect(() => {
    const track = devices.microphone.value?.clone() ?? null;
    sent.peek()?.stop();
    if (track) track.enabled = isOpen.peek();
    sent.value = track;
    void peer.send({ microphone: track });
  });
  effect(() => {
    const isHeard = isOpen.value;
    if (sent.value) sent.value.enabled = isHeard;
  });
}

/**
 * Send the camera while it may be seen: the room chooses whose is, but not in the name of an older page.
 *
 * @param {import("../../devices.js").Devices} devices @param {import("../../peer.js").Peer} peer
 * @param {import("@preact/signals").ReadonlySignal<boolean>} mayBeSeen
 */
export function sendCamera(devices, peer, mayBeSeen) {
  effect(() => void peer.send({ camera: mayBeSeen.value ? devices.camera.value : null }));
}
