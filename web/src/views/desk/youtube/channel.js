/** Whether somebody is signed in for a language's channel, and the way to where organisers sign in. */

import { cx, el } from "../../../dom.js";
import { day, timeOfDay } from "../../../i18n.js";
import { sentence, yt } from "./words.js";

/** @typedef {import("../context.js").Desk} Desk */
/** @typedef {import("./flow.js").BroadcastView} BroadcastView */

/** One quiet line while all is well; what to do when it is not. @param {{ desk: Desk, broadcast: BroadcastView }} props */
export const ChannelLine = ({ desk, broadcast }) => {
  const found = desk.view.youtube?.channels.find(({ langs }) => langs.includes(broadcast.lang));
  if (!found || found.verdict === "none") return null;
  const name = found.title || found.channel;
  if (found.verdict === "good") return el("p", { class: "yt-channel" }, yt("channel.good", { name }));
  // The verdict above says it already.
  if (found.code === broadcast.code) return null;
  const { timezone } = desk.view.session;
  const date = found.expires_at === null ? "" : `${day(found.expires_at, timezone)} ${timeOfDay(found.expires_at, timezone)}`;
  return el(
    "p",
    { class: cx("yt-channel", `channel-${found.verdict}`) },
    el("i", { class: "mark", "aria-hidden": "true" }),
    el("span", {}, yt("channel.says", { name, sentence: sentence(found.code, { date }) })),
  );
};

/** For organisers, whose ticket opens it. @param {{ url: string }} props */
export const ChannelsLink = ({ url }) =>
  el("a", { class: "act yt-channels", href: url, target: "_blank", rel: "noopener" }, yt("channel.page"));
