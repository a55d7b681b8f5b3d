// A card: title, badge, plan, lines, budget bars, sections. Drawn from its data alone.

import { drawChart } from "./chart.js";
import { el } from "./dom.js";
import { code, inline } from "./text.js";

const MARKS = {
  "✓": ["ok", "done"], "✅": ["ok", "done"], "✗": ["bad", "not met"], "✘": ["bad", "not met"], "❌": ["bad", "not met"],
  "…": ["going", "under way"], "▸": ["going", "under way"], "?": ["open", "open"], "⚠": ["warn", "careful"], "⚠️": ["warn", "careful"],
};
const SHORT_CODE = 8;
// The past as a line of text, for where no chart can be drawn.
const SPARK = /^[▁▂▃▄▅▆▇█×]{2}/;

/** `press` draws a row's buttons. */
export function drawCard(card, key, press) {
  return el("article", { class: "card", "data-colour": card.colour },
    el("header", {},
      el("h3", {}, inline(card.title)),
      card.badge && el("span", { class: "badge" }, card.badge)),
    card.steps?.length ? steps(card.steps) : null,
    card.lines?.length ? el("div", { class: "lines" }, card.lines.map((line) => el("p", { class: card.chart && SPARK.test(line) ? "spark" : null }, inline(line)))) : null,
    card.chart ? drawChart(card.chart) : null,
    card.bars?.length ? el("div", { class: "bars" }, card.bars.map(bar)) : null,
    card.sections?.map((section, n) => drawSection(section, `${key}:${n}`, press)),
    card.footer && el("footer", {}, inline(card.footer)));
}

function steps(rows) {
  return el("ol", { class: "steps", "aria-label": "Plan" }, rows.map((row) =>
    el("li", { class: `step ${kind(row.mark)}`, title: row.detail || null },
      el("span", { class: "dot", "aria-hidden": "true" }, row.mark === "…" ? "" : row.mark),
      el("span", {}, inline(row.text)),
      el("span", { class: "unseen" }, `, ${spoken(row.mark) || "to do"}`))));
}

function bar({ label, share, text }) {
  const fill = el("span", { class: "fill" });
  fill.style.inlineSize = `${Math.min(100, Math.max(0, share * 100))}%`;
  const level = share >= 0.95 ? "full" : share >= 0.8 ? "high" : "";
  return el("div", { class: `bar ${level}` },
    el("span", { class: "bar-label" }, label),
    el("span", { class: "track", role: "meter", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 1,
      "aria-valuenow": share, "aria-valuetext": text }, fill),
    el("span", { class: "bar-text" }, text));
}

function drawSection(section, key, press) {
  return el("section", {},
    section.title && el("h4", {}, inline(section.title)),
    el("ul", { class: "rows" }, section.rows.map((row, n) => drawRow(row, `${key}:${n}`, press))));
}

function drawRow(row, key, press) {
  return el("li", { class: `row ${kind(row.mark)}` },
    row.mark && el("span", { class: "mark", role: "img", "aria-label": spoken(row.mark) || row.mark }, row.mark),
    el("div", { class: "row-body" },
      row.text && el("p", { class: "row-text" }, inline(row.text)),
      row.detail && el("p", { class: "detail" }, inline(row.detail)),
      row.code && foldable(row.code, key),
      row.buttons?.length ? el("div", { class: "buttons" }, row.buttons.map(press)) : null));
}

function foldable(text, key) {
  const count = text.trimEnd().split("\n").length;
  if (count <= SHORT_CODE) return code(text);
  return el("details", { "data-key": key, "data-open": "kept" }, el("summary", {}, `${count} lines`), code(text));
}

const kind = (mark) => MARKS[mark]?.[0] ?? "";
const spoken = (mark) => MARKS[mark]?.[1] ?? "";
