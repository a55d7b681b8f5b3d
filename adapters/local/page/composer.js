// Where one writes: Enter sends, Shift+Enter makes a new line, "/" completes, what is not sent yet is kept.

import { freshKey } from "./api.js";
import { Completion } from "./completion.js";
import { el } from "./dom.js";

const GROWS_ALONE = CSS.supports("field-sizing", "content");

export class Composer {
  /** `send(text, key)` says it; the key is the same when the same text is tried again. */
  constructor(form, { label, getCommands, send }) {
    this.send = send;
    this.drafts = new Map();
    this.place = "";
    this.field = el("textarea", { rows: 1, "aria-label": label, enterkeyhint: "send" });
    this.button = el("button", { class: "send", "aria-label": "Send", title: "Send (Enter)" }, "↑");
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.completion = new Completion(this.field, `${form.id}-list`, getCommands);
    form.append(this.completion.list, this.problem,
      el("div", { class: "field" }, this.field, this.button),
      el("p", { class: "hint", "aria-hidden": "true" }, "Enter sends · Shift+Enter new line · / commands"));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.field.addEventListener("keydown", (event) => this.keydown(event));
    this.field.addEventListener("input", () => this.grown());
  }

  /** Turn to another conversation; its draft comes back. */
  turnTo(place, placeholder) {
    this.field.placeholder = placeholder;
    if (place === this.place) return;
    this.drafts.set(this.place, this.field.value);
    this.place = place;
    this.write(this.drafts.get(place) ?? "");
  }

  write(text) {
    this.field.value = text;
    this.key = freshKey();
    this.problem.hidden = true;
    this.completion.close();
    this.grown();
  }

  focus() {
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  grown() {
    if (!GROWS_ALONE) {
      this.field.style.blockSize = "auto";
      this.field.style.blockSize = this.field.scrollHeight ? `${this.field.scrollHeight}px` : "";
    }
    this.button.disabled = !this.field.value.trim();
  }

  keydown(event) {
    if (this.completion.take(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  async submit() {
    const [text, place] = [this.field.value, this.place];
    if (!text.trim() || this.field.readOnly) return;
    this.field.readOnly = true;
    if (text !== this.tried) [this.tried, this.key] = [text, freshKey()];
    try {
      await this.send(text, this.key);
      this.tried = null;
      this.drafts.delete(place);
      if (this.place === place) this.write("");
    } catch (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
    } finally {
      this.field.readOnly = false;
    }
  }
}
