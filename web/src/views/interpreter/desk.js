/**
 * What a booth's page knows and does, without any element: connection, microphone, sound, acts.
 *
 * The microphone's track is sent all the time, and is silent unless three agree: the room says that
 * this seat is on air, the person is past the sound check, and no cough is held. A signer's camera
 * is sent all the time too, but for a place that this page has not taken. Opening or reloading the
 * page begins at the check and takes back whatever an older page had.
 */

import { tick } from "../../clock.js";
import { createDevices } from "../../devices.js";
import { computed, effect, signal } from "../../dom.js";
import { createPeer } from "../../peer.js";
import { createActs } from "../desk/acts.js";
import { createHearing } from "./hearing.js";
import { createLarge } from "./large.js";
import { watchLink } from "./link.js";
import { sendCamera, sendMicrophone } from "./sending.js";
import { handingOf, isOthers, lampOf, ownBooth, relayable } from "./standing.js";
import { createTrial } from "./trial.js";
import { phrasesOf } from "./words.js";
import { createWriting } from "./writing.js";

/** @typedef {"check" | "booth" | "elsewhere"} Phase */
/** @typedef {"slow_down" | "no_sound" | "missed_name" | "closer_to_microphone"} SignalKind */

/** After an answer, until the view has surely followed; a refusal is not repeated at once. */
const SETTLE_MS = { done: 500, refused: 2000 };

/**
 * @param {import("../../main_join.js").Admission} admission
 * @param {import("../../connection.js").Connection} connection
 * @param {boolean} isSigning the booth is of a sign language: a camera instead of a microphone
 */
