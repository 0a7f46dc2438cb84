/** Sound without a picture, and whether it really plays. */

import { el, useEffect, useRef, useState } from "../dom.js";
import { onReturn } from "../wake.js";

/**
 * Play a stream; say whether it plays. Browsers want a touch before sound, and a call or the lock
 * screen may pause it: then it waits for a hand, or for somebody to look again.
 *
 * @param {MediaStream | null} stream
 */
export function usePlaying(stream) {
  const audio = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const [isPlaying, setPlaying] = useState(true);
  const wantsPause = useRef(false);
  const play = () => {
    wantsPause.current = false;
    audio.current?.play().then(() => setPlaying(true), (error) => error?.name === "NotAllowedError" && setPlaying(false));
  };
  const pause = () => {
    wantsPause.current = true;
    audio.current?.pause();
  };
  useEffect(() => {
    if (!audio.current) return;
    audio.current.srcObject = stream;
    if (stream && !wantsPause.current) play();
  }, [stream]);
  useEffect(() => onReturn(() => audio.current?.srcObject && audio.current.paused && !wantsPause.current && play()), []);
  const element = el("audio", { ref: audio, autoplay: true, onPlaying: () => setPlaying(true), onPause: () => setPlaying(false) });
  return { element, isPlaying, play, pause };
}
