// One message: who, when, what; its card, buttons, files and reactions.

import { drawCard } from "./card.js";
import { el } from "./dom.js";
import { blocks, clock, code, inline } from "./text.js";

export const QUICK = [
  ["✅", "approve"], ["👍", "approve"], ["❌", "deny"], ["👎", "deny"],
  ["🛑", "cancel"], ["⏸️", "pause"], ["▶️", "resume"], ["➕", "raise the budget"],
];
const LONG_TEXT = 1400;
const LONG_LINES = 16;
const HUES = 8;

/** `acts` carries out what is clicked; `ui` says what is being asked or under way. */
export function drawMessage(message, { me, ui, acts, below = null, reply = null }) {
  const mine = message.user === me;
  const quick = el("div", { class: "quick", role: "group", "aria-label": "Quick reactions" });
  const drawn = el("li", {
    id: `${reply ? "root" : "message"}-${message.id}`,
    class: `message${message.bot ? " bot" : ""}${message.private_to ? " private" : ""}`,
    "data-id": message.id,
    onpointerenter: () => drawn.offer(),
  },
    avatar(message),
    el("div", { class: "content" },
      el("div", { class: "by" },
        el("span", { class: "who" }, message.bot ? "Goalward" : message.user),
        mine && me !== "you" && el("span", { class: "tag" }, "you"),
        clock(message.at),
        message.edited && !message.card && el("span", { class: "tag" }, "edited"),
        message.private_to && el("span", { class: "tag only" }, "only you see this"),
        el("button", { type: "button", class: "add", "aria-label": "React", "data-key": `${message.id}:add`,
          onclick: () => { drawn.offer(); if (drawn.classList.toggle("picking")) quick.firstChild.focus({ preventScroll: true }); } }, "☺")),
      message.card ? drawCard(message.card, message.id, (each) => drawButton(message, each, ui, acts)) : drawText(message),
      message.files?.map((file, n) => drawFile(file, `${message.id}:file:${n}`)),
      message.buttons?.length ? el("div", { class: "buttons" }, message.buttons.map((each) => drawButton(message, each, ui, acts))) : null,
      drawReactions(message, me, acts),
      below),
    quick);
  // Hundreds of messages are drawn at once, and few are ever reacted to.
  drawn.offer = () => quick.firstChild || quick.append(...quickButtons(message, me, acts, reply));
  return drawn;
}

export function avatar({ user, bot }) {
  if (bot) return el("span", { class: "avatar bot-face", "aria-hidden": "true" }, el("img", { src: "/page/goalward.svg", alt: "", width: 20, height: 20 }));
  let sum = 0;
  for (const char of user) sum = (sum * 31 + char.codePointAt(0)) % 9973;
  return el("span", { class: `avatar hue-${sum % HUES}`, "aria-hidden": "true" }, [...user.trim()][0]?.toUpperCase() ?? "?");
}

function drawText({ id, text, bot }) {
  const command = !bot && text.match(/^\s*\/goal\b/);
  const drawn = command
    ? el("div", { class: "text asked" }, el("p", {}, el("span", { class: "slash" }, "/goal"), ...withBreaks(text.slice(command[0].length))))
    : el("div", { class: "text" }, blocks(text));
  return text.length > LONG_TEXT || text.split("\n").length > LONG_LINES ? folded(drawn, `${id}:text`) : drawn;
}

function withBreaks(text) {
  return text.split("\n").flatMap((line, n) => (n ? [el("br"), ...inline(line)] : inline(line)));
}

function folded(drawn, key) {
  const button = el("button", { type: "button", class: "link", "aria-expanded": "false" }, "Show all of it");
  const box = el("div", { class: "folded", "data-key": key, "data-open": "no" }, drawn, button);
  const set = (open) => {
    box.classList.toggle("unfolded", open);
    box.dataset.open = open ? "yes" : "no";
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Show less" : "Show all of it";
  };
  button.addEventListener("click", () => set(box.dataset.open === "no"));
  box.unfold = () => set(true);
  return box;
}

function drawFile({ name, text, media, url }, key) {
  if (url) return media?.startsWith("image/") ? drawPicture(name, url) : el("a", { class: "link", href: url, download: name }, name);
  const copy = el("button", { type: "button", class: "link" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
  });
  const download = el("button", { type: "button", class: "link", onclick: () => save(name, text) }, "Download");
  const language = /\.(diff|patch)$/.test(name) ? "diff" : "";
  const details = el("details", { class: "file", "data-key": key, "data-open": "kept" },
    el("summary", {}, el("span", { class: "file-name" }, name), el("span", { class: "detail" }, size(text))),
    el("div", { class: "file-acts" }, copy, download));
  details.addEventListener("toggle", () => details.open && !details.querySelector("pre") && details.append(code(text, language)));
  return details;
}

