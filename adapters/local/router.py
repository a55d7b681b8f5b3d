"""The HTTP interface of the local channel: say, react, press, read, listen."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, HTTPException, Query
from fastapi.responses import Response, StreamingResponse

from adapters.chat import File, Inbound, Message, Press, Reaction
from adapters.local.feed import Feed
from adapters.local.messages import file_of, shown, visible
from adapters.local.shapes import (
    LONGEST_TEXT,
    Channel,
    Channels,
    Commands,
    Done,
    FileNumber,
    MessageId,
    Messages,
    PressButton,
    React,
    Said,
    Say,
    ThreadId,
)
from goals.domain.errors import NotFound, StoreUnavailable
from goals.domain.values import Origin, Person
from goals.ports import Clock, RoomMessage, Rooms

Accept = Callable[[Inbound], Awaitable[None]]
ListCommands = Callable[[], list[dict[str, Any]]]

_PATIENCE = 5.0
"""Seconds that the store gets for one request."""

PICTURES = ("image/png",)
"""Kinds of files that are shown where they stand."""

Retry = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same on every retry of one act: it then counts once.",
    ),
]
Reader = Annotated[
    str | None,
    Query(max_length=80, description="Who reads: leaves out what only others see."),
]


def router(
    rooms: Rooms,
    feed: Feed,
    accept: Accept,
    clock: Clock,
    commands: ListCommands,
    *,
    patience: float = _PATIENCE,
) -> APIRouter:
    """The routes under /api. `accept` has made an inbound durable when it returns; only then we answer.

    `patience` is how many seconds the store gets before a request is answered with 503.
    """
    api = _LocalApi(rooms, feed, accept, clock, commands, patience)
    routes = APIRouter(prefix="/api", tags=["local channel"])
    say, message = "/channels/{channel}/messages", "/channels/{channel}/messages/{message}"
    sparse = {"response_model_exclude_unset": True}
    routes.add_api_route(say, api.say, methods=["POST"], response_model=Said)
    routes.add_api_route(f"{message}/reactions", api.react, methods=["POST"], response_model=Done)
    routes.add_api_route(f"{message}/reactions", api.unreact, methods=["DELETE"], response_model=Done)
    routes.add_api_route(f"{message}/buttons", api.press, methods=["POST"], response_model=Done)
    routes.add_api_route(f"{message}/files/{{number}}", api.file, response_class=Response)
    routes.add_api_route(say, api.read, response_model=Messages, **sparse)  # type: ignore[arg-type]
    routes.add_api_route(
        "/channels/{channel}/threads/{thread}",
        api.read_thread,
        response_model=Messages,
        **sparse,  # type: ignore[arg-type]
    )
    routes.add_api_route("/channels", api.channels, response_model=Channels)
    routes.add_api_route("/commands", api.commands, response_model=Commands)
    routes.add_api_route("/events", api.events, response_class=EventStream)
    return routes


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


class _LocalApi:
    def __init__(
        self, rooms: Rooms, feed: Feed, accept: Accept, clock: Clock, commands: ListCommands, patience: float
    ) -> None:
        self._rooms = rooms
        self._feed = feed
        self._accept = accept
        self._clock = clock
        self._commands = commands
        self._patience = patience

    async def say(self, channel: Channel, said: Say, retry: Retry = "") -> Said:
        """Say something; text that begins with `/goal` is for the bot, as is every reply in a goal's thread."""
        if len(said.text) > LONGEST_TEXT:
            raise HTTPException(413, f"The text has {len(said.text):,} characters, {LONGEST_TEXT:,} at most.")
        async with self._store_answers():
            thread = await self._thread(channel, said.thread)
            message = await self._keep(channel, thread, said, retry)
            await self._accept(heard(message))
        self._feed.tell("message", shown(message))
        return Said(message=message.id, thread=message.thread)

    async def react(self, channel: Channel, message: MessageId, reaction: React, retry: Retry = "") -> Done:
        """React to a message with an emoji. Doing it again changes nothing."""
        return await self._toggle(channel, message, reaction, retry, added=True)

    async def unreact(self, channel: Channel, message: MessageId, reaction: React, retry: Retry = "") -> Done:
        """Take a reaction back."""
        return await self._toggle(channel, message, reaction, retry, added=False)

    async def press(
        self, channel: Channel, message: MessageId, press: PressButton, retry: Retry = ""
    ) -> Done:
        """Press a button on a message."""
        async with self._store_answers():
            found = await self._find(channel, message)
            act = f"{press.user}:{press.action}:{press.value}:{_number(retry)}"
            await self._accept(
                Press(
                    key=f"local:{message}:press:{act}",
                    who=Person(press.user, press.user),
                    at=_origin(found),
                    message=message,
                    action=press.action,
                    value=press.value,
                )
            )
        return Done(message=message)

    async def read(self, channel: Channel, user: Reader = None) -> dict[str, Any]:
        """The channel's newest messages, replies in threads included, oldest first."""
        async with self._store_answers():
            found = await self._rooms.read(channel)
        return _listed(found, user)

    async def read_thread(self, channel: Channel, thread: ThreadId, user: Reader = None) -> dict[str, Any]:
        """One thread, oldest message first."""
        async with self._store_answers():
            found = await self._rooms.read(channel, thread=thread)
        if not found:
            raise NotFound(f"There is no thread {thread} in #{channel}.")
        return _listed(found, user)

    async def file(
        self, channel: Channel, message: MessageId, number: FileNumber, user: Reader = None
    ) -> Response:
        """A file of a message. Pictures may be shown where they stand; everything else is only ever downloaded."""
        async with self._store_answers():
            found = await self._find(channel, message)
        if not visible(found, user):
            raise NotFound(f"There is no message {message} in #{channel}.")
        return _served(file_of(found, number))

    async def channels(self) -> Channels:
        """The channels that were spoken in."""
        async with self._store_answers():
            return Channels(channels=await self._rooms.channels())

    async def commands(self) -> Commands:
        """The goal language, for completion."""
        return Commands(commands=self._commands())

    async def events(self, last_event_id: Annotated[str, Header(max_length=100)] = "") -> EventStream:
        """Server-sent events: `message` (new or changed), `goal`, and `reload` for who missed some."""
        return EventStream(self._feed.stream(last_event_id), headers={"Cache-Control": "no-store"})

    @asynccontextmanager
    async def _store_answers(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                yield
        except TimeoutError:
            raise StoreUnavailable("The store does not answer; try again in a moment.") from None

    async def _keep(self, channel: str, thread: str, said: Say, retry: str) -> RoomMessage:
        fresh = RoomMessage("", channel, thread, said.user, said.text, self._clock.now())
        key = f"local:{channel}:{said.user}:{_number(retry)}"
        kept_id = await self._rooms.say(fresh, key=key)
        return await self._find(channel, kept_id)

    async def _toggle(self, channel: str, message: str, reaction: React, retry: str, *, added: bool) -> Done:
        async with self._store_answers():
            found = await self._find(channel, message)
            if (reaction.user in found.reactions.get(reaction.emoji, ())) != added:
                await self._accept(_reacted(found, reaction, retry, added=added))
                changed = await self._rooms.react(message, reaction.user, reaction.emoji, on=added)
                self._feed.tell("message", shown(changed or found))
        return Done(message=message)

    async def _thread(self, channel: str, thread: str | None) -> str:
        return (await self._find(channel, thread, "thread")).thread if thread else ""

    async def _find(self, channel: str, message: str, what: str = "message") -> RoomMessage:
        found = await self._rooms.read(channel, message_id=message, limit=1)
        if not found:
            raise NotFound(f"There is no {what} {message} in #{channel}.")
        return found[0]


def _served(file: File) -> Response:
    """Nothing that a browser could take for a page."""
    picture = file.media in PICTURES
    media = file.media if picture else "application/octet-stream"
    how = "inline" if picture else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600" if picture else "no-store",
    }
    return Response(file.data or file.text.encode(), media_type=media, headers=headers)


def _origin(message: RoomMessage) -> Origin:
    return Origin("local", message.channel, message.thread, root=message.thread)


def heard(message: RoomMessage) -> Message:
    who = Person(message.user, message.user)
    return Message(f"local:{message.id}", who, _origin(message), message.id, message.text)


def _reacted(message: RoomMessage, reaction: React, retry: str, *, added: bool) -> Reaction:
    act = f"{reaction.user}:{reaction.emoji}:{'+' if added else '-'}{_number(retry)}"
    who = Person(reaction.user, reaction.user)
    return Reaction(f"local:{message.id}:{act}", who, _origin(message), message.id, reaction.emoji, added)


def _number(retry: str) -> str:
    """What tells one act from the next: the caller's own key, else a fresh one."""
    return retry or secrets.token_hex(8)


def _listed(messages: list[RoomMessage], user: str | None) -> dict[str, Any]:
    return {"messages": [shown(message) for message in messages if visible(message, user)]}
