// The page: turns what was said into lists, and what is clicked into requests.

import { api, listen } from "./api.js";
import { Composer } from "./composer.js";
import { el, swap } from "./dom.js";
import { buttonKey, drawMessage, drawThread } from "./message.js";
import { Talk } from "./talk.js";
import { day, inline } from "./text.js";

const EXAMPLES = [
  ['/goal --verify "pytest -q" make the tests pass', "A test decides when it is done."],
  [`/goal --verify '{"type": "human"}' write a README for this repository`, "You decide: ✅ when it is right."],
  [`/goal --monitor --every 5m --verify {"type": "http", "url": "https://example.com", "status": 200} the site answers`, "It only watches, and says once when it is so."],
  ["/goal help", "The whole language on one screen."],
];
const PATIENCE = 5000;

const $ = (id) => document.getElementById(id);
const talk = new Talk();
const ui = { asking: null, pending: new Set() };
let commands = [];
let here = { channel: "demo", thread: "" };

// --- where one is -------------------------------------------------------------------------------

const address = (channel, thread) => `#${[channel, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;

function go(channel, thread = "") {
  location.hash = address(channel, thread);
}

function arrive() {
  const [channel, thread = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const moved = channel && channel !== here.channel;
  here = { channel: channel || here.channel, thread };
  talk.channels.add(here.channel);
  ui.asking = null;
  document.activeElement?.blur?.();
  $("app").dataset.view = thread ? "thread" : channel ? "channel" : "channels";
  if (moved) $("messages").replaceChildren();
  drawAll();
  if (thread) toEnd("thread-scroll");
  else if (moved) toEnd("room-scroll");
}

// --- drawing ------------------------------------------------------------------------------------

function drawAll() {
  $("channel-name").textContent = `# ${here.channel}`;
  roomComposer.turnTo(here.channel, `Message #${here.channel}, or /goal …`);
  drawOpenThread();
  drawRoom();
  drawChannels();
}

function drawChannels() {
  const names = [...talk.channels].sort((a, b) => (b === "demo") - (a === "demo") || a.localeCompare(b));
  $("channels").replaceChildren(...names.map((name) => {
    const unread = talk.unreadIn(name);
    return el("li", {}, el("a", { href: address(name), "aria-current": name === here.channel ? "page" : null, class: unread ? "unread" : null },
      el("span", { class: "hash", "aria-hidden": "true" }, "#"), el("span", { class: "name" }, name),
      unread ? el("span", { class: "pill", "aria-label": `${unread} threads with new messages` }, String(unread)) : null));
  }));
  const all = names.reduce((sum, name) => sum + talk.unreadIn(name), 0);
  document.title = `${all ? `(${all}) ` : ""}#${here.channel} · Goalward`;
}

function drawRoom() {
  const threads = talk.threads(here.channel);
  $("channel-note").textContent = threads.length ? `${threads.length} ${threads.length === 1 ? "thread" : "threads"}` : "";
  if (!document.hidden) for (const [first] of threads) if (first.id === first.thread) talk.read(first.thread, first.id);
  fill($("messages"), threads.length ? threads.map(drawRoot) : [emptyRoom()], threads.map(([first]) => first));
}

function drawRoot([first, ...replies]) {
  const open = () => go(here.channel, first.thread);
  const all = first.id === first.thread ? replies : [first, ...replies];
  const below = all.length
    ? drawThread(all, { unread: talk.unread(first.thread), open })
    : el("button", { type: "button", class: "link touch-only", "data-key": `open:${first.thread}`, onclick: open }, "Reply");
  const drawn = drawMessage(first, { me: talk.me, ui, acts, below, reply: open });
  drawn.classList.toggle("current", first.thread === here.thread);
  return drawn;
}

function drawOpenThread() {
  $("thread").hidden = !here.thread;
  $("app").classList.toggle("with-thread", Boolean(here.thread));
  if (!here.thread) return;
  const messages = talk.thread(here.thread);
  drawThreadHead(messages);
  const watched = messages.some((message) => message.card?.chart);
  threadComposer.turnTo(`${here.channel}/${here.thread}`, watched ? "Reply, or /goal …" : "Reply: it steers the goal");
  if (!document.hidden && messages.length) talk.read(here.thread, messages.at(-1).id);
  fill($("replies"), messages.map((message) => drawMessage(message, { me: talk.me, ui, acts })), messages);
}

function drawThreadHead(messages) {
  const card = messages.find((message) => message.card)?.card;
  $("thread-name").replaceChildren(...(card ? inline(card.title) : ["Thread"]));
  $("thread-note").className = card?.badge ? "badge" : "note";
  $("thread-note").dataset.colour = card?.colour ?? "";
  $("thread-note").textContent = card?.badge || `# ${here.channel}`;
}

/** Brings a list up to date; only what differs is touched. */
function fill(list, nodes, messages) {
  const wanted = nodes.flatMap((node, n) => {
    const said = messages[n];
    const newDay = said && (n === 0 || day(said.at) !== day(messages[n - 1].at));
    return newDay ? [el("li", { class: "day", id: `${list.id}-day-${said.id}` }, el("span", {}, day(said.at))), node] : [node];
  });
  const near = nearEnd(list.parentElement);
  const kept = new Map([...list.children].map((child) => [child.id, child]));
  wanted.forEach((node, n) => {
    const old = kept.get(node.id);
    kept.delete(node.id);
    if (old) node = refreshed(old, node);
    if (list.children[n] !== node) list.insertBefore(node, list.children[n] ?? null);
  });
  for (const gone of kept.values()) gone.remove();
  if (near) list.parentElement.scrollTop = list.parentElement.scrollHeight;
}