export function createBoothDesk({ ticket, session, ice_servers }, connection, isSigning) {
  const acts = createActs(connection.command);
  const devices = createDevices({ raw: true }, isSigning ? "picture" : "voice");
  const peer = createPeer(connection, { iceServers: ice_servers });
  const trial = createTrial(devices);
  const isChoosing = signal(false);
  const large = createLarge();
  const phase = signal(/** @type {Phase} */ ("check"));
  /** Nothing leaves this page until the room has seen the microphone closed. */
  const closed = signal(true);
  const wasHeard = signal(false);
  const now_ms = computed(() => tick.value + connection.offset_ms.value);
  const view = connection.view;
  const booth = computed(() => ownBooth(view.value));
  const isOnline = computed(() => connection.status.value === "online");
  const me = computed(() => booth.value?.interpreters.find((one) => one.seat === view.value?.you?.seat) ?? null);
  const isActive = computed(() => booth.value !== null && booth.value.active === view.value?.you?.seat);
  const isTakenOff = computed(() => !isActive.value && me.value?.taken_off != null);
  const canTake = computed(() => {
    const isMuted = !isSigning && (view.value?.you?.muted ?? false);
    return isOnline.value && booth.value?.active === null && (me.value?.ready ?? false) && !isMuted;
  });
  const weakLink = watchLink(peer.link, me);
  /** The room receives what this booth gives. */
  const isFlowing = computed(() => (isSigning ? me.value?.camera : me.value?.microphone) ?? false);
  const cough = createCough(connection.command);
  const isOpen = computed(() => phase.value === "booth" && isActive.value && !closed.value && !cough.held.value);
  const relaying = computed(() => me.value?.relay ?? "floor");
  const hearing = createHearing({ session, ticket, booth, isActive, source: computed(() => (relaying.value === "floor" ? "floor" : "relay")) });
  let lastRelay = "";
  effect(() => {
    if (relaying.value !== "floor") lastRelay = relaying.value;
  });

  const canHearPartner = computed(() => !isSigning && booth.value?.active != null && !isActive.value && booth.value.into !== null);

  if (isSigning) sendCamera(devices, peer, computed(() => isOpen.value || !isActive.value));
  else sendMicrophone(devices, peer, isOpen);
  keepReady();
  keepClosed();
  effect(() => {
    if (view.value?.program.engine === "up") peer.start();
  });
  effect(() => {
    const verdict = devices.verdict.value;
    // Whoever signs looks at their own picture.
    if (isSigning && devices.camera.value) wasHeard.value = true;
    if (verdict === "quiet" || verdict === "good" || verdict === "clipping" || verdict === "unmeasured") wasHeard.value = true;
  });
  effect(() => {
    if (peer.state.value !== "elsewhere" && connection.status.value !== "replaced") return;
    phase.value = "elsewhere";
    large.leave();
    hearing.close();
    devices.close();
  });
  void devices.open();

  /** Ready while the person wants to be and the microphone is known to flow: also after every reconnection. */
  function keepReady() {
    const isAsking = signal(false);
    let isFirst = true;
    effect(() => {
      const wanted = phase.value === "booth";
      const canBe = isFlowing.value && peer.state.value === "connected";
      if (me.value === null || !isOnline.value || phase.value === "elsewhere" || isAsking.value) return;
      // A page that was opened again says so: the older one was no loss then.
      const isBack = isFirst && me.value.taken_off === "lost";
      isFirst = false;
      if (!isBack && (me.value.ready === wanted || (wanted && !canBe))) return;
      isAsking.value = true;
      void connection.command("booth.ready", { ready: wanted }).then(({ ok }) => {
        setTimeout(() => (isAsking.value = false), ok ? SETTLE_MS.done : SETTLE_MS.refused);
      });
    });
  }

  /** A microphone closed here is given back, also when the line was down at that moment. */
  function keepClosed() {
    const isGiving = signal(false);
    effect(() => {
      if (phase.value !== "booth") return;
      if (!isActive.value) {
        closed.value = false;
        cough.forget();
      } else if (closed.value && isOnline.value && !isGiving.value) {
        isGiving.value = true;
        void connection.command("booth.off").then(({ ok }) => {
          setTimeout(() => (isGiving.value = false), ok ? SETTLE_MS.done : SETTLE_MS.refused);
        });
      }
    });
  }

  const lamp = computed(() => {
    const shown = view.value;
    const own = booth.value;
    if (!shown || !own) return null;
    return lampOf({
      view: shown, booth: own, isOnline: isOnline.value, isClosed: closed.value, isCoughing: cough.held.value,
      isHushed: !isSigning && devices.hushed.value,
      hasDevice: (isSigning ? devices.camera : devices.microphone).value !== null,
    });
  });
  const handing = computed(() => {
    const shown = view.value;
    return shown && booth.value ? handingOf(shown, booth.value, now_ms.value) : null;
  });

  return {
    connection, acts, devices, peer, phase, isSigning, phrase: phrasesOf(isSigning), hearing, booth, me, isActive, isTakenOff, canTake, isOpen, now_ms, lamp, handing,
    /** The check has heard a voice, or has a picture. */
    wasHeard,
    isFlowing,
    isCoughing: cough.held,
    trial,
    /** The way that the link is weak, if it is. */
    weakLink,
    /** The panel of devices is open. */
    isChoosing,
    large,
    glossary: createWriting(connection.command),

    enter() {
      closed.value = isActive.peek();
      phase.value = "booth";
      window.scrollTo(0, 0);
    },

    /** To a field; beside the large picture there is none. @param {string} id */
    goTo(id) {
      const focus = () => document.getElementById(id)?.focus();
      if (!large.isOn.peek()) return focus();
      large.leave();
      requestAnimationFrame(focus);
    },

    /** The page goes: its last word, so that the partner need not wait until it is missed. */
    goAway() {
      if (phase.value === "booth" && isOnline.value) void connection.command("booth.ready", { ready: false });
    },

    toggleDevices() {
      large.leave();
      isChoosing.value = !isChoosing.value;
      if (isChoosing.value) requestAnimationFrame(() => document.getElementById("booth-devices")?.focus());
    },

    /** Back to the sound check; whoever is on air is not. */
    stepOut() {
      closed.value = true;
      large.leave();
      cough.forget();
      isChoosing.value = false;
      phase.value = "check";
    },

    /** Closed here at once, opened only when the room has agreed. */
    toggleMicrophone() {
      if (isActive.value) closed.value = true;
      else void acts.run("booth.on", {});
    },

    /** @param {boolean} on */
    cough(on) {
      if (!on || (isOpen.value && !isSigning)) cough.hold(on);
    },

    /** The one act that the hand-over wants now. */
    handOver() {
      const kind = handing.value?.kind;
      if (kind === "offered" || kind === "asked" || kind === "lost") void acts.run("booth.accept", {});
      else if (kind === "may_offer") void acts.run("booth.offer", {});
      else if (kind === "may_request") void acts.run("booth.request", {});
    },

    /** To one of several partners. @param {string} to */
    offer: (to) => void acts.run("booth.offer", { to }),

    cancel() {
      const kind = handing.value?.kind;
      if (booth.value?.handover && kind && !isOthers(kind)) void acts.run("booth.cancel", {});
    },

    /** They have seen that they were taken off the air. */
    noteOff: () => void acts.run("booth.off_noted", {}),

    canHearPartner,

    hearPartner() {
      if (hearing.toPartner.value || canHearPartner.value) hearing.toPartner.value = !hearing.toPartner.value;
    },

    /** By hand, or automatically again where that is chosen already. @param {string} tag */
    giveInto(tag) {
      if (!isActive.value) return;
      const lang = booth.value?.output === tag ? null : tag;
      void acts.run("booth.output", { lang }, { key: `booth.output ${lang}` });
    },

    /** What is spoken on the floor is put right. @param {Record<string, string>} body */
    speaks: (body) => void acts.run("floor.speaks", body, { key: `floor.speaks ${Object.values(body).join(" ")}` }),

    /** @param {SignalKind} signal */
    takeBack: (signal) => void acts.run("booth.signal", { signal, on: false }, { key: `booth.signal ${signal} off` }),

    /** @param {SignalKind} signal */
    tell: (signal) => void acts.run("booth.signal", { signal }, { key: `booth.signal ${signal}` }),

    /** @param {string} lang */
    relay: (lang) => void acts.run("booth.relay", { lang }, { key: `booth.relay ${lang}` }),

    /** From the relay to the floor, and back to the relay that was heard last. */
    toggleSource() {
      const shown = view.value;
      if (!shown || !booth.value) return;
      const lang = relaying.value === "floor" ? lastRelay || relayable(shown, booth.value).tags[0] : "floor";
      if (lang) void acts.run("booth.relay", { lang }, { key: `booth.relay ${lang}` });
    },

    /** @param {string} text @returns {Promise<boolean>} whether it was sent */
    say: (text) => acts.run("booth.say", { text }),

    /** The answer to a desk that has muted this seat; going on air stays an act of its own. */
    unmute: () => void acts.run("self.mute", { muted: false }),
  };
}

/** @typedef {ReturnType<typeof createBoothDesk>} BoothDesk */

/**
 * The cough key: silent here at once, the room told in order however short the press.
 *
 * @param {import("../../connection.js").Connection["command"]} command
 */
function createCough(command) {
  const held = signal(false);
  let told = false;
  let isTelling = false;
  const tell = async () => {
    if (isTelling) return;
    isTelling = true;
    while (told !== held.peek()) {
      told = held.peek();
      await command("booth.cough", { on: told });
    }
    isTelling = false;
  };
  return {
    held,
    /** @param {boolean} on */
    hold(on) {
      if (held.peek() === on) return;
      held.value = on;
      void tell();
    },
    /** Off the air there is nothing to cough from. */
    forget() {
      held.value = false;
      told = false;
    },
  };
}
