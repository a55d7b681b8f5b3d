"""The local channel as a chat platform: what the bot posts is stored in rooms, then told to the open pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.chat import Body, Message, Undeliverable
from adapters.local.feed import Feed
from adapters.local.messages import BOT, shown, stored
from goals.domain.errors import NotFound
from goals.domain.values import Origin, Person
from goals.ports import Clock, RoomMessage, Rooms


class LocalPort:
    """A ChatPort over the rooms of the store. StoreUnavailable rises as it is."""

    def __init__(self, rooms: Rooms, feed: Feed, clock: Clock) -> None:
        self._rooms = rooms
        self._feed = feed
        self._clock = clock

    async def post(self, to: Origin, body: Body, *, key: str) -> str:
        return await self._say(to, body, key=key)

    async def edit(self, at: Origin, message: str, body: Body) -> None:
        """What was attached stays, unless the message has other files now."""
        drawn, now = stored(body), self._clock.now()
        try:
            changed = await self._rooms.change(message, at=now, text=body.text, body=drawn, kept=("files",))
        except NotFound:
            raise _gone(at, message) from None
        self._feed.tell("message", shown(changed))

    async def private(self, who: Person, at: Origin, body: Body, *, key: str) -> None:
        await self._say(at, body, key=key, private_to=who.id)

    async def react(self, at: Origin, message: str, emoji: str) -> None:
        found = await self._find(at, message)
        changed = await self._rooms.react(message, BOT, emoji, on=True)
        self._feed.tell("message", shown(changed or found))

    async def reactions(self, at: Origin, message: str) -> Sequence[tuple[Person, str]]:
        found = await self._find(at, message)
        return [
            (Person(user, user), emoji)
            for emoji, users in found.reactions.items()
            for user in users
            if user != BOT
        ]

    async def said(self, at: Origin, *, since: datetime) -> Sequence[Message]:
        """Nothing: what is said here is kept for the bot at once."""
        return ()

    async def _say(self, to: Origin, body: Body, *, key: str, private_to: str = "") -> str:
        message = RoomMessage(
            id="",
            channel=to.channel,
            thread=to.thread,
            user=BOT,
            text=body.text,
            at=self._clock.now(),
            bot=True,
            body=stored(body),
            private_to=private_to,
        )
        message_id = await self._rooms.say(message, key=key)
        self._feed.tell("message", shown(await self._find(to, message_id)))
        return message_id

    async def _find(self, at: Origin, message: str) -> RoomMessage:
        found = await self._rooms.read(at.channel, message_id=message, limit=1)
        if not found:
            raise _gone(at, message)
        return found[0]


def _gone(at: Origin, message: str) -> Undeliverable:
    return Undeliverable(f"There is no message {message} in #{at.channel}.")
