/**
 * Notes when a camera's first picture has gone out.
 *
 * The server knows of a camera by its pictures. One that is told to rest before it has sent any
 * would pass for no camera at all, so it rests only after its first.
 */

const LOOK_EVERY_MS = 500;

/**
 * @param {RTCRtpSender} sender
 * @param {() => void} onSent called once
 * @returns {() => void} the way to stop looking
 */
export function watchFirstPicture(sender, onSent) {
  const timer = setInterval(async () => {
    if (sender.track === null) return;
    for (const report of (await sender.getStats()).values()) {
      if (report.type !== "outbound-rtp" || !(report.framesSent > 0)) continue;
      clearInterval(timer);
      onSent();
      return;
    }
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
