/**
 * The recording in a `<video>`: any of its sounds beside the one picture. hls.js where it can run,
 * the browser's own player elsewhere (iPhone).
 */

/**
 * @param {HTMLVideoElement} video
 * @param {string} playlist
 * @param {{ start_s: number, sound: string, onLost: () => void }} options
 *   `onLost`: the files cannot be fetched any more
 */
export function playRecording(video, playlist, { start_s, sound, onLost }) {
  /** @type {import("hls.js").default | null} */
  let hls = null;
  /** @type {typeof import("hls.js").default | null} */
  let Hls = null;
  let chosen = sound;
  let begin_s = start_s;
  let isAsked = false;
  let isStopped = false;
  video.addEventListener("error", onLost);
  video.addEventListener("loadedmetadata", begin);

  function applySound() {
    if (hls) {
      const index = hls.audioTracks.findIndex(({ name }) => name === chosen);
      if (index >= 0 && index !== hls.audioTrack) hls.audioTrack = index;
      return;
    }
    const tracks = /** @type {{ audioTracks?: ArrayLike<{ label: string, enabled: boolean }> }} */ (video).audioTracks;
    for (const track of Array.from(tracks ?? [])) track.enabled = track.label === chosen;
  }

  /** The browser's own player knows sounds and length only now, and a jump has something to go to. */
  function begin() {
    if (!hls && begin_s > 0) video.currentTime = begin_s;
    applySound();
    if (isAsked) void video.play().catch(() => undefined);
  }

  async function load() {
    const module = await import("hls.js").catch(() => null);
    if (isStopped) return;
    if (!module) {
      onLost();
      return;
    }
    if (module.default.isSupported()) {
      Hls = module.default;
      attach(Hls);
    } else {
      video.src = playlist;
    }
  }

  /** @param {typeof import("hls.js").default} Hls */
  function attach(Hls) {
    hls?.destroy();
    const player = new Hls({ startPosition: begin_s, backBufferLength: 60, maxBufferLength: 30 });
    hls = player;
    player.on(Hls.Events.AUDIO_TRACKS_UPDATED, applySound);
    player.on(Hls.Events.ERROR, (_event, problem) => {
      if (!problem.fatal) return;
      if (problem.type === Hls.ErrorTypes.MEDIA_ERROR) player.recoverMediaError();
      else onLost();
    });
    player.loadSource(playlist);
    player.attachMedia(video);
  }

  void load();
  return {
    /** @param {string} name */
    hear(name) {
      chosen = name;
      applySound();
    },
    /** @param {number} at_s */
    jump(at_s) {
      if (video.readyState >= video.HAVE_METADATA) {
        video.currentTime = at_s;
        void video.play().catch(() => undefined);
        return;
      }
      // Nothing is there to seek in, and what is loaded next would begin at its own beginning.
      begin_s = at_s;
      isAsked = true;
      if (Hls) attach(Hls);
    },
    stop() {
      isStopped = true;
      hls?.destroy();
      video.removeEventListener("error", onLost);
      video.removeEventListener("loadedmetadata", begin);
      video.removeAttribute("src");
    },
  };
}
