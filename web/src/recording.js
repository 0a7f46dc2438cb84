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
  let chosen = sound;
  let isStopped = false;
  video.addEventListener("error", onLost);

  function applySound() {
    if (hls) {
      const index = hls.audioTracks.findIndex(({ name }) => name === chosen);
      if (index >= 0 && index !== hls.audioTrack) hls.audioTrack = index;
      return;
    }
    const tracks = /** @type {{ audioTracks?: ArrayLike<{ label: string, enabled: boolean }> }} */ (video).audioTracks;
    for (const track of Array.from(tracks ?? [])) track.enabled = track.label === chosen;
  }

  /** The browser's own player knows sounds and length only now. */
  function begin() {
    if (start_s > 0) video.currentTime = start_s;
    applySound();
  }

  async function load() {
    const module = await import("hls.js").catch(() => null);
    if (isStopped) return;
    if (!module) {
      onLost();
      return;
    }
    const Hls = module.default;
    if (!Hls.isSupported()) {
      video.src = playlist;
      video.addEventListener("loadedmetadata", begin);
      return;
    }
    hls = new Hls({ startPosition: start_s, backBufferLength: 60, maxBufferLength: 30 });
    hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, applySound);
    hls.on(Hls.Events.ERROR, (_event, problem) => {
      if (!problem.fatal) return;
      if (problem.type === Hls.ErrorTypes.MEDIA_ERROR) hls?.recoverMediaError();
      else onLost();
    });
    hls.loadSource(playlist);
    hls.attachMedia(video);
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
      video.currentTime = at_s;
      void video.play().catch(() => undefined);
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
