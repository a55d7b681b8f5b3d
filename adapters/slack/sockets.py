"""Socket Mode that is never deaf: two sockets for one app, each looked after and made anew when it only seems alive."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiohttp import ClientWebSocketResponse
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from goals.ports import Clock

log = logging.getLogger(__name__)

OPEN_WITHIN = 30.0
"""Seconds for which a socket may be on its way."""

Gap = Callable[[datetime], Awaitable[None]]
"""Called with the time since when something may have been missed."""


class Pace:
    """`ping` and `look` are seconds between two pings of a socket and between two looks at all of them; after `bad`
    bad looks in a row a socket is made anew, after `hopeless` of them without any that lives there is no hope.
    """

    def __init__(
        self, *, ping: float = 10.0, look: float = 5.0, bad: int = 3, hopeless: int = 60, number: int = 2
    ) -> None:
        self.ping, self.look, self.bad, self.hopeless, self.number = ping, look, bad, hopeless, number


class Sockets:
    def __init__(self, app: AsyncApp, token: str, clock: Clock, gap: Gap, pace: Pace) -> None:
        app.logger.addFilter(brief)
        self._app = app
        self._token = token
        self._clock = clock
        self._gap = gap
        self._pace = pace
        self._lines = [_Line(app, token, pace.ping) for _ in range(pace.number)]
        self._silent_looks = 0
        self._heard: datetime | None = None
        self._begun = clock.now()
        self._unnoticed = timedelta(seconds=4 * pace.ping + pace.bad * pace.look)

    def problem(self) -> str:
        """Why nothing is heard, a sentence; empty while a socket lives."""
        if self._heard is None:
            return "No socket to Slack is open yet."
        if self._silent_looks:
            return f"No socket to Slack has lived since {self._heard:%H:%M:%S} UTC."
        return ""

    def unheard(self) -> float:
        """Seconds since a socket was last seen alive, or since there should be one."""
        return max(0.0, (self._clock.now() - (self._heard or self._begun)).total_seconds())

    async def run(self) -> None:
        """Keep the sockets open, until cancelled. Returns when there is no hope."""
        try:
            for line in self._lines:
                line.open()
            while self._silent_looks < self._pace.hopeless:
                await self._look()
                await asyncio.sleep(self._pace.look if self._heard else min(0.05, self._pace.look))
        finally:
            await asyncio.gather(*(line.close() for line in self._lines))

    async def _look(self) -> None:
        living = [line for line in self._lines if await line.lives()]
        for line in self._lines:
            if line.bad_looks >= self._pace.bad:
                log.warning("a socket to Slack is silent; it is made anew")
                await line.renew()
        if not living:
            self._silent_looks += self._heard is not None
            return
        before = self._heard
        self._silent_looks, self._heard = 0, self._clock.now()
        replaced = [line.was_replaced() for line in living]
        if before is None or any(replaced):
            await self._gap((before or self._begun) - self._unnoticed)


def brief(record: logging.LogRecord) -> bool:
    """A line, and not the library's whole trace, for what was to be said to a socket that was torn off meanwhile: that
    happens to every socket, and Slack says it again.
    """
    torn = record.exc_info and isinstance(record.exc_info[1], ConnectionError)
    if torn and "socket_mode" in record.pathname:
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True


class _Line:
    """One socket, and the handler that Bolt gives it."""

    def __init__(self, app: AsyncApp, token: str, ping: float) -> None:
        self._app = app
        self._token = token
        self._ping = ping
        self._handler: AsyncSocketModeHandler | None = None
        self._opening: asyncio.Task[None] | None = None
        self._living: ClientWebSocketResponse | None = None
        self._until = 0.0
        self.bad_looks = 0

    def open(self) -> None:
        self._handler = AsyncSocketModeHandler(self._app, self._token, ping_interval=self._ping)
        self._until = asyncio.get_running_loop().time() + OPEN_WITHIN
        opening = self._handler.connect_async()  # type: ignore[no-untyped-call]
        self._opening = asyncio.create_task(opening, name="open a socket to Slack")

    async def lives(self) -> bool:
        """Whether it does at this look; quiet people are no sign of death."""
        alive = self._handler is not None and await _alive(self._handler)
        self.bad_looks = 0 if alive or self._is_opening() else self.bad_looks + 1
        return alive

    def was_replaced(self) -> bool:
        """Whether another socket lives than at the last time: what was on its way to the one before may be lost."""
        assert self._handler is not None
        before, self._living = self._living, self._handler.client.current_session
        return before is not None and before is not self._living

    def _is_opening(self) -> bool:
        within = asyncio.get_running_loop().time() < self._until
        return within and self._opening is not None and not self._opening.done()

    async def renew(self) -> None:
        await self.close()
        self.bad_looks = 0
        self.open()

    async def close(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._handler is not None:
            try:
                async with asyncio.timeout(2):
                    await self._handler.close_async()  # type: ignore[no-untyped-call]
            except Exception:  # a socket that is broken anyhow; the library raises what its wire does
                log.debug("a socket to Slack could not be closed", exc_info=True)


async def _alive(handler: AsyncSocketModeHandler) -> bool:
    """Bolt's own check, and that somebody still reads from the socket and from its queue."""
    client = handler.client
    readers = (client.message_receiver, client.message_processor)
    return await client.is_connected() and all(each is not None and not each.done() for each in readers)
