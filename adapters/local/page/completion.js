// Completion of the goal language: what may stand at the caret, and the list to pick it from.

import { el } from "./dom.js";

/** What may be put between `from` and `to`. `exact` says that what stands there is whole already. */
export function candidates(text, caret, commands) {
  const before = text.slice(0, caret);
  const begun = before.match(/^\/\S*$/);
  if (begun) return begin(before, caret, commands);
  if (!/^\/goal\s/.test(before)) return null;
  const verb = before.match(/^\/goal\s+(\S*)$/);
  const option = before.match(/(?:^|\s)(--[\w-]*)$/);
  const word = option?.[1] ?? verb?.[1];
  if (word === undefined) return null;
  const kinds = option ? ["option"] : word ? ["verb"] : ["verb", "option"];
  return among(commands.filter(({ kind = "verb" }) => kinds.includes(kind)), word, caret, "");
}

function begin(before, caret, commands) {
  if (!"/goal".startsWith(before.toLowerCase())) return null;
  const start = { insert: "/goal ", usage: "/goal <objective>", help: "start a goal" };
  const verbs = among(commands.filter(({ kind = "verb" }) => kind === "verb"), "", caret, "/goal ").items;
  return { from: 0, to: caret, items: [start, ...verbs], exact: before === "/goal" };
}

function among(commands, word, caret, lead) {
  const typed = word.toLowerCase();
  const names = (command) => [command.name, ...(command.aliases ?? [])];
  const items = commands
    .filter((command) => names(command).some((name) => name.startsWith(typed)))
    .map(({ name, usage = name, help = "" }) => ({
      insert: `${lead}${name}${usage === name && !name.startsWith("--") ? "" : " "}`,
      usage: `${lead}${usage}`,
      help: help.replaceAll("`", ""),
    }));
  if (!items.length) return null;
  return { from: caret - word.length, to: caret, items, exact: commands.some((command) => names(command).includes(typed)) };
}

/** The list over a text field: ↑ ↓ pick, Enter and Tab insert, Esc closes. */
export class Completion {
  constructor(field, id, getCommands) {
    this.field = field;
    this.getCommands = getCommands;
    this.list = el("ul", { class: "completion", id, role: "listbox", "aria-label": "Commands", hidden: true });
    this.found = null;
    this.active = -1;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", id], ["aria-expanded", "false"]]) {
      field.setAttribute(name, value);
    }
    field.addEventListener("input", () => this.update());
    field.addEventListener("click", () => this.update());
    field.addEventListener("blur", () => this.close());
  }

  update() {
    this.found = candidates(this.field.value, this.field.selectionStart, this.getCommands());
    this.active = this.found && !this.found.exact ? 0 : -1;
    this.draw();
  }

  close() {
    this.found = null;
    this.draw();
  }

  /** Whether the key was for the list. */
  take(event) {
    if (!this.found || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.move(step);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.insert(Math.max(0, this.active));
    else if (event.key === "Enter" && !event.shiftKey && this.active >= 0) this.insert(this.active);
    else return false;
    event.preventDefault();
    return true;
  }

  move(step) {
    const count = this.found.items.length;
    this.active = this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count;
    this.draw();
  }

  insert(n) {
    const { from, to, items } = this.found;
    this.field.setRangeText(items[n].insert, from, to, "end");
    this.close();
    this.field.dispatchEvent(new Event("input"));
    if (!items[n].insert.endsWith(" ")) this.close();
  }

  draw() {
    const open = this.found !== null;
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
    this.field.removeAttribute("aria-activedescendant");
    if (!open) return;
    this.list.replaceChildren(...this.found.items.map((item, n) =>
      el("li", {
        id: `${this.list.id}-${n}`, role: "option", "aria-selected": String(n === this.active),
        onpointerdown: (event) => { event.preventDefault(); this.insert(n); },
      }, el("span", { class: "usage" }, item.usage), el("span", { class: "help" }, item.help))));
    if (this.active < 0) return;
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
  }
}
