/** The way into somebody's own calendar. */

import { el } from "../../dom.js";
import { language, t } from "../../i18n.js";

/**
 * The whole programme, or one session with its `title`.
 *
 * @param {{ path: string, title?: string }} props
 */
export const CalendarLink = ({ path, title }) =>
  el(
    "a",
    {
      class: "button quiet calendar-link", href: `${path}?lang=${language.value}`,
      ...(title === undefined ? {} : { "aria-label": t("calendar.add.long", { title }) }),
    },
    t(title === undefined ? "calendar.all" : "calendar.add"),
  );
