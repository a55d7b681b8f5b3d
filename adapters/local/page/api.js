// Asks the server. A refusal is an error whose message is one sentence for a person.

export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

async function ask(method, path, body, key) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (key) headers["Idempotency-Key"] = key;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Refused(0, "The server does not answer. Is it running?");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said.error ?? `The server answered with ${answer.status}.`);
  return said;
}

export const freshKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");

const room = (channel) => `/api/channels/${encodeURIComponent(channel)}`;
const at = (message) => `${room(message.channel)}/messages/${encodeURIComponent(message.id)}`;

export const api = {
  commands: async () => (await ask("GET", "/api/commands")).commands,
  channels: async () => (await ask("GET", "/api/channels")).channels,
  messages: async (channel) => (await ask("GET", `${room(channel)}/messages`)).messages,
  readings: (goal) => ask("GET", `/api/goals/${encodeURIComponent(goal)}/readings`),
  say: (channel, user, text, thread, key) =>
    ask("POST", `${room(channel)}/messages`, thread ? { user, text, thread } : { user, text }, key),
  react: (message, user, emoji, on) =>
    ask(on ? "POST" : "DELETE", `${at(message)}/reactions`, { user, emoji }, freshKey()),
  press: (message, user, action, value) =>
    ask("POST", `${at(message)}/buttons`, { user, action, value }, freshKey()),
};

/** Listens to the server's events for as long as the page is open. */
export function listen({ opened, lost, message }) {
  const source = new EventSource("/api/events");
  source.addEventListener("hello", opened);
  source.addEventListener("reload", opened);
  source.addEventListener("message", (event) => message(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    lost();
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen({ opened, lost, message }), 2000);
  });
}
