"""Discord's port: posts, edits, private notes, files and reactions, each once, however often it is asked for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TypeVar

from discord import Client

from adapters.chat import Body, Busy, Gone, Message, Undeliverable
from adapters.discord import calls
from adapters.discord.edits import Edits
from adapters.discord.guard import Guard
from adapters.discord.marks import mark
from adapters.discord.origins import DIRECT, PLATFORM
from adapters.discord.parts import Parts, parts, plain
from adapters.discord.places import Places
from adapters.discord.posting import Posting
from adapters.discord.refusals import (
    AWAY,
    Archived,
    Closed,
    DrawingRefused,
    MessageGone,
    NoThreads,
    NotThere,
    Unsure,
)
from adapters.discord.whispers import Answers, Whispers
from adapters.memory import Memory
from goals.domain.values import Origin, Person
from goals.ports import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

Read = Callable[[Origin, datetime], Awaitable[Sequence[Message]]]
"""What people wrote in a thread since a time."""

Who = Callable[[str, str], Awaitable[Person | None]]
"""Who a user of a server is; None for bots."""


class DiscordPort:
    """A ChatPort. A post bears its key as a nonce, and in its box, so that one in doubt can be found in its thread."""

    def __init__(self, client: Client, answers: Answers, who: Who, clock: Clock, read: Read) -> None:
        """`client` is logged in before anything is said; it needs no gateway."""
        self._client = client
        self._who = who
        self._read = read
        self._memory = Memory(clock.now().timestamp())
        self._posting = Posting(client, self._memory)
        self._whispers = Whispers(answers, self._memory)
        self._places = Places()
        self._edits = Edits()
        self._guard = Guard(clock)
        self.changed = self._guard.changed

    async def post(self, to: Origin, body: Body, *, key: str) -> str:
        with self._at(self._places.of(to), "post"):
            return await _drawn(body, lambda made: self._post(to, made, key, body))

    async def edit(self, at: Origin, message: str, body: Body) -> None:
        async def changed(place: int, made: Parts) -> None:
            await self._awake(
                place, lambda: calls.redraw(self._client, place, message, made.first, mark(message))
            )
            if made.rest:
                await self._posting.change_rest(place, message, made.rest)

        async def newest(place: int) -> None:
            await self._edits.newest(place, message, lambda: _drawn(body, lambda made: changed(place, made)))

        await self._where(at, message, "edit", newest)

    async def private(self, who: Person, at: Origin, body: Body, *, key: str) -> None:
        async def whispered(made: Parts) -> None:
            if not await self._whispers.answered(made, key):
                await self._directly(who, at, made, key)

        await _drawn(body, whispered)

    async def react(self, at: Origin, message: str, emoji: str) -> None:
        async def reacted(place: int) -> None:
            await self._awake(place, lambda: calls.react(self._client, place, message, emoji))

        await self._where(at, message, "react", reacted)

    async def reactions(self, at: Origin, message: str) -> Sequence[tuple[Person, str]]:
        given = await self._where(
            at, message, "read", lambda place: calls.reactions(self._client, place, message)
        )
        return [
            (person, sign)
            for sign, user in given
            if (person := await self._who(at.tenant, str(user.id))) is not None
        ]

    async def said(self, at: Origin, *, since: datetime) -> Sequence[Message]:
        return await self._read(at, since)

    @contextmanager
    def _at(self, place: int, act: str) -> Iterator[None]:
        """What is done in a place. Raises Busy until Discord has said whose the token is."""
        if self._client.user is None:
            raise Busy(AWAY)
        with self._guard.at(place, act):
            yield

    async def _where(self, at: Origin, message: str, act: str, do: Callable[[int], Awaitable[T]]) -> T:
        """Do something where a message stands: in its thread, or in a channel that has no threads."""
        place = self._places.holder(at, message)
        with self._at(place, act):
            try:
                return await do(place)
            except NotThere as gone:
                with suppress(Undeliverable):
                    return await do(int(at.channel))
                raise gone

    async def _post(self, to: Origin, made: Parts, key: str, body: Body) -> str:
        """Where there is no thread yet, it begins on the message that it is named after."""
        place = self._places.of(to)
        try:
            return await self._say(to, place, made, key, body)
        except NotThere:
            if place == int(to.channel):
                raise
            await self._begin(to, to.thread, body)
            return await self._say(to, self._places.of(to), made, key, body)

    async def _say(self, to: Origin, place: int, made: Parts, key: str, body: Body) -> str:
        try:
            last = await self._posting.looked_back(to, place, key)
            first = await self._posting.once(place, made.first, key, body.addressed, last)
            if made.rest or made.files:
                below = place if to.thread else await self._below(to, first, body)
                latest = await self._posting.rest(below, first, made.rest, last)
                await self._posting.files(below, latest, made.files)
        except Unsure:
            self._memory.doubt(key)
            raise
        return first

    async def _below(self, to: Origin, first: str, body: Body) -> int:
        """Where that stands which follows a message outside of threads."""
        await self._begin(to, first, body)
        return self._places.of(to.within(first))

    async def _begin(self, to: Origin, on: str, body: Body) -> None:
        """Have a thread on a message, if there are any in its channel. Raises Gone where the message is not there."""
        if to.tenant == DIRECT or to.channel in self._places.flat:
            return
        try:
            await calls.begin_thread(self._client, int(to.channel), int(on), _name(body))
        except NoThreads:
            self._places.flat.add(to.channel)
        except MessageGone as gone:
            raise Gone(f"{gone} The thread stood on it.") from gone

    async def _awake(self, place: int, act: Callable[[], Awaitable[None]]) -> None:
        """Do something in a thread, which is taken out of the archive for it."""
        try:
            await act()
        except Archived:
            await calls.wake(self._client, place)
            await act()

    async def _directly(self, who: Person, at: Origin, made: Parts, key: str) -> None:
        """To one person alone; where they let nothing in, that is said once in the thread."""
        try:
            with self._at(int(who.id), "post"):
                place = await calls.direct(self._client, who)
                there = Origin(PLATFORM, str(place), "", tenant=DIRECT)
                await self._say(there, place, made, key, Body(""))
        except Closed:
            log.info("%s takes no direct messages", who.id)
            await self.post(at, _closed(who), key=f"closed:{at.thread_key}:{who.id}")


async def _drawn(body: Body, send: Callable[[Parts], Awaitable[T]]) -> T:
    """Send a body as it is drawn; in words alone, where that is refused."""
    try:
        return await send(parts(body))
    except DrawingRefused as refusal:
        log.warning("drawn plainly: %s", refusal)
        return await send(plain(body))


def _name(body: Body) -> str:
    """What a thread is called that begins with this."""
    return body.card.title if body.card else body.text


def _closed(who: Person) -> Body:
    return Body(
        f"{who.mention}: there is a word for you alone, and you take no direct messages from this bot."
        " Allow them in the privacy settings of this server, then ask again.",
        addressed=(who,),
    )
