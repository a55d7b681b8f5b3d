"""The gateway to Discord: one process hears it, and it is never deaf for long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import discord

from adapters.discord.addresses import find_gateway
from adapters.discord.client import UNKNOWN, DiscordClient
from goals.domain.errors import GoalError
from goals.ports import Clock
from goals.ports.sharing import Lease

log = logging.getLogger(__name__)

Gap = Callable[[datetime], Awaitable[None]]

BEATS_LATE = 2.5
"""A connection whose heartbeats were not answered for so many of them is not one any more."""
CLOSED = {
    4004: "Discord does not take GOALWARD_DISCORD__TOKEN: set it anew.",
    4013: "Discord knows none of the intents that Goalward asks for; this is a defect of Goalward.",
    4014: "Discord does not give the bot the contents of messages: switch on the Message Content Intent on the page Bot"
    " of https://discord.com/developers/applications, or set `message_content = false` in [discord].",
}
"""Codes with which Discord closes a connection for good, and what people can do."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the gateway is looked after: `look` seconds between two looks; after `renew` of them without a living
    connection it is made anew, after `hopeless` there is no hope. `unnoticed` seconds may pass until a connection is
    found to be dead; `between_sessions` seconds have to.
    """

    look: float = 5.0
    renew: int = 24
    hopeless: int = 60
    unnoticed: float = 120.0
    between_sessions: float = 5.0


class Gateway:
    """`gap` reads back what was missed since a time; a session that was resumed has missed nothing."""

    def __init__(self, client: DiscordClient, lease: Lease, gap: Gap, clock: Clock, pace: Pace) -> None:
        self._client = client
        self._lease = lease
        self._gap = gap
        self._clock = clock
        self._pace = pace
        self._stands_by = self._connected = False
        self._begun = clock.now()
        self._heard: datetime | None = None
        self._silent_looks = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def told(self, event: str) -> None:
        """What discord.py says of the connection: `connect` is a session that knows nothing of the one before."""
        match event:
            case "connect":
                self._connected = True
                since = (self._heard or self._begun) - timedelta(seconds=self._pace.unnoticed)
                self._begin(self._gap(since))
            case "resumed":
                self._connected = True
            case "disconnect":
                self._connected = False

    def problem(self) -> str:
        """Why nothing is heard, a sentence; empty while it is, and where another process hears for us."""
        if self._stands_by or self._connected:
            return ""
        if self._heard is None:
            return "There is no connection to Discord's gateway yet."
        return f"Discord's gateway has not been heard since {self._heard:%H:%M:%S} UTC."

    def unheard(self) -> float | None:
        """Seconds since the connection was last seen alive; None where another process has it."""
        if self._stands_by:
            return None
        return max(0.0, (self._clock.now() - (self._heard or self._begun)).total_seconds())

    async def run(self) -> None:
        """Hear, whenever it is our turn, until cancelled. Returns when there is no hope.

        Raises GoalError for what only people can put right.
        """
        while True:
            self._stands_by = True
            async with self._lease.held() as lost:
                self._stands_by, self._begun, self._heard = False, self._clock.now(), None
                if not await self._hear(lost):
                    return
            log.warning("another process hears Discord now")

    async def _hear(self, lost: asyncio.Event) -> bool:
        """Hear until the lease is lost. Returns False when there is no hope."""
        connection = self._connect()
        try:
            while not lost.is_set():
                await self._look()
                if connection.done():
                    self._check(connection)
                if self._silent_looks >= self._pace.hopeless:
                    return False
                if connection.done() or self._is_to_be_renewed():
                    log.warning("the connection to Discord is made anew")
                    await self._end(connection)
                    connection = self._connect()
                await self._wait(lost)
        finally:
            await self._end(connection)
            await asyncio.gather(*self._tasks, return_exceptions=True)
        return True

    def _is_to_be_renewed(self) -> bool:
        return self._silent_looks > 0 and self._silent_looks % self._pace.renew == 0

    async def _wait(self, lost: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.look):
                await lost.wait()

    def _connect(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._connection(), name="hear Discord")

    async def _connection(self) -> None:
        await find_gateway(self._client)
        await self._client.connect()

    async def _end(self, connection: asyncio.Task[None]) -> None:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)
        await self._hang_up()
        self._connected = False

    async def _look(self) -> None:
        silent, beat = self._client.pulse()
        alive = self._connected and (beat == UNKNOWN or silent <= BEATS_LATE * beat)
        if alive:
            self._silent_looks, self._heard = 0, self._clock.now()
            return
        self._silent_looks += self._heard is not None
        if self._connected:
            log.warning(
                "Discord's gateway has answered no heartbeat for %d s; the session is resumed", silent
            )
            await self._hang_up(resume=True)

    async def _hang_up(self, *, resume: bool = False) -> None:
        try:
            await self._client.hang_up(resume=resume)
        except (OSError, aiohttp.ClientError):
            log.debug("the connection to Discord could not be closed", exc_info=True)

    def _check(self, connection: asyncio.Task[None]) -> None:
        """Raises GoalError where Discord wants no further connection, and what is no trouble on the way."""
        match connection.exception():
            case discord.PrivilegedIntentsRequired():
                raise GoalError(CLOSED[4014])
            case discord.ConnectionClosed() as closed:
                raise GoalError(
                    CLOSED.get(closed.code, f"Discord has closed the connection for good ({closed.code}).")
                )
            case discord.DiscordException() | aiohttp.ClientError() | OSError() | None as away:
                log.warning("Discord's gateway cannot be reached: %r", away)
            case broken:
                raise broken

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
