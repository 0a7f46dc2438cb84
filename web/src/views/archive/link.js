/** The way to the recording, from other pages. */

import { el, useEffect, useSignal } from "../../dom.js";
import { t } from "../../i18n.js";

const LOOK_MS = 15_000;

/** @param {string} session */
export const archivePath = (session) => `/s/${encodeURIComponent(session)}/archive`;

/** @param {{ session: string, title: string }} props */
export const ArchiveLink = ({ session, title }) =>
  el("a", { class: "button", href: archivePath(session), "aria-label": t("archive.link.long", { title }) }, t("archive.link"));

/** Whether the recording is open to everybody; looked at again until it is. @param {string} session */
export const useOpenArchive = (session) => {
  const isOpen = useSignal(false);
  useEffect(() => {
    let timer = 0;
    const look = async () => {
      try {
        const answer = await fetch(`/api/sessions/${encodeURIComponent(session)}`);
        isOpen.value = answer.ok && (await answer.json()).archive === true;
      } catch {
        // The next look tells.
      }
      if (!isOpen.value) timer = window.setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => clearTimeout(timer);
  }, [session]);
  return isOpen.value;
};

/**
 * Where in the recording each answered question is, in milliseconds, by its id; empty until the recording
 * is open to everybody.
 *
 * @param {string} session
 * @param {boolean} isAsked  nothing is looked for before
 */
export const useAnswers = (session, isAsked) => {
  const found = useSignal(/** @type {Record<string, number>} */ ({}));
  useEffect(() => {
    found.value = {};
    if (!isAsked) return undefined;
    let timer = 0;
    const look = async () => {
      const answer = await fetch(`/api/sessions/${encodeURIComponent(session)}/archive`).catch(() => null);
      if (answer && [401, 403, 404].includes(answer.status)) return; // Not for everybody, now or later.
      const told = answer?.ok ? await answer.json().catch(() => null) : null;
      const chapters = /** @type {import("./page.js").Chapter[]} */ (told?.chapters ?? []);
      found.value = Object.fromEntries(chapters.flatMap(({ question, at_ms }) => (question ? [[question, at_ms]] : [])));
      if (told?.state !== "ready") timer = window.setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => clearTimeout(timer);
  }, [session, isAsked]);
  return found.value;
};
