"""The workspace on its sockets: what people do in it, what the app did to it, and the trouble that can be made."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
from aiohttp import web

from tests.peers.slack.arguments import arguments
from tests.peers.slack.methods import Methods
from tests.peers.slack.sockets import Sockets
from tests.peers.slack.workspace import Event, Refused, Room, Workspace

Trouble = tuple[str, float]


class Slack:
    """`retries` are the seconds after which an event that was not acknowledged is sent again; `patience` is how long
    an acknowledgement may take. `request_url` set, the app is called over HTTP, signed, instead of over sockets.

    People and channels are meant by name and made when they are new; the bot is a member of them unless said
    otherwise (`channel`).
    """

    def __init__(self, *, retries: tuple[float, ...] = (0.0, 0.1, 0.3), patience: float = 3.0) -> None:
        self.home = Workspace(self._send_soon)
        self.methods = Methods(self.home)
        self.sockets = Sockets()
        self.bot_token, self.app_token = "xoxb-loopback-token-of-the-bot", "xapp-loopback-token-of-the-app"
        self.signing_secret = "loopback-signing-secret"
        self.client_id, self.client_secret = "1.2", "loopback-client-secret"
        self.codes: set[str] = set()
        self.organisation = False
        """Whoever installs the app does so for a whole Enterprise organisation."""
        self.url = self.request_url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.lost: list[Event] = []
        self.delivered = self.unacknowledged = 0
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self._retries = retries
        self._patience = patience
        self._trouble: dict[str, list[Trouble]] = {}
        self._full: dict[str, float] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._doors = AsyncExitStack()

    # --- the house ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Slack:
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/api/{method}", self._called)
        app.router.add_route("*", "/link", self.sockets.link)
        app.router.add_post("/upload/{file}", self._uploaded)
        app.router.add_post("/answer/{ticket}", self._answered)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._doors.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        self.url = f"http://{host}:{port}/"
        self._http = await self._doors.enter_async_context(aiohttp.ClientSession())
        self._doors.push_async_callback(self._give_up)
        self.methods.address = self.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._doors.aclose()

    async def _give_up(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    @property
    def api(self) -> str:
        return f"{self.url}api/"

    @property
    def bot(self) -> str:
        return self.home.bot

    @property
    def team(self) -> str:
        return self.home.team

    @property
    def scopes(self) -> set[str]:
        return self.methods.scopes

    # --- trouble --------------------------------------------------------------------------------------

    def limit(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls of a method with 429."""
        self._trouble.setdefault(method, []).extend([("429", seconds)] * times)

    def limit_channel(self, channel: str, seconds: float) -> None:
        """Answer the next message to a channel with 429."""
        self._full[self.channel(channel)] = seconds

    def break_(self, method: str, how: str = "before", *, times: int = 1) -> None:
        """Cut the connection of the next calls `before` or `after` they are carried out, or answer `500`.

        An `upload` is answered with a status.
        """
        self._trouble.setdefault(method, []).extend([(how, 0.0)] * times)

    def take_plain_only(self) -> None:
        """From now on this workspace takes none of the newest blocks."""
        self.methods.rich = False

    def kick(self, channel: str) -> None:
        self.home.room(channel).members.discard(self.bot)

    def invite(self, channel: str) -> None:
        self.home.room(channel).members.add(self.bot)

    def archive(self, channel: str) -> None:
        self.home.room(channel).archived = True

    # --- the Web API ----------------------------------------------------------------------------------

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        how, seconds = self._next_trouble(method)
        if method == "chat.postMessage" and not how:
            how, seconds = await self._next_limit(request)
        if how == "429":
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": f"{seconds:g}"}
            )
        if how == "500":
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        if how == "before":
            return self._cut(request)
        answer = await self._carried_out(method, request)
        return self._cut(request) if how == "after" else answer

    def _next_trouble(self, method: str) -> Trouble:
        waiting = self._trouble.get(method)
        return waiting.pop(0) if waiting else ("", 0.0)

    async def _next_limit(self, request: web.Request) -> Trouble:
        channel = str((await arguments(request)).get("channel")) if self._full else ""
        return ("429", self._full.pop(channel)) if channel in self._full else ("", 0.0)

    def _cut(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _carried_out(self, method: str, request: web.Request) -> web.Response:
        try:
            given = await arguments(request)
            if method == "oauth.v2.access":
                return web.json_response({"ok": True, **self._install(request, given)})
            answer = self._answer(method, _token(request, given), given)
        except Refused as refusal:
            return web.json_response({"ok": False, "error": refusal.word, **refusal.more})
        scopes = {"x-oauth-scopes": ",".join(sorted(self.scopes))}
        return web.json_response({"ok": True, **answer}, headers=scopes)

    def _install(self, request: web.Request, given: dict[str, Any]) -> dict[str, Any]:
        """Exchange a code that somebody brought back from Slack for the bot's token; each counts once."""
        told = aiohttp.encode_basic_auth(self.client_id, self.client_secret)
        if request.headers.get("Authorization") != told:
            raise Refused("bad_client_secret")
        if given.get("code") not in self.codes:
            raise Refused("invalid_code")
        self.codes.discard(given["code"])
        return {
            "access_token": self.bot_token,
            "token_type": "bot",
            "scope": ",".join(sorted(self.scopes)),
            "bot_user_id": self.bot,
            "app_id": self.home.app,
            "team": None if self.organisation else {"id": self.team, "name": "Home"},
            "enterprise": {"id": "E0ALL", "name": "All"} if self.organisation else None,
            "is_enterprise_install": self.organisation,
            "authed_user": {"id": self.person("ana")},
        }

    def _answer(self, method: str, token: str, given: dict[str, Any]) -> dict[str, Any]:
        if method == "apps.connections.open":
            if token != self.app_token:
                raise Refused("not_allowed_token_type" if token == self.bot_token else "invalid_auth")
            return {"url": self.sockets.ticket(self.url)}
        if token != self.bot_token:
            raise Refused("not_authed" if not token else "invalid_auth")
        carry_out = self.methods.find(method)
        needed = self.methods.needs(method, given)
        if needed and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))
        self.calls.append((method, given))
        return carry_out(given)

    async def _uploaded(self, request: web.Request) -> web.Response:
        if status := self._next_trouble("upload")[0]:
            return web.Response(status=int(status))
        kept = self.methods.files.get(request.match_info["file"])
        content = await request.read()
        if kept is None or kept["length"] != len(content):
            return web.Response(status=400)
        kept["content"] = content
        return web.Response(text=f"OK - {len(content)}")

    async def _answered(self, request: web.Request) -> web.Response:
        """What is said to a `response_url`: five times."""
        ticket = request.match_info["ticket"]
        if ticket not in self.answers:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if len(self.answers[ticket]) >= 5:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        self.answers[ticket].append(await request.json())
        return web.Response(text="ok")

    # --- what the app is told -------------------------------------------------------------------------

    def _send_soon(self, event: Event) -> None:
        self._keep(self._event(event))

    def _keep(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def event(self, event: Event, *, again: int = 0) -> None:
        """Send an event as Slack does: again when it is not acknowledged; `again` times more all the same."""
        await self._event(event, again=again)

    async def _event(self, event: Event, *, again: int = 0) -> None:
        scope = _scope_of(event, self.home.rooms)
        if scope and scope not in self.scopes:
            return
        payload = self._envelope(event)
        for attempt, pause in enumerate((0.0, *self._retries)):
            await asyncio.sleep(pause)
            taken = await self._deliver("events_api", payload, attempt)
            self.delivered += taken is not None
            self.unacknowledged += taken is None
            if taken is not None and attempt >= again:
                return
        if not again:
            self.lost.append(event)

    def _envelope(self, event: Event) -> dict[str, Any]:
        return {
            "token": "verification-token",
            "team_id": self.home.team,
            "api_app_id": self.home.app,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "event_time": int(time.time()),
            "is_ext_shared_channel": False,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.home.team,
                    "user_id": self.bot,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "event": event,
        }

    async def _deliver(self, kind: str, payload: dict[str, Any], attempt: int = 0) -> dict[str, Any] | None:
        if self.request_url:
            return await self._post(kind, payload, attempt)
        return await self.sockets.deliver(kind, payload, self._patience, attempt)

    async def _post(self, kind: str, payload: dict[str, Any], attempt: int) -> dict[str, Any] | None:
        """Call the app over HTTP, signed. Returns what it answered; None unless it was 200 in time."""
        form = {
            "events_api": payload,
            "slash_commands": payload,
            "interactive": {"payload": json.dumps(payload)},
        }
        body, kind_of = _encoded(kind, form[kind])
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"} if attempt else {}
        headers = {**self.signed(body), "Content-Type": kind_of, **retry}
        wait = aiohttp.ClientTimeout(total=self._patience)
        try:
            async with self._http.post(self.request_url, data=body, headers=headers, timeout=wait) as answer:
                text = await answer.text()
                return (json.loads(text) if text.startswith("{") else {}) if answer.status == 200 else None
        except (aiohttp.ClientError, TimeoutError):
            return None

    def signed(self, body: str, *, secret: str = "", at: float = 0) -> dict[str, str]:
        """The headers of a request of ours; with another secret or time those of somebody else's."""
        stamp = str(int(at or time.time()))
        base = f"v0:{stamp}:{body}".encode()
        digest = hmac.new((secret or self.signing_secret).encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def quiet(self) -> None:
        """Return when nothing is on its way to the app any more."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    # --- people ---------------------------------------------------------------------------------------

    def person(self, name: str, **like: Any) -> str:
        return self.home.person(name, **like)

    def channel(self, name: str, *, member: bool = True, private: bool = False) -> str:
        return self.home.room(name, member=member, private=private).id

    def _in(self, channel: str, name: str) -> tuple[Room, str]:
        """The channel, and the id of somebody who is in it. `@ana` is what ana and the bot write each other."""
        user = self.person(name)
        room = self.home.im(self.person(channel[1:])) if channel.startswith("@") else self.home.room(channel)
        room.members.add(user)
        return room, user

    async def say(
        self, name: str, channel: str, text: str, *, thread: str = "", again: int = 0, **more: Any
    ) -> str:
        """Write a message; `@goalward` in it is a mention. Returns its time stamp once the app has acknowledged it."""
        room, user = self._in(channel, name)
        written = text.replace("@goalward", f"<@{self.bot}>")
        team = {"team": self.home.people[user].team}
        message, told = self.home.post(room, user, written, thread=thread, **team, **more)
        await asyncio.gather(*(self._event(event, again=again) for event in told))
        return str(message["ts"])

    async def edit(self, name: str, channel: str, ts: str, text: str) -> None:
        room, user = self._in(channel, name)
        before = dict(room.messages[ts])
        room.messages[ts] |= {"text": text, "edited": {"user": user, "ts": self.home.stamp()}}
        await self._event(self.home.changed(room, before, dict(room.messages[ts])))

    async def delete(self, name: str, channel: str, ts: str) -> None:
        room, _ = self._in(channel, name)
        await self._event(self.home.deleted(room, room.messages.pop(ts)))

    async def react(self, name: str, channel: str, ts: str, emoji: str, *, again: int = 0) -> None:
        """With an emoji's name, `+1::skin-tone-3`."""
        room, user = self._in(channel, name)
        for event in self.home.react(room, ts, user, emoji):
            await self._event(event, again=again)

    async def unreact(self, name: str, channel: str, ts: str, emoji: str) -> None:
        room, user = self._in(channel, name)
        for event in self.home.react(room, ts, user, emoji, added=False):
            await self._event(event)

    def reacted_unseen(self, name: str, channel: str, ts: str, emoji: str) -> None:
        """React while nobody listens."""
        room, user = self._in(channel, name)
        self.home.react(room, ts, user, emoji)

    def said_unseen(self, name: str, channel: str, text: str, *, thread: str = "") -> str:
        """Write a message while nobody listens."""
        room, user = self._in(channel, name)
        message, _ = self.home.post(room, user, text.replace("@goalward", f"<@{self.bot}>"), thread=thread)
        return str(message["ts"])

    async def slash(
        self, name: str, channel: str, text: str, *, command: str = "/goal", copies: int = 1
    ) -> dict[str, Any] | None:
        """Use the slash command in a channel (there are none in threads), escaped as the manifest asks.

        Returns what the app acknowledged with; None when it did not, and the person saw an error. `copies`: the same
        command is delivered so many times.
        """
        room, user = self._in(channel, name)
        payload = {
            "token": "verification-token",
            "team_id": self.home.people[user].team,
            "team_domain": "home",
            "channel_id": room.id,
            "channel_name": room.name or "directmessage",
            "user_id": user,
            "user_name": name,
            "command": command,
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "api_app_id": self.home.app,
            "is_enterprise_install": "false",
            "response_url": self._answer_url(),
            "trigger_id": self._trigger(),
        }
        answers = await asyncio.gather(*(self._deliver("slash_commands", payload) for _ in range(copies)))
        return answers[-1]

    def _trigger(self) -> str:
        trigger = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.methods.triggers.given[trigger] = time.monotonic()
        return trigger

    def _answer_url(self) -> str:
        ticket = secrets.token_hex(8)
        self.answers[ticket] = []
        return f"{self.url}answer/{ticket}"

    async def press(
        self, name: str, channel: str, ts: str, action: str, *, label: str = "", copies: int = 1
    ) -> dict[str, Any] | None:
        """Press the button of a message whose action begins so, with that label where there are several.

        `copies`: the same press is delivered so many times.
        """
        room, user = self._in(channel, name)
        message = room.messages[ts]
        button = _button(message.get("blocks", []), action, label)
        payload = self._interaction("block_actions", user) | {
            "channel": {"id": room.id, "name": room.name},
            "message": {k: v for k, v in message.items() if k != "reactions"},
            "container": {"type": "message", "message_ts": ts, "channel_id": room.id, "is_ephemeral": False}
            | ({"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}),
            "response_url": self._answer_url(),
            "actions": [
                {
                    **{
                        k: v
                        for k, v in button.items()
                        if k in ("type", "action_id", "block_id", "text", "value", "style")
                    }
                }
                | {"action_ts": self.home.stamp()}
            ],
        }
        answers = await asyncio.gather(*(self._deliver("interactive", payload) for _ in range(copies)))
        return answers[-1]

    async def press_whisper(self, whisper: dict[str, Any], action: str) -> dict[str, Any] | None:
        """Press a button of what was said to somebody alone, who presses it."""
        threaded = {"thread_ts": whisper["thread_ts"]} if "thread_ts" in whisper else {}
        place = {"message_ts": whisper["ts"], "channel_id": whisper["channel"], "is_ephemeral": True}
        button = _button(whisper.get("blocks", []), action, "")
        shown = {k: v for k, v in button.items() if k in ("type", "action_id", "block_id", "value")}
        return await self._deliver(
            "interactive",
            self._interaction("block_actions", whisper["user"])
            | {
                "channel": {"id": whisper["channel"], "name": ""},
                "container": {"type": "message", **place, **threaded},
                "response_url": self._answer_url(),
                "actions": [shown | {"action_ts": self.home.stamp()}],
            },
        )

    async def press_home(self, name: str, action: str, *, label: str = "") -> dict[str, Any] | None:
        """Press a button of somebody's App Home."""
        user = self.person(name)
        view = self.methods.homes[user]
        button = _button(view["blocks"], action, label)
        return await self._deliver(
            "interactive",
            self._interaction("block_actions", user)
            | {
                "view": view,
                "container": {"type": "view", "view_id": view["id"]},
                "actions": [
                    {k: v for k, v in button.items() if k in ("type", "action_id", "block_id", "value")}
                    | {"action_ts": self.home.stamp()}
                ],
            },
        )

    async def submit(
        self, name: str, view: str, values: dict[str, str], *, copies: int = 1
    ) -> dict[str, Any] | None:
        """Fill in the inputs of an open modal by their action ids, and submit it. Returns the acknowledgement.

        `copies`: the same submission is delivered so many times.
        """
        shown = self.methods.views[view]
        filled = {
            block["block_id"]: {block["element"]["action_id"]: _filled(block["element"], values)}
            for block in shown["blocks"]
            if block["type"] == "input"
        }
        submitted = shown | {"state": {"values": filled}}
        payload = self._interaction("view_submission", self.person(name)) | {"view": submitted}
        answers = await asyncio.gather(*(self._deliver("interactive", payload) for _ in range(copies)))
        return answers[-1]

    async def shortcut(self, name: str, channel: str, ts: str, callback: str) -> dict[str, Any] | None:
        """Use a shortcut on a message."""
        room, user = self._in(channel, name)
        return await self._deliver(
            "interactive",
            self._interaction("message_action", user)
            | {
                "callback_id": callback,
                "channel": {"id": room.id, "name": room.name},
                "message": room.messages[ts],
                "message_ts": ts,
                "response_url": self._answer_url(),
            },
        )

    async def stop(self, name: str, channel: str, thread: str, *, again: int = 0) -> None:
        """Press Slack's own stop button of a thread, which is there while its session is `processing`."""
        room, user = self._in(channel, name)
        if self.status(channel, thread) != "processing":
            raise LookupError(f"no stop button: {self.status(channel, thread)}")
        streamed = [m for m in self.thread(room.id, thread) if m.get("streaming")]
        for message in streamed:
            message |= {"streaming": False, "stopped": True}
        event = {"type": "agent_session_stopped", "channel": room.id, "thread_ts": thread, "user": user}
        stopped = [message["ts"] for message in streamed]
        await self._event(
            event | {"streaming_message_ts": stopped, "event_ts": self.home.stamp()}, again=again
        )

    async def home_opened(self, name: str, *, tab: str = "home") -> None:
        """Somebody opens the app's home."""
        user = self.person(name)
        event = {"type": "app_home_opened", "user": user, "channel": self.home.im(user).id, "tab": tab}
        view = {"view": self.methods.homes[user]} if user in self.methods.homes else {}
        await self._event(event | view | {"event_ts": self.home.stamp()})

    def _interaction(self, kind: str, user: str) -> dict[str, Any]:
        one = self.home.people[user]
        return {
            "type": kind,
            "token": "verification-token",
            "api_app_id": self.home.app,
            "team": {"id": self.home.team, "domain": "home"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": user, "username": one.name, "name": one.name, "team_id": one.team},
            "trigger_id": self._trigger(),
        }

    # --- looking --------------------------------------------------------------------------------------

    @property
    def whispers(self) -> list[dict[str, Any]]:
        """What was said to somebody alone, in channels."""
        return self.methods.whispers

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        return self.methods.views

    @property
    def homes(self) -> dict[str, dict[str, Any]]:
        return self.methods.homes

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        return self.methods.files

    def status(self, channel: str, thread: str) -> str:
        """How the agent's session of a thread stands; empty where there is none."""
        session = self.methods.sessions.get((self.home.room(channel).id, thread), {})
        return str(session.get("agent_status", ""))

    def statuses(self, thread: str) -> list[str]:
        """Every status that a thread's session was given, in order."""
        return [str(given["status"]) for given in self.methods.statuses if given["thread_ts"] == thread]

    def streams(self, channel: str, thread: str) -> list[dict[str, Any]]:
        """The messages of a thread that were streamed, oldest first; those under way are `streaming`."""
        return [message for message in self.thread(channel, thread) if "streaming" in message]

    def end_streams(self) -> None:
        """Five minutes have passed since each stream began."""
        for room in self.home.rooms.values():
            for message in room.messages.values():
                if message.get("streaming"):
                    message["streaming"] = False

    def posts(self, channel: str) -> list[dict[str, Any]]:
        """Every message of a channel, threads included, oldest first."""
        return list(self.home.room(channel).messages.values())

    def thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """A thread's messages, its first one included."""
        return self.home.thread(self.home.room(channel), ts)

    async def until(self, condition: Callable[[], Any], *, seconds: float = 60) -> Any:
        """What the condition gives, once that is anything."""
        async with asyncio.timeout(seconds):
            while True:
                found = condition()
                if found := await found if isinstance(found, Awaitable) else found:
                    return found
                await asyncio.sleep(0.01)


def _token(request: web.Request, given: dict[str, Any]) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else str(given.pop("token", ""))


def _scope_of(event: Event, rooms: dict[str, Room]) -> str:
    """The scope without which an event is not sent."""
    if event["type"] == "app_mention":
        return "app_mentions:read"
    if event["type"].startswith("reaction_"):
        return "reactions:read"
    room = rooms.get(str(event.get("channel")))
    return room.history_scope if event["type"] == "message" and room else ""


def _encoded(kind: str, form: dict[str, Any]) -> tuple[str, str]:
    if kind == "events_api":
        return json.dumps(form), "application/json"
    from urllib.parse import urlencode

    return urlencode(form), "application/x-www-form-urlencoded"


def _button(blocks: list[dict[str, Any]], action: str, label: str) -> dict[str, Any]:
    """The first button whose action id begins so. Raises LookupError."""
    elements = [
        e
        for b in blocks
        for e in (*b.get("elements", ()), b.get("accessory") or {})
        if e.get("type") == "button"
    ]
    fits = [
        {**e, "block_id": next((b.get("block_id", "") for b in blocks if e in b.get("elements", ())), "")}
        for e in elements
        if e["action_id"].split("#")[0] == action and label in e["text"]["text"]
    ]
    if not fits:
        raise LookupError(f"no button {action!r}: {[e['action_id'] for e in elements]}")
    return fits[0]


def _filled(element: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    value = values.get(element["action_id"], element.get("initial_value"))
    if element["type"] == "static_select":
        chosen = next((o for o in element["options"] if o["value"] == value), element.get("initial_option"))
        return {"type": element["type"], "selected_option": chosen}
    return {"type": element["type"], "value": value}
