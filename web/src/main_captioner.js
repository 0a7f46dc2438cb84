/**
 * The captioner's page: what is typed or pasted goes out line by line, in order, none twice.
 * Whoever writes a language hears it: the interpreter while the floor speaks another one.
 */

import { connect } from "./connection.js";
import { computed, effect, h, render, signal } from "./dom.js";
import { localized, t } from "./i18n.js";
import { Opening } from "./views/audience/page.js";
import { CaptionerPage } from "./views/captioner/page.js";
import { createWhep } from "./whep.js";

/** @typedef {import("./main_join.js").Admission} Admission */

/** Lines pasted together follow one another no faster than they can be read. @param {string} text */
const pace_ms = (text) => Math.max(1500, 55 * text.length);

/**
 * @param {Admission} admission
 * @param {HTMLElement} root
 */
export function open(admission, root) {
  const connection = connect({ ticket: admission.ticket });
  const source = createWhep({ session: admission.session, lang: "floor", ticket: admission.ticket });
  const chosen = signal(/** @type {string | null} */ (null));
  const line = signal({ waiting: 0, refused: /** @type {string | null} */ (null) });
  /** @type {{ lang: string, text: string }[]} */
  const queue = [];
  let isSending = false;

  const pump = async () => {
    if (isSending) return;
    isSending = true;
    while (queue.length) {
      const [next] = queue;
      if (!next) break;
      const ack = await connection.command("caption.say", next);
      if (!ack.ok && ack.error.code.startsWith("connection.")) break; // Kept; sent when the line is back.
      queue.shift();
      line.value = { waiting: queue.length, refused: ack.ok ? null : ack.error.code };
      if (queue.length) await new Promise((resolve) => setTimeout(resolve, pace_ms(next.text)));
    }
    isSending = false;
  };
  effect(() => {
    const view = connection.view.value;
    if (view) document.title = `${localized(view.session.title)} · ${t("captioner.title")}`;
    if (connection.status.value === "online") void pump();
  });
  const written = computed(() => {
    const planned = connection.view.value?.session.captions ?? [];
    return chosen.value ?? planned.find((tag) => tag === admission.language) ?? planned[0] ?? "en";
  });
  effect(() => {
    const languages = connection.view.value?.session.languages ?? [];
    source.tune(languages.includes(written.value) ? written.value : "floor");
  });
  const Page = () => {
    const view = connection.view.value;
    if (!view) return h(Opening, { code: connection.refusal.value?.code ?? null });
    const lang = written.value;
    return h(CaptionerPage, {
      view, lang, stream: source.stream.value, isOnline: connection.status.value === "online", line: line.value,
      choose: (tag) => { chosen.value = tag; },
      send: (lines) => {
        queue.push(...lines.map((text) => ({ lang, text })));
        line.value = { waiting: queue.length, refused: null };
        void pump();
      },
    });
  };
  source.start();
  render(h(Page, {}), root);
}
