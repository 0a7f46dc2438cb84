/**
 * The program as HLS in a `<video>`: the browser's own player where there is one, hls.js elsewhere.
 */

import { signal } from "@preact/signals";

/** @typedef {"idle" | "loading" | "playing" | "waiting" | "failed"} PlayerState */

const RETRY_MS = 3000;

/**
 * Keep a video element on a playlist for ever; a stream that is not there yet is tried again.
 *
 * @param {HTMLVideoElement} video
 */
export function createPlayer(video) {
  const state = signal(/** @type {PlayerState} */ ("idle"));
  /** @type {import("hls.js").default | null} */
  let hls = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let generation = 0;
  /** @type {string | null} */
  let captions = null;
  /** @type {string | null} */
  let sound = null;

  const onPlaying = () => (state.value = "playing");
  const onWaiting = () => (state.value = "waiting");
  const onError = () => again("failed");
  // The broadcast before this one, played out: the new one takes the place of its playlist.
  const onEnded = () => again("loading");
  video.addEventListener("playing", onPlaying);
  video.addEventListener("waiting", onWaiting);
  video.addEventListener("error", onError);
  video.addEventListener("ended", onEnded);
  let url = "";

  /** Show the captions of the wanted language, whoever plays. */
  function applyCaptions() {
    if (hls) {
      hls.subtitleDisplay = captions !== null;
      hls.subtitleTrack = captions === null ? -1 : hls.subtitleTracks.findIndex((track) => track.lang === captions);
      return;
    }
    for (const track of video.textTracks) track.mode = captions !== null && track.language === captions ? "showing" : "disabled";
  }

  /** Play the wanted language beside the same picture; says whether it is there. */
  function applySound() {
    if (hls) {
      const index = hls.audioTracks.findIndex(({ lang }) => lang === sound);
      if (index >= 0 && index !== hls.audioTrack) hls.audioTrack = index;
      return index >= 0;
    }
    const tracks = Array.from(/** @type {{ audioTracks?: ArrayLike<{ language: string, enabled: boolean }> }} */ (video).audioTracks ?? []);
    if (!tracks.some(({ language }) => language === sound)) return false;
    for (const track of tracks) track.enabled = track.language === sound;
    return true;
  }

  /** @param {"failed" | "loading"} meanwhile */
  function again(meanwhile) {
    if (!url) return;
    state.value = meanwhile;
    clearTimeout(timer);
    timer = setTimeout(() => void load(url), RETRY_MS);
  }

  function drop() {
    clearTimeout(timer);
    hls?.destroy();
    hls = null;
  }

  /**
   * Play this playlist from its live edge.
   *
   * @param {string} playlist
   */
  async function load(playlist) {
    const mine = ++generation;
    drop();
    url = playlist;
    state.value = "loading";
    // hls.js first: it follows the live edge and recovers; the native player serves where it cannot run.
    const player = await import("hls.js").catch(() => null);
    if (mine !== generation) return;
    if (!player) {
      // The line broke before the player itself had come.
      again("failed");
      return;
    }
    const Hls = player.default;
    if (Hls.isSupported()) {
      hls = new Hls({ liveSyncDurationCount: 2, maxLiveSyncPlaybackRate: 1.1, backBufferLength: 30 });
      hls.on(Hls.Events.ERROR, (_event, problem) => {
        if (!problem.fatal) return;
        if (problem.type === Hls.ErrorTypes.MEDIA_ERROR) hls?.recoverMediaError();
        else again("failed");
      });
      hls.once(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
        if (details.live) return;
        drop();
        again("loading");
      });
      hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, applyCaptions);
      hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, applySound);
      hls.loadSource(playlist);
      hls.attachMedia(video);
    } else {
      video.src = playlist;
    }
    // Browsers refuse sound without a touch; the page shows a button then (`video.paused`).
    await video.play().catch(() => undefined);
  }

  return {
    state,
    /** @param {string} playlist one of the language's own, to begin with @param {string} lang */
    load(playlist, lang) {
      sound = lang;
      return load(playlist);
    },
    /**
     * Another language: the picture plays on where it is. A player that has not got it begins anew.
     *
     * @param {string} playlist of this language @param {string} lang
     */
    hear(playlist, lang) {
      if (lang === sound) return;
      sound = lang;
      if (!applySound()) void load(playlist);
    },
    /** @param {string | null} lang the language to read, or none */
    caption(lang) {
      captions = lang;
      applyCaptions();
    },
    stop() {
      generation += 1;
      url = "";
      drop();
      video.removeAttribute("src");
      video.removeEventListener("playing", onPlaying);
      video.removeEventListener("waiting", onWaiting);
      video.removeEventListener("error", onError);
      video.removeEventListener("ended", onEnded);
      state.value = "idle";
    },
  };
}

/** @typedef {ReturnType<typeof createPlayer>} Player */
