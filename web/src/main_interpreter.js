/** The interpreter's page: the program picture, the clean floor, who speaks and who is next, a microphone. */

import { connect } from "./connection.js";
import { effect, h, render, signal } from "./dom.js";
import { localized, t } from "./i18n.js";
import { createPeer } from "./peer.js";
import { createActs } from "./views/desk/acts.js";
import { InterpreterPage, InterpreterWaiting } from "./views/interpreter/page.js";
import { Elsewhere, Refused } from "./views/parts.js";

/** @typedef {import("./main_join.js").Admission} Admission */

/**
 * Opening or reloading the page never opens the microphone.
 *
 * @param {Admission} admission
 * @param {HTMLElement} root
 */
export function open(admission, root) {
  const connection = connect({ ticket: admission.ticket });
  const acts = createActs(connection.command);
  const peer = createPeer(connection, { iceServers: admission.ice_servers });
  const microphone = createMicrophone(peer);
  let isPrepared = false;

  effect(() => {
    const view = connection.view.value;
    if (view) document.title = `${localized(view.session.title)} · ${t("interpreter.title")}`;
    if (view?.program.engine === "up") peer.start();
    // The chair may close it: the lamp must not say otherwise.
    if (view?.you?.muted && microphone.isOpen.peek()) microphone.set(false);
    if (connection.status.value === "online" && !isPrepared) {
      isPrepared = true;
      void connection.command("self.mute", { muted: true });
      void connection.command("listen", { lang: "floor" });
    }
  });
  effect(() => {
    // The newest window has the seat: this one lets go of the microphone.
    if (connection.status.value === "replaced") microphone.close();
  });
  const toggle = async () => {
    const willOpen = !microphone.isOpen.value;
    if (willOpen && !(await microphone.ready())) return;
    // Close here first, open here last: the person in the booth trusts the lamp.
    if (!willOpen) microphone.set(false);
    const isDone = await acts.run("self.mute", { muted: !willOpen });
    if (willOpen && isDone) microphone.set(true);
  };
  window.addEventListener("keydown", (event) => {
    const isPlain = !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isPlain && event.key.toLowerCase() === "m") void toggle();
  });
  const Page = () => {
    const view = connection.view.value;
    const { status, refusal } = connection;
    if (status.value === "replaced") return h(Elsewhere, { sendsMedia: true });
    if (status.value === "refused" && view) return h(Refused, { code: refusal.value?.code ?? "unknown", params: refusal.value?.params });
    if (!view) return h(InterpreterWaiting, { code: connection.refusal.value?.code ?? null });
    return h(InterpreterPage, {
      view, acts, toggle: () => void toggle(), stream: peer.stream.value, link: peer.state.value,
      isOpen: microphone.isOpen.value, hasFailed: microphone.hasFailed.value,
      language: admission.language, status: connection.status.value,
    });
  };
  render(h(Page, {}), root);
}

/** The booth's own microphone: asked for when first opened, silent while closed. @param {import("./peer.js").Peer} peer */
const createMicrophone = (peer) => {
  const isOpen = signal(false);
  const hasFailed = signal(false);
  /** @type {MediaStreamTrack | null} */
  let track = null;
  return {
    isOpen,
    hasFailed,
    /** @returns {Promise<boolean>} whether there is a microphone to open */
    async ready() {
      if (track?.readyState === "live") return true;
      try {
        const audio = { echoCancellation: false, noiseSuppression: true, autoGainControl: true };
        const stream = await navigator.mediaDevices.getUserMedia({ audio });
        track = stream.getAudioTracks()[0] ?? null;
        if (track) track.enabled = false;
        await peer.send({ microphone: track });
      } catch {
        track = null; // Refused or unplugged: the page says so and the next press asks again.
      }
      hasFailed.value = track === null;
      return track !== null;
    },
    close() {
      track?.stop();
      track = null;
      isOpen.value = false;
    },
    /** @param {boolean} open */
    set(open) {
      if (track) track.enabled = open;
      isOpen.value = open;
    },
  };
};
