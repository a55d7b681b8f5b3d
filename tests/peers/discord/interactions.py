"""Interactions: what people press, fill in and command; each is to be answered within three seconds, once."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from tests.peers.discord import limits
from tests.peers.discord.posting import File, Posting
from tests.peers.discord.world import (
    CHAT_INPUT,
    CONTEXT_MENU,
    EPHEMERAL,
    LOADING,
    Data,
    Refused,
    Room,
    World,
)

COMMAND, COMPONENT, COMPLETION, FORM = 2, 3, 4, 5
"""The types of interactions."""
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""The types of answers."""
FOLLOWED = 15 * 60.0
"""Seconds for which an interaction may be answered further."""
TO = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    COMPLETION: {CHOICES},
    FORM: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}


@dataclass
class Interaction:
    """Something that somebody did, and how it was answered.

    `answered` is the type of the answer (0: none), `after` the seconds until it; `messages` what the person saw by it,
    `form` the modal that was shown, `choices` what was offered. `on` is the message that it was done on.
    """

    id: str
    token: str
    type: int
    user: str
    room: Room
    on: Data | None = None
    kind: int = CHAT_INPUT
    answered: int = 0
    after: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    messages: list[Data] = field(default_factory=list)
    form: Data | None = None
    choices: list[Data] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def texts(self) -> list[str]:
        """What the person read in answer."""
        return [message["content"] for message in self.messages if not message["flags"] & LOADING]


