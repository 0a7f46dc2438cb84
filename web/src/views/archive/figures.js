/** The report after the event, for organisers: a page to print, and tables. */

import { el, useSignal } from "../../dom.js";
import { language, t } from "../../i18n.js";

/** @typedef {import("./page.js").SaveReport} SaveReport */
/** @typedef {"turns" | "speakers" | "questions" | "languages" | "outputs" | "terms"} Table */

/** @type {readonly Table[]} */
const TABLES = ["turns", "speakers", "questions", "languages", "outputs", "terms"];

/** @param {{ saveReport: SaveReport }} props */
export const Figures = ({ saveReport }) => {
  const hasFailed = useSignal(false);
  /** @param {string} query @param {string} name */
  const save = async (query, name) => {
    try {
      await saveReport(query, name);
      hasFailed.value = false;
    } catch {
      hasFailed.value = true;
    }
  };
  /** @param {string} text @param {string} note @param {string} query @param {string} name */
  const button = (text, note, query, name) =>
    el("button", { key: name, type: "button", class: "download", onClick: () => void save(query, name) }, el("span", {}, text), el("small", {}, note));
  return el(
    "section",
    { class: "downloads", "aria-labelledby": "figures" },
    el("h2", { id: "figures" }, t("archive.report")),
    el("p", { role: "status", class: "theatre-lost" }, hasFailed.value ? t("archive.report.failed") : null),
    el(
      "div",
      { class: "downloads-part" },
      button(t("archive.report.page"), "HTML", `format=html&ui=${language.value}`, "report.html"),
      TABLES.map((table) => button(t(`archive.report.${table}`), "CSV", `format=csv&table=${table}&bom=1`, `${table}.csv`)),
    ),
  );
};
