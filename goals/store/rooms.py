"""What was said in the local channel, in the order it was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from goals.domain.errors import NotFound
from goals.ports import RoomMessage
from goals.ports.sharing import Signal, Topic
from goals.store import notes
from goals.store.codec import dump_body, load_body
from goals.store.database import Database
from goals.store.straight import asked, changed
from goals.store.tables import room_message as rooms

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
WIDTH = 6
OURS = re.compile(rf"m[{DIGITS}]{{{WIDTH}}}")

_SAY = insert(rooms).on_conflict_do_nothing(index_elements=["key"]).returning(rooms.c.id)
_KNOWN = select(rooms.c.id).where(rooms.c.key == bindparam("said"))
_ROOT = update(rooms).where(rooms.c.id == bindparam("number")).values(thread=bindparam("own"))
_ONE = select(rooms).where(rooms.c.id == bindparam("number")).with_for_update()
_CHANGE = update(rooms).where(rooms.c.id == bindparam("number"))
_CHANNELS = select(rooms.c.channel).distinct().order_by(rooms.c.channel)


def message_id(number: int) -> str:
    """The public id of the message with that number: grows as text as the numbers do."""
    digits = ""
    for _ in range(WIDTH):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return f"m{digits}"


def number_of(message: str) -> int:
    """The number behind a public id; -1, which no message has, when it is not one."""
    if not OURS.fullmatch(message):
        return -1
    return int(message[1:], len(DIGITS))


def say(connection: Connection, message: RoomMessage, key: str) -> str:
    """Store a message; the first of a thread gets its own id as its thread."""
    number = connection.scalar(_SAY, {"key": key, **_values(message)})
    if number is None:
        return message_id(connection.execute(_KNOWN, {"said": key}).scalar_one())
    said = message_id(number)
    if not message.thread:
        connection.execute(_ROOT, {"number": number, "own": said})
    _note(connection, said, message.channel)
    return said


def change(
    connection: Connection, message: str, at: datetime, text: str, body: dict[str, Any], kept: Sequence[str]
) -> RoomMessage:
    """Replace the text and the body of a message; what is named in `kept` stays where the new body has none of it.
    Raises NotFound.
    """
    said = _one(connection, message)
    if said is None:
        raise NotFound(f"There is no message {message}.")
    stays = {part: said.body[part] for part in kept if part in said.body}
    edited = replace(said, text=text, body=stays | body, edited=at)
    drawn = {"text": edited.text, "body": dump_body(edited.body), "edited": at}
    changed(connection, _CHANGE, {"number": number_of(message), **drawn})
    _note(connection, message, said.channel)
    return edited


def react(connection: Connection, message: str, user: str, emoji: str, on: bool) -> RoomMessage | None:
    """Add or take back a person's reaction; doing it again changes nothing."""
    said = _one(connection, message)
    if said is None:
        return None
    gave = said.reactions.get(emoji, ())
    if on and user not in gave:
        gave = (*gave, user)
    if not on:
        gave = tuple(who for who in gave if who != user)
    reactions = {**said.reactions, emoji: gave}
    reactions = {each: who for each, who in reactions.items() if who}
    changed(connection, _CHANGE, {"number": number_of(message), "reactions": dump_body(reactions)})
    _note(connection, message, said.channel)
    return replace(said, reactions=reactions)


class StoredRooms:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def say(self, message: RoomMessage, *, key: str) -> str:
        """Store a message under a key; a key that is there already returns the first one's id.

        The id of `message` is not used: ids are given here. An empty thread starts one.
        """
        return await self._database.write(lambda connection: say(connection, message, key))

    async def change(
        self, message_id: str, *, at: datetime, text: str, body: dict[str, Any], kept: Sequence[str] = ()
    ) -> RoomMessage:
        """Edit a message; what is named in `kept` stays where the new body has none of it. Raises NotFound."""
        return await self._database.write(
            lambda connection: change(connection, message_id, at, text, body, kept)
        )

    async def react(self, message_id: str, user: str, emoji: str, *, on: bool) -> RoomMessage | None:
        """Add or take back a reaction; None when there is no such message."""
        return await self._database.write(lambda connection: react(connection, message_id, user, emoji, on))

    async def read(
        self, channel: str, *, thread: str | None = None, message_id: str | None = None, limit: int = 500
    ) -> list[RoomMessage]:
        """Messages oldest first, the newest `limit` of them; of one thread, or just one, when it is given."""
        query = select(rooms).where(rooms.c.channel == channel)
        if thread is not None:
            query = query.where(rooms.c.thread == thread)
        if message_id is not None:
            query = query.where(rooms.c.id == number_of(message_id))
        newest = query.order_by(rooms.c.id.desc()).limit(limit)
        found = await self._database.read(
            lambda connection: [_message(row) for row in connection.execute(newest)]
        )
        return found[::-1]

    async def channels(self) -> list[str]:
        """The channels in which something was said."""
        return await self._database.read(lambda connection: list(connection.scalars(_CHANNELS)))


def _note(connection: Connection, message: str, channel: str) -> None:
    notes.note(connection, Signal(Topic.ROOM, message, channel))


def _one(connection: Connection, message: str) -> RoomMessage | None:
    rows = asked(connection, _ONE, {"number": number_of(message)})
    return _message(rows[0]) if rows else None


def _values(message: RoomMessage) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "thread": message.thread,
        "user": message.user,
        "text": message.text,
        "at": message.at,
        "bot": message.bot,
        "body": dump_body(message.body),
        "reactions": dump_body(message.reactions),
        "edited": message.edited,
        "private_to": message.private_to,
    }


def _message(row: Any) -> RoomMessage:
    return RoomMessage(
        id=message_id(row.id),
        channel=row.channel,
        thread=row.thread,
        user=row.user,
        text=row.text,
        at=row.at,
        bot=row.bot,
        body=load_body(row.body),
        reactions={emoji: tuple(who) for emoji, who in load_body(row.reactions).items()},
        edited=row.edited,
        private_to=row.private_to,
    )
