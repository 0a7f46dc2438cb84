/**
 * The room's own screen: the program full size, who speaks, who is next, and a clock for the far wall.
 * `/s/{session}/program?lang=en`, with a ticket in the fragment where the session is not public.
 */

import { connect } from "./connection.js";
import { tick } from "./clock.js";
import { computed, el, h, render } from "./dom.js";
import { errorText, language, t } from "./i18n.js";
import { Messages, Notice } from "./views/parts.js";
import { ProgramMonitor } from "./views/room/monitor.js";
import { keepAwake } from "./wake.js";
import { createWhep } from "./whep.js";

const session = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const lang = new URLSearchParams(location.search).get("lang") ?? "floor";
const ticket = decodeURIComponent(location.hash.slice(1));

const connection = connect(ticket ? { ticket } : { session });
const source = createWhep({ session, lang, ticket });
const now_ms = computed(() => tick.value + connection.offset_ms.value);

function Page() {
  const { view, status, refusal } = connection;
  const content =
    status.value === "refused"
      ? h(Notice, { mark: "!", title: t("join.failed"), text: errorText(refusal.value?.code ?? "unknown") })
      : view.value
        ? h(ProgramMonitor, { view: view.value, source, now_ms: now_ms.value, online: status.value === "online" })
        : h(Notice, { title: t("standing.connecting"), busy: true });
  return el("div", { class: "page", lang: language.value }, content, h(Messages, {}));
}

source.start();
keepAwake();
render(h(Page, {}), /** @type {HTMLElement} */ (document.getElementById("page")));
