// A monitor's past in its card: its value over time, or when it was met. Asked for again now and then.

import { api } from "./api.js";
import { el } from "./dom.js";
import { clock, day } from "./text.js";

const WIDE = 600;
const HIGH = 96;
const EDGE = 6;
const GAP = 10;
const OFTEN = 15_000;
const DAY = 86_400_000;
const known = new Map();

/** The chart of a goal, empty until its readings are there. */
export function drawChart(goal) {
  const figure = el("figure", { class: "chart", "data-goal": goal });
  if (known.has(goal)) fill(figure, known.get(goal));
  ask(goal);
  return figure;
}

setInterval(() => {
  if (document.hidden) return;
  for (const goal of new Set([...document.querySelectorAll(".chart")].map((each) => each.dataset.goal))) ask(goal);
}, OFTEN);

async function ask(goal) {
  try {
    known.set(goal, await api.readings(goal));
  } catch {
    return; // What is drawn already stays; it is asked again soon.
  }
  for (const figure of document.querySelectorAll(`.chart[data-goal="${CSS.escape(goal)}"]`)) fill(figure, known.get(goal));
}

function fill(figure, { points, limit }) {
  if (!points.length) return;
  const seen = points.map((point) => ({ ...point, at: Date.parse(point.at), until: Date.parse(point.until) }));
  const numbers = seen.filter((point) => point.last !== null);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img", "aria-label": spoken(seen, numbers) });
  drawing.append(...(numbers.length ? values(seen, numbers, limit) : states(seen)));
  figure.replaceChildren(drawing, caption(seen, numbers, limit));
}

function values(points, numbers, limit) {
  const x = across(points);
  const bounds = [...numbers.flatMap(({ low, high }) => [low, high]), ...(limit ? [limit.value] : [])];
  const [least, most] = [Math.min(...bounds), Math.max(...bounds)];
  const y = (value) => (most === least ? HIGH / 2 : EDGE + ((most - value) / (most - least)) * (HIGH - 2 * EDGE));
  return [
    ...broken(points, x),
    ...numbers.filter(({ low, high }) => low !== high).map(({ at, until, low, high }) => rect("band", x(at), x(until), y(high), y(low))),
    limit && svg("line", { class: "limit", x1: 0, x2: WIDE, y1: y(limit.value), y2: y(limit.value) }),
    ...lines(points).map((line) => svg("polyline", { class: "value", points: line.map(([at, value]) => `${x(at)},${y(value)}`).join(" ") })),
    ...edges(points).filter(({ last }) => last !== null).map(({ at, last }) => dot(x(at), y(last))),
  ].filter(Boolean);
}

/** Met, not met, broken: each until the next was found. */
function states(points) {
  const x = across(points);
  const names = new Map([[true, "met"], [false, "unmet"], [null, "broke"]]);
  return points.map(({ at, until, met }, n) => {
    const next = points[n + 1];
    return rect(names.get(met), x(at), x(next && !unseen(points, n) ? Math.max(next.at, until) : until), HIGH / 3, HIGH - EDGE);
  });
}

const broken = (points, x) =>
  points.flatMap(({ at, until, met }, n) => (met === null ? [rect("broke faint", x(at), x(points[n + 1]?.at ?? until), 0, HIGH)] : []));

function across(points) {
  const begin = points[0].at;
  const end = Math.max(...points.map(({ until }) => until));
  return (at) => (end === begin ? WIDE / 2 : EDGE + ((at - begin) / (end - begin)) * (WIDE - 2 * EDGE));
}

/** The value in pieces: it is cut where a check broke and where nobody looked for long. */
function lines(points) {
  const pieces = [[]];
  points.forEach(({ at, until, met, last, low, high }, n) => {
    if (last !== null) pieces.at(-1).push(...(low === high ? [[at, last], [until, last]] : [[(at + until) / 2, last]]));
    if (met === null || unseen(points, n)) pieces.push([]);
  });
  return pieces.filter((piece) => piece.length).map((piece) => piece.sort((a, b) => a[0] - b[0]));
}

function unseen(points, n) {
  const between = points.slice(1).map(({ at }, m) => at - points[m].until).sort((a, b) => a - b);
  const usual = between[Math.floor(between.length / 2)] ?? 0;
  return n + 1 < points.length && points[n + 1].at - points[n].until > GAP * usual;
}

function edges(points) {
  const sure = points.filter(({ met }) => met !== null);
  return sure.filter(({ met }, n) => met && !sure[n - 1]?.met);
}

function caption(points, numbers, limit) {
  const newest = numbers.at(-1);
  return el("figcaption", {},
    newest && el("span", { class: "now" }, short(newest.last)),
    newest && el("span", {}, `${short(Math.min(...numbers.map(({ low }) => low)))} to ${short(Math.max(...numbers.map(({ high }) => high)))}`),
    limit && newest && el("span", { class: "asked" }, `${limit.op} ${short(limit.value)}`),
    el("span", { class: "when" }, ...between(points[0].at, points.at(-1).until)));
}

function between(begin, end) {
  const named = end - begin < DAY ? clock : day;
  return [named(new Date(begin).toISOString()), " – ", named(new Date(end).toISOString())];
}

function spoken(points, numbers) {
  const count = points.reduce((sum, point) => sum + point.count, 0);
  return numbers.length ? `${count} readings, the last one ${short(numbers.at(-1).last)}` : `${count} readings`;
}

const short = (value) => new Intl.NumberFormat("en", { maximumSignificantDigits: 4, notation: Math.abs(value) < 10_000 ? "standard" : "compact" }).format(value);

const dot = (x, y) => svg("path", { class: "edge", d: `M${x} ${y}h0` });
const rect = (name, left, right, top, bottom) =>
  svg("rect", { class: name, x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) });

function svg(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
