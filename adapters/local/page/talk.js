// What was said, by channel and thread, and how far one has read.

const SEEN = "goalward:seen";
const NAME = "goalward:name";
const REMEMBERED = 1000;

export class Talk {
  constructor(storage = localStorage) {
    this.storage = storage;
    this.messages = new Map();
    this.channels = new Set(["demo"]);
    this.seen = JSON.parse(storage.getItem(SEEN) ?? "{}");
    this.sorted = null;
  }

  get me() {
    return this.storage.getItem(NAME) || "you";
  }

  set me(name) {
    this.storage.setItem(NAME, name);
    this.sorted = null;
  }

  /** Keeps a message; whether it is a new one. */
  put(message) {
    const fresh = !this.messages.has(message.id);
    this.messages.set(message.id, message);
    this.channels.add(message.channel);
    this.sorted = null;
    return fresh;
  }

  visible(message) {
    return !message.private_to || message.private_to === this.me;
  }

  /** The threads of a channel, by when they began; each as its messages. */
  threads(channel) {
    return [...this.all().values()].filter(([first]) => first.channel === channel);
  }

  thread(id) {
    return this.all().get(id) ?? [];
  }

  /** Every thread's visible messages, oldest first; sorted again only after something came in. */
  all() {
    if (this.sorted) return this.sorted;
    this.sorted = new Map();
    for (const message of [...this.messages.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      if (!this.visible(message)) continue;
      if (!this.sorted.has(message.thread)) this.sorted.set(message.thread, []);
      this.sorted.get(message.thread).push(message);
    }
    return this.sorted;
  }

  unread(thread) {
    const seen = this.seen[thread] ?? "";
    return this.thread(thread).filter((message) => message.id > seen && message.user !== this.me).length;
  }

  unreadIn(channel) {
    return this.threads(channel).filter(([first]) => this.unread(first.thread)).length;
  }

  read(thread, upTo) {
    if ((this.seen[thread] ?? "") >= upTo) return;
    this.seen[thread] = upTo;
    const newest = Object.entries(this.seen).sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, REMEMBERED);
    this.storage.setItem(SEEN, JSON.stringify(Object.fromEntries(newest)));
  }
}
