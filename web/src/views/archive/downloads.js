/** The recording to keep: whole, each sound, captions, chapters. */

import { el, h } from "../../dom.js";
import { languageName, t, timeOfDay } from "../../i18n.js";
import { bytes, elapsed } from "../desk/format.js";
import { longName } from "./sounds.js";

/** @typedef {import("./page.js").Playable} Playable */
/** @typedef {import("./page.js").Part} Part */

/** @param {{ recording: Playable }} props */
export const Downloads = ({ recording }) => {
  const { base, captions, parts, session, timezone } = recording;
  return el(
    "section",
    { class: "downloads", "aria-labelledby": "downloads" },
    el("h2", { id: "downloads" }, t("archive.downloads")),
    el(
      "ul",
      { class: "downloads-list" },
      parts.map((part) =>
        el(
          "li",
          { key: part.name, class: "downloads-part" },
          parts.length > 1
            ? el("h3", {}, t("archive.part", { from: timeOfDay(part.began_at, timezone), length: elapsed(part.length_ms) }))
            : null,
          h(PartFiles, { part, base, session }),
        ),
      ),
      el(
        "li",
        { class: "downloads-part" },
        captions.map((lang) =>
          h(File, { key: lang, href: `${base}captions-${lang}.vtt`, name: `${session}-${lang}.vtt`, text: t("archive.captions", { language: languageName(lang) }), note: "VTT" }),
        ),
        h(File, { href: `${base}chapters.vtt`, name: `${session}-chapters.vtt`, text: t("archive.chapters"), note: "VTT" }),
        h(File, { href: `${base}chapters.json`, name: `${session}-chapters.json`, text: t("archive.chapters"), note: "JSON" }),
      ),
    ),
  );
};

/** @param {{ part: Part, base: string, session: string }} props */
const PartFiles = ({ part, base, session }) => {
  const stem = `${session}-${part.name}`;
  return [
    part.kept
      ? h(File, { href: `${base}${part.name}.mkv`, name: `${stem}.mkv`, text: t("archive.whole"), note: `MKV · ${bytes(part.size_bytes ?? 0)}` })
      : null,
    (part.sounds ?? []).map((sound) =>
      h(File, { key: sound, href: `${base}${part.name}/${sound}.m4a`, name: `${stem}-${sound}.m4a`, text: t("archive.sound.file", { sound: longName(sound) }), note: "M4A" }),
    ),
  ];
};

/** @param {{ href: string, name: string, text: string, note: string }} props */
const File = ({ href, name, text, note }) =>
  el("a", { class: "download", href, download: name }, el("span", {}, text), el("small", {}, note));
