/** What comes out of the receiver, and words for all that may keep it silent. */

import { cx, el, h, useEffect } from "../../dom.js";
import { errorText, languageName, localized, t } from "../../i18n.js";
import { tellLockScreen } from "../../wake.js";
import { Icon } from "../parts.js";
import { usePlaying } from "../playing.js";
import { isInterpreted, isResting, isSpoken } from "./languages.js";

/** @typedef {import("../../wire.d.ts").View} View */
/** @typedef {import("./page.js").Receiver} Receiver */
/** @typedef {{ view: View, receiver: Receiver, tune: (lang: string | null) => void }} Props */

/** @param {Props} props */
export const Sound = ({ view, receiver, tune }) => {
  const lang = receiver.lang.value;
  const name = lang === "floor" ? t("listen.floor") : languageName(lang);
  const isConnected = receiver.state.value === "connected";
  const { element, isPlaying, play, pause } = usePlaying(receiver.stream.value);
  const isSilent = isConnected && !isPlaying;
  useEffect(() => {
    tellLockScreen({ title: name, artist: localized(view.session.title), playing: isPlaying }, { play, pause });
  }, [name, view.session, isPlaying]);
  useEffect(() => () => tellLockScreen(null), []);
  return el(
    "section",
    { class: "listen-sound", "aria-label": t("listen.sound") },
    element,
    isSilent && el("button", { type: "button", class: "button primary listen-hear", onClick: play }, h(Icon, { name: "speaker" }), t("listen.hear")),
    el("p", { role: "status", class: cx("listen-state", (isSilent || !isConnected) && "warn") }, isSilent ? t("listen.silent") : words(view, receiver, lang, name)),
    receiver.state.value === "refused" && el("button", { type: "button", class: "button", onClick: receiver.hurry }, t("listen.again")),
    el("button", { type: "button", class: "button", onClick: () => tune(null) }, h(Icon, { name: "speaker_off" }), t("listen.stop")),
  );
};

/** @param {View} view @param {Receiver} receiver @param {string} lang @param {string} name */
function words(view, receiver, lang, name) {
  const fault = receiver.fault.value;
  const state = receiver.state.value;
  if (fault && state !== "connected") return faultWords(fault);
  const isOwn = lang === "floor" || isSpoken(view, lang) || isInterpreted(view, lang) || isResting(view, lang);
  if (state === "connected" && !isOwn) return t("listen.original", { language: name });
  return state === "refused" ? "" : t(`listen.state.${state}`, { language: name });
}

/** What keeps the sound away, in this page's words. @type {Record<string, import("../../i18n.js").Key>} */
const FAULTS = {
  "media.full": "listen.fault.full",
  "request.too_many": "listen.fault.many",
  "media.unavailable": "listen.fault.none_yet",
  "media.ice_failed": "listen.fault.network",
  "media.timeout": "listen.fault.network",
  "media.starved": "listen.state.recovering",
};

/** @param {string} code */
const faultWords = (code) => {
  const known = FAULTS[code];
  return known ? t(known) : errorText(code);
};