function refreshed(old, node) {
  if (old.querySelector(".quick")?.firstChild) node.offer();
  if (old.isEqualNode(node)) return old;
  node.classList.toggle("picking", old.classList.contains("picking"));
  return swap(old, node);
}

const nearEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
const toEnd = (id) => { $(id).scrollTop = $(id).scrollHeight; };

function emptyRoom() {
  return el("li", { class: "empty", id: "empty" },
    el("img", { src: "/page/goalward.svg", alt: "", width: 44, height: 44 }),
    el("h2", {}, "Say what you want done"),
    el("p", {}, "Goalward opens a thread, shows its plan, and works once you give it a ✅. It is done when checks that it ran itself say so, and the proof stands in the thread."),
    el("ul", {}, EXAMPLES.map(([text, why]) =>
      el("li", {}, el("button", { type: "button", class: "example", onclick: () => { roomComposer.write(text); roomComposer.focus(); } },
        el("code", {}, text), el("span", {}, why))))));
}

// --- acts ---------------------------------------------------------------------------------------

const acts = {
  react: (message, emoji, on) => tried(() => api.react(message, talk.me, emoji, on)),
  ask(message, button) {
    ui.asking = button && buttonKey(message, button);
    redraw(message);
    if (button) document.querySelector(`[data-key="${CSS.escape(`${ui.asking}:no`)}"]`)?.focus();
  },
  async press(message, button, text = "") {
    const key = buttonKey(message, button);
    ui.asking = null;
    ui.pending.add(key);
    redraw(message);
    setTimeout(() => settle(message.id), PATIENCE);
    if (!(await tried(() => api.press(message, talk.me, button.action, `${button.value} ${text}`.trim())))) settle(message.id);
  },
};

function settle(id) {
  for (const key of ui.pending) if (key.startsWith(`${id}:`)) ui.pending.delete(key);
  redraw(talk.messages.get(id));
}

async function tried(act) {
  try {
    await act();
    return true;
  } catch (error) {
    if (error.status === 401) lock();
    else say(error.message);
    return false;
  }
}

function redraw(message) {
  if (message.thread === here.thread) drawOpenThread();
  if (message.channel === here.channel) redrawRoot(message.thread);
  drawChannels();
}

function redrawRoot(thread) {
  const said = talk.thread(thread);
  const old = said.length && $(`root-${said[0].id}`);
  if (!old) return drawRoom();
  const near = nearEnd($("room-scroll"));
  refreshed(old, drawRoot(said));
  if (near) toEnd("room-scroll");
}

function say(sentence) {
  $("toast").textContent = sentence;
  $("toast").hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { $("toast").hidden = true; }, 6000);
}

function lock() {
  $("app").hidden = true;
  $("locked").hidden = false;
}

async function send(text, key, thread) {
  const said = await api.say(here.channel, talk.me, text, thread, key).catch((error) => {
    if (error.status === 401) lock();
    throw error;
  });
  if (!thread && /^\s*\/goal\b/.test(text)) {
    go(here.channel, said.thread);
    setTimeout(() => threadComposer.focus());
  } else toEnd(thread ? "thread-scroll" : "room-scroll");
}

const roomComposer = new Composer($("room-composer"), {
  label: "Message to the channel", getCommands: () => commands, send: (text, key) => send(text, key, ""),
});
const threadComposer = new Composer($("thread-composer"), {
  label: "Reply in the thread", getCommands: () => commands, send: (text, key) => send(text, key, here.thread),
});

// --- what comes in ------------------------------------------------------------------------------

function heard(message) {
  const fresh = talk.put(message);
  for (const key of ui.pending) if (key.startsWith(`${message.id}:`)) ui.pending.delete(key);
  redraw(message);
  if (fresh && message.user !== talk.me && talk.visible(message)) announce(message);
}

function announce({ bot, user, text }) {
  $("live").textContent = `${bot ? "Goalward" : user}: ${text.slice(0, 160)}`;
}

async function load() {
  try {
    const names = await api.channels();
    const lists = await Promise.all([...new Set([...names, here.channel])].map((name) => api.messages(name)));
    for (const message of lists.flat()) talk.put(message);
    $("lost").hidden = true;
    $("app").hidden = false;
    $("locked").hidden = true;
    drawAll();
  } catch (error) {
    if (error.status === 401) lock();
    else lost();
  }
}

function lost() {
  $("lost").hidden = false;
}

$("me").value = talk.me;
$("me").addEventListener("change", () => {
  talk.me = $("me").value.trim() || "you";
  $("me").value = talk.me;
  drawAll();
});
$("new-channel").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.channel;
  const name = field.value.trim().replace(/^#/, "").replace(/\s+/g, "-").toLowerCase();
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name)) return say("A channel's name has letters, digits, dots and dashes.");
  field.value = "";
  go(name);
  roomComposer.focus();
});
$("to-channels").addEventListener("click", () => { location.hash = ""; });
for (const id of ["to-channel", "close-thread"]) $(id).addEventListener("click", () => go(here.channel));
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); $("messages").focus(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const picking = document.querySelector(".picking");
  if (picking) {
    picking.classList.remove("picking");
    picking.querySelector(".add").focus({ preventScroll: true });
  }
  else if (ui.asking) { ui.asking = null; drawAll(); } else if (here.thread) go(here.channel);
});
document.addEventListener("visibilitychange", () => document.hidden || drawAll());
window.addEventListener("hashchange", arrive);

if (!location.hash) history.replaceState(null, "", address("demo"));
commands = await api.commands().catch(() => []);
arrive();
await load();
for (const id of ["room-scroll", "thread-scroll"]) toEnd(id);
listen({ opened: load, lost: () => { lost(); if ($("locked").hidden) load(); }, message: heard });
