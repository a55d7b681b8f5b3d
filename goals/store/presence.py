"""Which processes are at work on a store: each has a row, and keeps showing itself by the database's clock.

A process that was not seen for its time to live is taken out by the others, and with its row goes all that it held.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress

from goals.store.own_line import NoAnswer, OwnLine

log = logging.getLogger(__name__)

_COME = (
    "INSERT INTO process (id, until, parts) "
    "VALUES (%(me)s, clock_timestamp() + make_interval(secs => %(ttl)s), %(parts)s) "
    "ON CONFLICT (id) DO UPDATE SET until = excluded.until"
)
_STAY = "UPDATE process SET until = clock_timestamp() + make_interval(secs => %(ttl)s) WHERE id = %(me)s"
_GO = "DELETE FROM process WHERE id = %(me)s"
_REAP = "DELETE FROM process WHERE until < clock_timestamp() RETURNING id"


def process_name() -> str:
    """Another one at every start."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


class Presence:
    """At work from `run` on; `there` is set while we are.

    `ttl` in seconds. We are sure to be at work for two thirds of it after we last showed ourselves: then comes `lost`,
    well before anybody else may take over what we held, and we come back as somebody new.
    """

    def __init__(self, line: OwnLine, ttl: float, lost: Callable[[], None], parts: str = "") -> None:
        """`parts` is what the process says of those that it does."""
        self.name = process_name()
        self._line = line
        self._ttl = ttl
        self._lost = lost
        self._parts = parts
        self._sure_until = 0.0
        self.there = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def sure(self) -> bool:
        """Whether nobody can have taken us out."""
        return asyncio.get_running_loop().time() < self._sure_until

    async def run(self) -> None:
        """Show ourselves until cancelled."""
        while True:
            try:
                await self._beat(_STAY if self.sure else _COME)
            except NoAnswer as away:
                log.warning("this process cannot show that it is at work: %s", away)
                await self._line.hang_up()
            await asyncio.sleep(self._ttl / 3)

    async def end(self) -> None:
        """Be gone at once, for everybody."""
        self._not_sure()
        with suppress(NoAnswer):
            await self._line.ask(_GO, {"me": self.name})

    async def _beat(self, how: str) -> None:
        begun, me = asyncio.get_running_loop().time(), self.name
        there = await self._line.ask(how, {"me": me, "ttl": self._ttl, "parts": self._parts})
        if me != self.name:  # it took so long that we are somebody else by now
            return
        if not there:
            return self._lose()
        self._be_sure(begun + self._ttl * 2 / 3)
        for (gone,) in await self._line.ask(_REAP, {}):
            log.warning("process %s is gone: what it held is free", gone)

    def _be_sure(self, until: float) -> None:
        self._not_sure()
        self._sure_until = until
        self.there.set()
        self._alarm = asyncio.get_running_loop().call_at(until, self._lose)

    def _not_sure(self) -> None:
        self._sure_until = 0.0
        self.there.clear()
        if self._alarm is not None:
            self._alarm.cancel()

    def _lose(self) -> None:
        log.error("this process was not seen for too long; what it held may be another's")
        self._not_sure()
        self.name = process_name()
        self._lost()