class Interactions:
    """`patience`: the seconds within which the first answer has to come."""

    def __init__(self, world: World, posting: Posting, patience: float) -> None:
        self._world = world
        self._posting = posting
        self.patience = patience
        self.all: dict[str, Interaction] = {}
        self.expired = False
        """Some time passes: what was done may not be answered further."""

    def begin(self, type_: int, user: str, room: Room, on: Data | None = None, kind: int = 0) -> Interaction:
        made = Interaction(self._world.snowflake(), secrets.token_urlsafe(40), type_, user, room, on)
        made.kind = kind or CHAT_INPUT
        self.all[made.token] = made
        return made

    def told(self, of: Interaction, data: Data) -> Data:
        """What the app is told of it."""
        person = self._world.people[of.user].user()
        rights = str(self._world.permissions(of.user, of.room).value)
        told: Data = {
            "id": of.id,
            "application_id": self._world.app,
            "type": of.type,
            "token": of.token,
            "version": 1,
            "data": data,
            "channel_id": of.room.id,
            "channel": {**self._world.channel(of.room), "permissions": rights},
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {},
            "app_permissions": str(self._world.permissions(self._world.bot, of.room).value),
            "attachment_size_limit": limits.FILE,
        }
        if of.on is not None:
            told["message"] = {**of.on, "reactions": []}
            told["message"].pop("given", None)
        if of.room.members and not of.room.is_thread:
            return {**told, "user": person, "context": 1}
        member = {**self._world.member(of.user), "user": person, "permissions": rights}
        return {
            **told,
            "guild_id": self._world.guild,
            "guild_locale": "en-US",
            "member": member,
            "context": 0,
        }

    def answer(self, id_: str, token: str, given: Data, files: list[File]) -> Data:
        """The first answer. Raises Refused."""
        found = self.all.get(token)
        if found is None or found.id != id_ or time.monotonic() > found.begun + self.patience:
            raise Refused(404, 10062, "Unknown interaction")
        if found.answered:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        kind, data = int(given.get("type") or 0), given.get("data") or {}
        if kind not in TO[found.type]:
            raise Refused(400, 50035, "Invalid Form Body", errors={"type": {"_errors": []}})
        shown = self._shown(found, kind, data, files)
        found.answered, found.after = kind, time.monotonic() - found.begun
        found.done.set()
        about: Data = {"id": found.id, "type": found.type}
        if shown is None:
            return {"interaction": about}
        about |= {
            "response_message_id": shown["id"],
            "response_message_loading": kind == DEFERRED,
            "response_message_ephemeral": bool(shown["flags"] & EPHEMERAL),
        }
        return {"interaction": about, "resource": {"type": kind, "message": self._seen(found, shown)}}

    def _shown(self, of: Interaction, kind: int, data: Data, files: list[File]) -> Data | None:
        """Carry out an answer. Returns the message that it made or changed."""
        match kind:
            case 4:
                return self._said(of, data, files)
            case 5:
                flags = int(data.get("flags") or 0) & EPHEMERAL | LOADING
                return self._put(of, {}, [], flags=flags)
            case 7 if of.on is not None:
                return self._posting.edit(of.room, of.on, data, files)
            case 8:
                limits.choices(data.get("choices") or [])
                of.choices = data.get("choices") or []
            case 9:
                limits.form(data)
                of.form = data
        return of.on if kind == DEFERRED_UPDATE else None

    def _said(self, of: Interaction, data: Data, files: list[File]) -> Data:
        limits.message(data, {name for name, _, _ in files})
        return self._put(of, data, files, flags=int(data.get("flags") or 0))

    def _put(self, of: Interaction, data: Data, files: list[File], *, flags: int) -> Data:
        about = {"id": of.id, "type": of.type, "user": self._world.people[of.user].user()}
        marks = {
            "type": of.kind,
            "webhook_id": self._world.app,
            "application_id": self._world.app,
            "interaction_metadata": {**about, "authorizing_integration_owners": {}},
        }
        given = {**data, "flags": flags & ~LOADING} if data else {"content": "…"}
        message = self._posting.post(of.room, given, files, **marks) if data else self._waiting(of, marks)
        message["flags"] = flags | message["flags"]
        of.messages.append(message)
        return message

    def _waiting(self, of: Interaction, marks: Data) -> Data:
        """ "Goalward is thinking…" """
        return self._world.post(of.room, self._world.bot, "", flags=LOADING, tell=False, **marks)

    def follow_up(self, token: str, given: Data, files: list[File]) -> Data:
        """A further answer; the first one after a deferral takes its place, and is as private. Raises Refused."""
        of = self._alive(token)
        waiting = next((each for each in of.messages if each["flags"] & LOADING), None)
        if waiting is not None:
            return self._seen(of, self._replace(of, waiting, given, files))
        limits.message(given, {name for name, _, _ in files}, ephemeral=True)
        return self._seen(of, self._put(of, given, files, flags=int(given.get("flags") or 0)))

    def _replace(self, of: Interaction, waiting: Data, given: Data, files: list[File]) -> Data:
        limits.message(given, {name for name, _, _ in files})
        private = waiting["flags"] & EPHEMERAL
        waiting["flags"] = private
        given = {**given, "flags": int(given.get("flags") or 0) & ~EPHEMERAL | private}
        return self._posting.edit(of.room, waiting, given, files)

    def message(self, token: str, message: str) -> Data:
        of = self._alive(token)
        return self._seen(of, self._find(of, message))

    def edit(self, token: str, message: str, given: Data, files: list[File]) -> Data:
        of = self._alive(token)
        found = self._find(of, message)
        found["flags"] &= ~LOADING
        return self._seen(of, self._posting.edit(of.room, found, given, files))

    def delete(self, token: str, message: str) -> None:
        of = self._alive(token)
        found = self._find(of, message)
        of.room.messages.pop(found["id"], None)
        if found in of.messages:
            of.messages.remove(found)

    def _find(self, of: Interaction, message: str) -> Data:
        if message == "@original":
            first = of.on if of.answered in (DEFERRED_UPDATE, UPDATE) else next(iter(of.messages), None)
        else:
            first = next((each for each in of.messages if each["id"] == message), None)
        if first is None:
            raise Refused(404, 10008, "Unknown Message")
        return first

    def _alive(self, token: str) -> Interaction:
        """Raises Refused."""
        of = self.all.get(token)
        if of is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if self.expired or time.monotonic() > of.begun + FOLLOWED:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if not of.answered:
            raise Refused(404, 10015, "Unknown Webhook")
        return of

    def _seen(self, of: Interaction, message: Data) -> Data:
        return {key: value for key, value in message.items() if key != "given"}


def answers_to(kind: int) -> int:
    """The type of the message that answers a command of this kind."""
    return CHAT_INPUT if kind == 1 else CONTEXT_MENU
