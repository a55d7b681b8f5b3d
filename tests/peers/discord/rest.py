"""The REST API, version 10: each route as discord.py calls it, with Discord's own refusals."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.peers.discord.commands import Commands
from tests.peers.discord.interactions import Interactions
from tests.peers.discord.posting import File, Posting
from tests.peers.discord.world import (
    DM,
    HAS_THREAD,
    PUBLIC,
    TEXT,
    Data,
    Refused,
    Room,
    World,
    invalid,
)

RENAMES, RENAMES_WITHIN = 2, 600.0
OPEN = re.compile(r"/(interactions/\d+|webhooks/\d+)/[^/]+")
"""What bears a token of its own in its address, and wants no other."""


@dataclass
class Call:
    """What was asked. `json` is the body, `files` those that came beside it."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    json: Any = None
    files: list[File] = field(default_factory=list)

    def body(self) -> Data:
        if not isinstance(self.json, dict):
            raise Refused(400, 50109, "The request body contains invalid JSON.")
        return self.json


Answer = Any
"""What is answered with 200; None for 204."""


class Rest:
    def __init__(
        self, world: World, posting: Posting, interactions: Interactions, commands: Commands
    ) -> None:
        self._world = world
        self._posting = posting
        self._interactions = interactions
        self._commands = commands
        self.identifies_left = 1000
        self.gateway_url = ""
        self.endpoint: str | None = None
        """Where interactions go instead of to the gateway."""
        self._routes = [
            (method, template, _pattern(template), route) for method, template, route in self._table()
        ]

    def _table(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        channel, message = "/channels/{channel}", "/channels/{channel}/messages/{message}"
        mine, anywhere = "/applications/{app}/commands", "/applications/{app}/guilds/{guild}/commands"
        hook = "/webhooks/{app}/{token}"
        found: list[tuple[str, str, Callable[..., Answer]]] = [
            ("GET", "/users/@me", self._me),
            ("GET", "/users/@me/guilds", self._guilds),
            ("POST", "/users/@me/channels", self._open_dm),
            ("GET", "/users/{user}", self._user),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/applications/@me", self._application),
            ("GET", "/gateway", self._gateway),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("GET", "/guilds/{guild}", self._guild),
            ("GET", "/guilds/{guild}/channels", self._channels),
            ("GET", "/guilds/{guild}/roles", self._roles),
            ("GET", "/guilds/{guild}/members/{user}", self._member),
            ("GET", "/guilds/{guild}/threads/active", self._active_threads),
            ("GET", channel, self._channel),
            ("PATCH", channel, self._change_channel),
            ("POST", f"{channel}/typing", self._typing),
            ("GET", f"{channel}/messages", self._history),
            ("POST", f"{channel}/messages", self._post),
            ("GET", message, self._message),
            ("PATCH", message, self._edit),
            ("DELETE", message, self._delete),
            ("POST", f"{message}/threads", self._thread_from),
            ("POST", f"{channel}/threads", self._thread_alone),
            ("PUT", f"{channel}/thread-members/@me", self._join),
            ("GET", f"{message}/reactions/{{emoji}}", self._reactions),
            ("PUT", f"{message}/reactions/{{emoji}}/@me", self._react),
            ("DELETE", f"{message}/reactions/{{emoji}}/@me", self._unreact),
            ("POST", "/interactions/{interaction}/{token}/callback", self._callback),
            ("POST", hook, self._follow_up),
            ("GET", f"{hook}/messages/{{message}}", self._answered),
            ("PATCH", f"{hook}/messages/{{message}}", self._edit_answer),
            ("DELETE", f"{hook}/messages/{{message}}", self._delete_answer),
        ]
        for where in (mine, anywhere):
            found += [
                ("GET", where, self._known_commands),
                ("PUT", where, self._put_commands),
                ("POST", where, self._put_command),
                ("GET", f"{where}/{{command}}", self._known_command),
                ("DELETE", f"{where}/{{command}}", self._delete_command),
            ]
        return found

    def find(self, method: str, path: str) -> tuple[str, Callable[..., Answer], dict[str, str]]:
        """The route's template, what carries it out, and what its address says. Raises Refused."""
        there = False
        for wanted, template, pattern, route in self._routes:
            if given := pattern.fullmatch(path):
                if wanted == method:
                    return template, route, {name: unquote(part) for name, part in given.groupdict().items()}
                there = True
        if there:
            raise Refused(405, 0, "405: Method Not Allowed")
        raise Refused(404, 0, "404: Not Found")

    # --- who and where --------------------------------------------------------------------------------

    def _me(self, call: Call) -> Answer:
        return {**self._world.people[self._world.bot].user(), "verified": True, "mfa_enabled": False}

    def _guilds(self, call: Call) -> Answer:
        rights = str(self._world.permissions(self._world.bot, Room("0", "")).value)
        shown = {"id": self._world.guild, "name": "Home", "icon": None, "owner": False, "features": []}
        return [{**shown, "permissions": rights}] if self._world.there else []

    def _application(self, call: Call) -> Answer:
        flags = 1 << 19 if self._world.content_allowed else 0
        owner = self._world.people[self._world.person("owner")].user()
        return {
            "id": self._world.app,
            "name": "Goalward",
            "icon": None,
            "description": "",
            "rpc_origins": [],
            "bot_public": False,
            "bot_require_code_grant": False,
            "owner": owner,
            "verify_key": "0" * 64,
            "team": None,
            "flags": flags,
            "interactions_endpoint_url": self.endpoint,
            "approximate_guild_count": 1,
            "install_params": None,
            "integration_types_config": {},
        }

    def _gateway(self, call: Call) -> Answer:
        return {"url": self.gateway_url}

    def _gateway_bot(self, call: Call) -> Answer:
        left = {"total": 1000, "remaining": self.identifies_left, "reset_after": 14_400_000}
        return {
            "url": self.gateway_url,
            "shards": 1,
            "session_start_limit": {**left, "max_concurrency": 1},
        }

    def _user(self, call: Call, user: str) -> Answer:
        if user not in self._world.people:
            raise Refused(404, 10013, "Unknown User")
        return self._world.people[user].user()

    def _open_dm(self, call: Call) -> Answer:
        user = str(call.body().get("recipient_id"))
        if user not in self._world.people:
            raise invalid("recipient_id", "INVALID_RECIPIENT", "Invalid Recipient(s)")
        if user == self._world.bot:
            raise Refused(400, 50007, "Cannot send messages to this user")
        return self._world.channel(self._world.direct(user))

    def _in_guild(self, guild: str) -> None:
        if guild != self._world.guild:
            raise Refused(404, 10004, "Unknown Guild")
        if not self._world.there:
            raise Refused(403, 50001, "Missing Access")

    def _guild(self, call: Call, guild: str) -> Answer:
        self._in_guild(guild)
        return self._world.guild_known()

    def _channels(self, call: Call, guild: str) -> Answer:
        self._in_guild(guild)
        return [self._world.channel(room) for room in self._world.rooms.values() if room.type == TEXT]

    def _roles(self, call: Call, guild: str) -> Answer:
        self._in_guild(guild)
        return [self._world.role_shown(role) for role in self._world.roles.values()]

    def _member(self, call: Call, guild: str, user: str) -> Answer:
        self._in_guild(guild)
        someone = self._world.people.get(user)
        if someone is None:
            raise Refused(404, 10013, "Unknown User")
        if not someone.member:
            raise Refused(404, 10007, "Unknown Member")
        return {**self._world.member(user), "user": someone.user()}

    def _active_threads(self, call: Call, guild: str) -> Answer:
        self._in_guild(guild)
        threads = [
            room
            for room in self._world.rooms.values()
            if room.is_thread and not room.archived and self._world.sees(self._world.bot, room)
        ]
        return {"threads": [self._world.channel(room) for room in threads], "members": []}

    # --- channels and threads -------------------------------------------------------------------------

    def _channel(self, call: Call, channel: str) -> Answer:
        return self._world.channel(self._world.seen(channel))

    def _change_channel(self, call: Call, channel: str) -> Answer:
        room, given = self._world.seen(channel), call.body()
        if not room.is_thread or (room.owner != self._world.bot and set(given) - {"archived"}):
            self._world.need(room, "manage_threads" if room.is_thread else "manage_channels")
        changes = {name: given[name] for name in ("archived", "locked", "name") if name in given}
        if "locked" in changes:
            self._world.need(room, "manage_threads")
        if room.archived and changes.get("archived", True) is not False:
            raise Refused(400, 50083, "Tried to perform an operation on an archived thread")
        if "name" in changes:
            _rename(room, str(changes["name"]))
        self._world.change(room, **changes)
        return self._world.channel(room)

    def _thread_from(self, call: Call, channel: str, message: str) -> Answer:
        room = self._world.seen(channel)
        self._world.need(room, "create_public_threads", "read_message_history")
        found, given = self._world.message(room, message), call.body()
        if room.is_thread or room.type == DM:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if found["flags"] & HAS_THREAD:
            raise Refused(400, 160004, "A thread has already been created for this message")
        _check_thread(given)
        thread = self._world.open_thread(room, str(given["name"]), self._world.bot, message=message)
        thread.archive_after = int(given.get("auto_archive_duration") or 1440)
        return self._world.channel(thread)

    def _thread_alone(self, call: Call, channel: str) -> Answer:
        room, given = self._world.seen(channel), call.body()
        private = int(given.get("type", 12)) != PUBLIC
        self._world.need(room, "create_private_threads" if private else "create_public_threads")
        _check_thread(given)
        thread = self._world.open_thread(room, str(given["name"]), self._world.bot, private=private)
        return self._world.channel(thread)

    def _join(self, call: Call, channel: str) -> Answer:
        room = self._world.seen(channel)
        _check_open(room)
        room.members.add(self._world.bot)

    def _typing(self, call: Call, channel: str) -> Answer:
        room = self._world.seen(channel)
        self._world.need(room, "send_messages_in_threads" if room.is_thread else "send_messages")

    # --- messages -------------------------------------------------------------------------------------

    def _history(self, call: Call, channel: str) -> Answer:
        room = self._world.seen(channel)
        limit = int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
        if not self._world.permissions(self._world.bot, room).read_message_history:
            return []
        found = sorted(room.messages.values(), key=lambda message: int(message["id"]))
        found = [message for message in found if not message["flags"] & 1 << 6]
        if before := call.query.get("before"):
            found = [m for m in found if int(m["id"]) < int(before)][-limit:]
        elif after := call.query.get("after"):
            found = [m for m in found if int(m["id"]) > int(after)][:limit]
        else:
            found = found[-limit:]
        return [self._world.shown(room, message) for message in reversed(found)]

    def _message(self, call: Call, channel: str, message: str) -> Answer:
        room = self._world.seen(channel)
        self._world.need(room, "read_message_history")
        return self._world.shown(room, self._world.message(room, message))

    def _post(self, call: Call, channel: str) -> Answer:
        room, given = self._world.seen(channel), call.body()
        self._posting.check_may_post(room, given, call.files)
        return self._world.shown(room, self._posting.post(room, given, call.files))

    def _edit(self, call: Call, channel: str, message: str) -> Answer:
        room = self._world.seen(channel)
        found = self._world.message(room, message)
        if found["author"]["id"] != self._world.bot:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        _check_open(room)
        return self._world.shown(room, self._posting.edit(room, found, call.body(), call.files))

    def _delete(self, call: Call, channel: str, message: str) -> Answer:
        room = self._world.seen(channel)
        found = self._world.message(room, message)
        if found["author"]["id"] != self._world.bot:
            self._world.need(room, "manage_messages")
        _check_open(room)
        self._world.delete(room, message)

    # --- reactions ------------------------------------------------------------------------------------

    def _react(self, call: Call, channel: str, message: str, emoji: str) -> Answer:
        room = self._world.seen(channel)
        self._world.need(room, "read_message_history")
        found = self._world.message(room, message)
        _check_emoji(emoji)
        _check_open(room)
        if not found["given"].get(emoji):
            self._world.need(room, "add_reactions")
        self._world.react(room, found, self._world.bot, emoji)

    def _unreact(self, call: Call, channel: str, message: str, emoji: str) -> Answer:
        room = self._world.seen(channel)
        found = self._world.message(room, message)
        _check_open(room)
        if self._world.bot not in found["given"].get(emoji, ()):
            raise Refused(404, 10014, "Unknown Emoji")
        self._world.unreact(room, found, self._world.bot, emoji)

    def _reactions(self, call: Call, channel: str, message: str, emoji: str) -> Answer:
        room = self._world.seen(channel)
        self._world.need(room, "read_message_history")
        found = self._world.message(room, message)
        _check_emoji(emoji)
        bursts = found.get("bursts", {}).get(emoji, ())
        kind = int(call.query.get("type", 0))
        users = sorted((u for u in found["given"].get(emoji, ()) if (u in bursts) == (kind == 1)), key=int)
        after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 25))
        return [self._world.people[user].user() for user in users if int(user) > after][:limit]

    # --- interactions ---------------------------------------------------------------------------------

    def _callback(self, call: Call, interaction: str, token: str) -> Answer:
        answer = self._interactions.answer(interaction, token, call.body(), call.files)
        return answer if call.query.get("with_response") in ("1", "true") else None

    def _follow_up(self, call: Call, app: str, token: str) -> Answer:
        return self._interactions.follow_up(token, call.body(), call.files)

    def _answered(self, call: Call, app: str, token: str, message: str) -> Answer:
        return self._interactions.message(token, message)

    def _edit_answer(self, call: Call, app: str, token: str, message: str) -> Answer:
        return self._interactions.edit(token, message, call.body(), call.files)

    def _delete_answer(self, call: Call, app: str, token: str, message: str) -> Answer:
        self._interactions.delete(token, message)

    # --- commands -------------------------------------------------------------------------------------

    def _place(self, app: str, guild: str) -> str:
        if app != self._world.app:
            raise Refused(404, 10002, "Unknown Application")
        if guild:
            self._in_guild(guild)
        return guild

    def _known_commands(self, call: Call, app: str, guild: str = "") -> Answer:
        return self._commands.of(self._place(app, guild))

    def _put_commands(self, call: Call, app: str, guild: str = "") -> Answer:
        return self._commands.replace(self._place(app, guild), call.json)

    def _put_command(self, call: Call, app: str, guild: str = "") -> Answer:
        return self._commands.put(self._place(app, guild), call.body())

    def _known_command(self, call: Call, app: str, command: str, guild: str = "") -> Answer:
        return self._commands.find(self._place(app, guild), command)

    def _delete_command(self, call: Call, app: str, command: str, guild: str = "") -> Answer:
        self._commands.remove(self._place(app, guild), command)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


def _check_thread(given: Data) -> None:
    name = str(given.get("name") or "")
    if not len(name.strip()) >= 1 or len(name) > 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if given.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        raise invalid("auto_archive_duration", "BASE_TYPE_CHOICES", "Must be one of (60, 1440, 4320, 10080).")


def _check_open(room: Room) -> None:
    if room.archived:
        raise Refused(400, 50083, "Tried to perform an operation on an archived thread")


def _check_emoji(emoji: str) -> None:
    """One character of Unicode, perhaps with a variation, or one of a server's own with its id."""
    if re.fullmatch(r"\w+:\d+", emoji):
        raise Refused(400, 10014, "Unknown Emoji")
    if not emoji or len(emoji) > 8 or emoji.isascii():
        raise Refused(400, 10014, "Unknown Emoji")


def _rename(room: Room, name: str) -> None:
    if not 1 <= len(name) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    now = time.monotonic()
    room.renamed = [at for at in room.renamed if at > now - RENAMES_WITHIN]
    if len(room.renamed) >= RENAMES:
        wait = room.renamed[0] + RENAMES_WITHIN - now
        raise Refused(429, 0, "You are being rate limited.", retry_after=wait, **{"global": False})
    room.renamed.append(now)
