/** A QR code as one path: sharp at every size, on paper too. */

import encodeQR from "qr";

import { el, useMemo } from "../../dom.js";

/** Of the modules around the code, that readers need to find it. */
const QUIET = 4;

/** @param {{ text: string, label: string }} props */
export const QrCode = ({ text, label }) => {
  const rows = useMemo(() => encodeQR(text, "raw", { ecc: "medium", border: QUIET }), [text]);
  const path = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  const size = rows.length;
  return el(
    "svg",
    { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, shapeRendering: "crispEdges" },
    el("rect", { width: size, height: size, fill: "#fff" }),
    el("path", { d: path, fill: "#000" }),
  );
};
