// What was said, by channel and thread, and how far one has read.

const SEEN = "goalward:seen";
const NAME = "goalward:name";

export class Talk {
  constructor(storage = localStorage) {
    this.storage = storage;
    this.messages = new Map();
    this.channels = new Set(["demo"]);
    this.seen = JSON.parse(storage.getItem(SEEN) ?? "{}");
  }

  get me() {
    return this.storage.getItem(NAME) || "you";
  }

  set me(name) {
    this.storage.setItem(NAME, name);
  }

  /** Keeps a message; whether it is a new one. */
  put(message) {
    const fresh = !this.messages.has(message.id);
    this.messages.set(message.id, message);
    this.channels.add(message.channel);
    return fresh;
  }

  visible(message) {
    return !message.private_to || message.private_to === this.me;
  }

  /** The threads of a channel, by when they began; each as its messages. */
  threads(channel) {
    const threads = new Map();
    for (const message of this.sorted()) {
      if (message.channel !== channel || !this.visible(message)) continue;
      if (!threads.has(message.thread)) threads.set(message.thread, []);
      threads.get(message.thread).push(message);
    }
    return [...threads.values()];
  }

  thread(id) {
    return this.sorted().filter((message) => message.thread === id && this.visible(message));
  }

  sorted() {
    return [...this.messages.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
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
    const newest = Object.entries(this.seen).sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, 1000);
    this.storage.setItem(SEEN, JSON.stringify(Object.fromEntries(newest)));
  }
}
