/** Looks at one RTCPeerConnection once a second: how the link is, and whether what it brings stands still. */

/**
 * @typedef {object} Link
 * @property {number} down_kbps
 * @property {number} up_kbps
 * @property {number} lost share of packets lost on the way here, 0 to 1
 * @property {number} rtt_ms
 * @property {number} fps pictures a second that arrive
 * @property {"good" | "weak" | "lost"} verdict
 */

const EVERY_MS = 1000;
const STARVED_AFTER_MS = 3000;
const PATIENCE_AT_START_MS = 8000;

/** @param {number} lost @param {number} rtt_ms @param {boolean} arriving @returns {Link["verdict"]} */
export function verdictOf(lost, rtt_ms, arriving) {
  if (!arriving) return "lost";
  return lost > 0.04 || rtt_ms > 400 ? "weak" : "good";
}

/** @param {RTCStatsReport} report */
function totals(report) {
  const sums = { received_bytes: 0, sent_bytes: 0, packets: 0, lost: 0, frames: 0, rtt_ms: 0 };
  report.forEach((entry) => {
    if (entry.type === "inbound-rtp") {
      sums.received_bytes += entry.bytesReceived ?? 0;
      sums.packets += entry.packetsReceived ?? 0;
      sums.lost += Math.max(0, entry.packetsLost ?? 0);
      if (entry.kind === "video") sums.frames += entry.framesReceived ?? entry.framesDecoded ?? 0;
    } else if (entry.type === "outbound-rtp") {
      sums.sent_bytes += entry.bytesSent ?? 0;
    } else if (entry.type === "candidate-pair" && entry.nominated) {
      sums.rtt_ms = (entry.currentRoundTripTime ?? 0) * 1000;
    }
  });
  return sums;
}

/**
 * @param {RTCPeerConnection} pc
 * @param {{ onLink: (link: Link) => void, onStarved: () => void, soundOnly?: boolean }} tell a receiver
 *   starves without packets, anybody else without pictures
 * @returns {() => void} the way to stop
 */
export function watch(pc, { onLink, onStarved, soundOnly = false }) {
  /** @type {ReturnType<typeof totals> | null} */
  let before = null;
  let before_ms = performance.now();
  let last_arrival_ms = performance.now();
  let seen = false;
  let stopped = false;

  async function look() {
    const report = await pc.getStats().catch(() => null);
    if (!report || stopped) return;
    const sums = totals(report);
    const now_ms = performance.now();
    if (before) {
      const s = Math.max(0.001, (now_ms - before_ms) / 1000);
      const packets = sums.packets - before.packets;
      const lost = sums.lost - before.lost;
      const frames = sums.frames - before.frames;
      if (soundOnly ? packets > 0 : frames > 0) {
        seen = true;
        last_arrival_ms = now_ms;
      }
      const share = packets + lost > 0 ? Math.max(0, lost) / (packets + lost) : 0;
      onLink({
        down_kbps: ((sums.received_bytes - before.received_bytes) * 8) / 1000 / s,
        up_kbps: ((sums.sent_bytes - before.sent_bytes) * 8) / 1000 / s,
        lost: share, rtt_ms: sums.rtt_ms, fps: frames / s,
        verdict: verdictOf(share, sums.rtt_ms, packets > 0),
      });
      // A page asleep measures late; only time it was awake counts.
      if (now_ms - before_ms > 3 * EVERY_MS) last_arrival_ms = now_ms;
      const patience_ms = seen ? STARVED_AFTER_MS : PATIENCE_AT_START_MS;
      if (now_ms - last_arrival_ms > patience_ms) {
        last_arrival_ms = now_ms;
        onStarved();
      }
    }
    before = sums;
    before_ms = now_ms;
  }

  const timer = setInterval(() => void look(), EVERY_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
