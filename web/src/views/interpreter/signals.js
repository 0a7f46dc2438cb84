/** What the booth tells the desk with one key. */

import { cx, el, h, useEffect, useState } from "../../dom.js";
import { t } from "../../i18n.js";
import { SIGNALS } from "./keys.js";

/** @typedef {import("./desk.js").BoothDesk} BoothDesk */
/** @typedef {import("../../wire.d.ts").BoothView} BoothView */

/** How long "seen" stands. */
const SEEN_MS = 20_000;

/** @param {{ desk: BoothDesk, booth: BoothView }} props */
export const Signals = ({ desk, booth }) =>
  el(
    "section",
    { class: "card signals", "aria-labelledby": "signals-title" },
    el("h2", { id: "signals-title" }, t("signals.title")),
    el(
      "div",
      { class: "signal-keys" },
      SIGNALS.map((signal, index) =>
        h(SignalKey, { key: signal, desk, signal, number: index + 1, isRaised: booth.signals.some((one) => one.signal === signal) }),
      ),
    ),
    h(TakeBack, { desk, booth }),
  );

/** What this interpreter raised last, if nobody has seen it: a wrong key is taken back. @param {BoothDesk} desk */
export const lastRaised = ({ booth, me }) => booth.value?.signals.findLast((one) => one.seat === me.value?.seat) ?? null;

/** @param {{ desk: BoothDesk, booth: BoothView }} props */
const TakeBack = ({ desk }) => {
  const raised = lastRaised(desk);
  const signal = /** @type {import("./desk.js").SignalKind | undefined} */ (raised?.signal);
  return el(
    "button",
    {
      type: "button", class: "button signal-back", disabled: signal === undefined, "aria-keyshortcuts": "0",
      onClick: () => signal && desk.takeBack(signal),
    },
    el("kbd", { "aria-hidden": "true" }, "0"),
    signal ? t("signals.take_back", { signal: t(`signal.${signal}`) }) : t("signals.take_back.none"),
  );
};

/** @param {{ desk: BoothDesk, signal: import("./desk.js").SignalKind, number: number, isRaised: boolean }} props */
const SignalKey = ({ desk, signal, number, isRaised }) => {
  const isSeen = useSeen(isRaised);
  const state = isRaised ? "waits" : isSeen ? "seen" : null;
  return el(
    "button",
    {
      type: "button", class: cx("button", "signal", state), "aria-keyshortcuts": String(number), "aria-pressed": isRaised,
      "aria-busy": desk.acts.pending.value.has(`booth.signal ${signal}`), onClick: () => desk.tell(signal),
    },
    el("kbd", { "aria-hidden": "true" }, String(number)),
    el("span", {}, t(`signal.${signal}`)),
    el("small", {}, state ? t(`signals.${state}`) : ""),
  );
};

/** Whether a signal that was raised has just been seen. @param {boolean} isRaised */
function useSeen(isRaised) {
  const [before, setBefore] = useState(isRaised);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    setBefore(isRaised);
    setSeen(before && !isRaised);
    if (!before || isRaised) return undefined;
    const timer = setTimeout(() => setSeen(false), SEEN_MS);
    return () => clearTimeout(timer);
  }, [isRaised]);
  return isSeen;
}
