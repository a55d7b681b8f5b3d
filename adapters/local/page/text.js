// What people and the bot write, drawn: code, bold, bullets, links, times. Never more than that.

import { el } from "./dom.js";

const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]+`)",
    "(?<strong>\\*\\*[^*\\n]+\\*\\*|(?<![\\w*])\\*[^*\\s](?:[^*\\n]*[^*\\s])?\\*(?![\\w*]))",
    "(?<link>https?://[^\\s<>\"'`)\\]]*[^\\s<>\"'`)\\].,;:!?])",
    "(?<time>\\b\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:Z|\\+00:00| UTC)\\b)",
    "(?<hour>\\b\\d\\d:\\d\\d UTC\\b)",
    "(?<mention>(?<![\\w.@])@[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*)",
  ].join("|"),
  "gu",
);

const draw = {
  code: (found) => el("code", { class: found.length < 30 ? "short" : null }, found.slice(1, -1)),
  strong: (found) => el("strong", {}, inline(found.replace(/^\*\*?|\*\*?$/g, ""))),
  link: (found) => el("a", { href: found, target: "_blank", rel: "noopener noreferrer" }, found),
  time: (found) => time(found.replace(" UTC", "Z").replace(" ", "T")),
  hour: (found) => hour(found),
  mention: (found) => el("span", { class: "mention" }, found),
};

/** A line of text as nodes. */
export function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [kind, found] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    nodes.push(text.slice(end, match.index), draw[kind](found));
    end = match.index + found.length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== "");
}

const FENCE = /^(```[^`\n]*\n[\s\S]*?(?:^```[ \t]*$|$(?![\s\S])))/m;

/** A whole text as blocks. */
export function blocks(text) {
  return text.split(FENCE).flatMap((part) => (part.startsWith("```") ? [fenced(part)] : paragraphs(part)));
}

function fenced(part) {
  const [first, ...rest] = part.trimEnd().split("\n");
  if (rest.at(-1)?.trim() === "```") rest.pop();
  return code(rest.join("\n"), first.slice(3).trim());
}

function paragraphs(text) {
  return text
    .split(/\n{2,}/)
    .filter((part) => part.trim())
    .flatMap((part) => runs(part.replace(/^\n+|\n+$/g, "").split("\n")));
}

function runs(lines) {
  const drawn = [];
  for (const line of lines) {
    const bullet = line.match(/^\s*[-•*]\s+(.*)/);
    const tag = bullet ? "UL" : "P";
    let last = drawn.at(-1);
    if (last?.tagName !== tag) drawn.push((last = el(tag)));
    else if (!bullet) last.append(el("br"));
    last.append(...(bullet ? [el("li", {}, inline(bullet[1]))] : inline(line)));
  }
  return drawn;
}

/** Code as it is; lines of a diff are tinted. */
export function code(text, language = "") {
  const isDiff = language === "diff" || /^(diff --git |--- \S)/m.test(text.slice(0, 400));
  return el("pre", { tabindex: 0 }, isDiff ? text.trimEnd().split("\n").map(diffLine) : text);
}

function diffLine(line) {
  const kind = /^(\+\+\+|---|diff |index )/.test(line) ? "head" : ({ "+": "plus", "-": "minus", "@": "hunk" }[line[0]] ?? "");
  return el("span", { class: `diff ${kind}` }, `${line}\n`);
}

const format = (options) => new Intl.DateTimeFormat([], options);
const TIME = { hour: "2-digit", minute: "2-digit" };
const CLOCK = format(TIME);
const DATE_AND_CLOCK = format({ day: "numeric", month: "short", ...TIME });
const WHOLE = format({ dateStyle: "full", timeStyle: "medium" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });

/** A moment in the reader's own time. */
export function time(iso) {
  const at = new Date(iso);
  return moment(iso, at.toDateString() === new Date().toDateString() ? CLOCK : DATE_AND_CLOCK);
}

/** A time of day in UTC as the reader's own. */
function hour(text) {
  const [hours, minutes] = text.split(/[: ]/);
  const at = new Date();
  at.setUTCHours(Number(hours), Number(minutes), 0);
  return el("time", { title: text }, CLOCK.format(at));
}

/** The clock time alone, for where the day is said already. */
export function clock(iso) {
  return moment(iso, CLOCK);
}

function moment(iso, shown) {
  const at = new Date(iso);
  return el("time", { datetime: iso, title: WHOLE.format(at) }, shown.format(at));
}

export function day(iso) {
  const at = new Date(iso);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  return ["Today", "Yesterday"][days] ?? DAY.format(at);
}
