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