function drawPicture(name, url) {
  return el("a", { class: "picture", href: url, target: "_blank", rel: "noopener", title: name },
    el("img", { src: url, alt: name, width: 640, height: 240, loading: "lazy" }));
}

function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const size = (text) => (text.length < 1000 ? `${text.length} characters` : `${(text.length / 1000).toFixed(1)} k characters`);

export const buttonKey = (message, button) => `${message.id}:${button.action}:${button.value}`;

function drawButton(message, button, ui, acts) {
  const key = buttonKey(message, button);
  if (ui.asking === key && button.asks) return drawQuestion(message, button, acts, key);
  if (ui.asking === key) {
    return el("span", { class: "confirm", role: "group", "aria-label": button.confirm },
      el("span", {}, button.confirm),
      el("button", { type: "button", class: "button danger", "data-key": `${key}:yes`, onclick: () => acts.press(message, button) }, button.label),
      el("button", { type: "button", class: "button", "data-key": `${key}:no`, onclick: () => acts.ask(message, null) }, "Keep it as it is"));
  }
  const pending = ui.pending.has(key);
  return el("button", {
    type: "button", class: `button ${button.style}`, "data-key": key, disabled: pending, "aria-busy": pending ? "true" : null,
    onclick: () => (button.confirm || button.asks ? acts.ask(message, button) : acts.press(message, button)),
  }, button.label);
}

/** Asks for a text, which may be empty; it goes behind the button's value. */
function drawQuestion(message, button, acts, key) {
  const why = el("input", { type: "text", maxlength: 1000, placeholder: button.asks, "aria-label": button.asks, "data-key": `${key}:no` });
  const send = (event) => {
    event.preventDefault();
    acts.press(message, button, why.value.trim());
  };
  return el("form", { class: "confirm", "aria-label": button.asks, onsubmit: send },
    why,
    el("button", { type: "submit", class: "button danger", "data-key": `${key}:yes` }, button.label.replace("…", "")),
    el("button", { type: "button", class: "button", "data-key": `${key}:keep`, onclick: () => acts.ask(message, null) }, "Keep it as it is"));
}

function drawReactions(message, me, acts) {
  const given = Object.entries(message.reactions);
  if (!given.length) return null;
  return el("div", { class: "reactions" },
    given.map(([emoji, users]) => {
      const mine = users.includes(me);
      const names = users.map((user) => (user === me ? "you" : user)).join(", ");
      return el("button", {
        type: "button", class: "reaction", "data-key": `${message.id}:has:${emoji}`, "aria-pressed": String(mine), title: names,
        "aria-label": `${emoji} by ${names}`, onclick: () => acts.react(message, emoji, !mine),
      }, emoji, el("span", { class: "count" }, String(users.length)));
    }));
}

function quickButtons(message, me, acts, reply) {
  const reactions = QUICK.map(([emoji, meaning]) => {
    const mine = (message.reactions[emoji] ?? []).includes(me);
    return el("button", {
      type: "button", "data-key": `${message.id}:quick:${emoji}`, "aria-pressed": String(mine), title: meaning, "aria-label": `${emoji} ${meaning}`,
      onclick: (event) => {
        event.currentTarget.closest(".message").classList.remove("picking");
        acts.react(message, emoji, !mine);
      },
    }, emoji);
  });
  return reply ? [...reactions, el("button", { type: "button", class: "reply", onclick: reply }, "Reply")] : reactions;
}

/** What stands under a thread's first message in the channel: its goal in one line, and how much was said. */
export function drawThread(replies, { unread, open }) {
  const card = replies.find((reply) => reply.card)?.card;
  const last = replies.at(-1);
  const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  const done = card?.steps?.filter((step) => step.mark === "✓").length ?? 0;
  return el("button", {
    type: "button", class: `summary${card ? " goal" : ""}${unread ? " unread" : ""}`, "data-colour": card?.colour,
    "data-key": `open:${last.thread}`, onclick: open,
  },
    card && el("span", { class: "summary-head" }, el("span", { class: "summary-title" }, inline(card.title)), card.badge && el("span", { class: "badge" }, card.badge)),
    el("span", { class: "summary-foot" },
      unread ? el("span", { class: "new" }, `${unread} new`) : null,
      el("span", { class: "count" }, count),
      card?.steps?.length ? el("span", {}, `${done} of ${card.steps.length} steps`) : null,
      el("span", { class: "last" }, "last ", clock(last.at))));
}
