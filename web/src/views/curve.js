/** A small curve of viewers over time, with its highest and newest figure in words. */

import { el } from "../dom.js";

const WIDTH_PX = 240;
const HEIGHT_PX = 40;
const EDGE_PX = 3;

/** One language's counts, as the server sums them up. @typedef {{ lang: string, now: number | null, peak: number | null, peak_at: number | null, mean: number | null, views: number | null, samples: ReadonlyArray<readonly [number, number | null, number | null]> }} ViewersFigures */

/**
 * Fewer than two counts make no curve.
 *
 * @param {{ samples: ViewersFigures["samples"], label: string }} props
 */
export const Curve = ({ samples, label }) => {
  const counted = samples.flatMap(([at, viewers]) => (viewers === null ? [] : [{ at, viewers }]));
  const [first] = counted;
  const last = counted.at(-1);
  if (!first || !last || first.at === last.at) return null;
  const top = Math.max(1, ...counted.map(({ viewers }) => viewers));
  /** @param {{ at: number, viewers: number }} sample */
  const place = ({ at, viewers }) => ({
    x: EDGE_PX + ((at - first.at) / (last.at - first.at)) * (WIDTH_PX - 2 * EDGE_PX),
    y: HEIGHT_PX - EDGE_PX - (viewers / top) * (HEIGHT_PX - 2 * EDGE_PX),
  });
  const line = counted.map(place).map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const end = place(last);
  return el(
    "svg",
    { class: "curve", role: "img", "aria-label": label, viewBox: `0 0 ${WIDTH_PX} ${HEIGHT_PX}`, preserveAspectRatio: "none" },
    el("polyline", { points: line, fill: "none", "vector-effect": "non-scaling-stroke" }),
    el("polyline", { class: "now", points: `${end.x},${end.y} ${end.x},${end.y}`, "vector-effect": "non-scaling-stroke" }),
  );
};
