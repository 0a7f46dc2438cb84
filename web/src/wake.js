/**
 * What a phone does in a pocket, and how to live with it: the screen sleeps, scripts are slowed,
 * sound is paused by a call, and the controls are those of the lock screen.
 */

/**
 * Keep the screen on, until told otherwise. A lock ends whenever the page is hidden, so it is asked for anew
 * on return; a browser that refuses (low battery, no secure address) lets its screen sleep.
 *
 * @returns {() => void} the way to let it sleep again
 */
export function keepAwake() {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let wanted = true;
  async function ask() {
    if (!wanted || document.hidden || (lock && !lock.released)) return;
    const got = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    if (wanted) lock = got;
    else void got?.release();
  }
  document.addEventListener("visibilitychange", ask);
  void ask();
  return () => {
    wanted = false;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release().catch(() => undefined);
  };
}

/**
 * Call whenever somebody looks at the page again or the network is back: what stood still may go on.
 *
 * @param {() => void} callback
 * @returns {() => void} the way to stop
 */
export function onReturn(callback) {
  const look = () => {
    if (!document.hidden) callback();
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
  window.addEventListener("online", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("pageshow", look);
    window.removeEventListener("online", look);
  };
}

/**
 * Say on the lock screen and to the keys of a headset what is heard, and take play and pause from there.
 *
 * @param {{ title: string, artist: string, playing: boolean } | null} heard null: nothing any more
 * @param {{ play: () => void, pause: () => void }} [keys]
 */
export function tellLockScreen(heard, keys) {
  const session = navigator.mediaSession;
  if (!session) return;
  session.metadata = heard && new MediaMetadata({ title: heard.title, artist: heard.artist });
  session.playbackState = heard ? (heard.playing ? "playing" : "paused") : "none";
  session.setActionHandler("play", keys?.play ?? null);
  session.setActionHandler("pause", keys?.pause ?? null);
  session.setActionHandler("stop", keys?.pause ?? null);
}
