"""What one process at a time does, of those that share a store: whoever has the lease's row, as long as it lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from goals.ports.sharing import AlwaysMine, Lease, Signal, Topic
from goals.store.own_line import NoAnswer, OwnLine
from goals.store.presence import Presence
from goals.store.signals import StoredSignals

log = logging.getLogger(__name__)

_TAKE = (
    "INSERT INTO lease (name, process) VALUES (%(name)s, %(me)s) ON CONFLICT (name) "
    "DO UPDATE SET process = excluded.process WHERE lease.process = excluded.process RETURNING name"
)
_GIVE = "DELETE FROM lease WHERE name = %(name)s AND process = %(me)s"


class NobodyElse:
    """The leases of a store that one process has to itself."""

    def lease(self, name: str) -> Lease:
        return AlwaysMine()

    async def run(self) -> None:
        """Nobody can take anything."""


class StoredLeases:
    def __init__(self, line: OwnLine, ttl: float, signals: StoredSignals, parts: str = "") -> None:
        """Who was not seen for `ttl` seconds loses what it holds; `parts` is what this process says that it does."""
        self._line = line
        self._ttl = ttl
        self._signals = signals
        self._presence = Presence(line, ttl, self._lost, parts)
        self._leases: dict[str, StoredLease] = {}
        signals.subscribe(self._heard)

    @property
    def process(self) -> str:
        """The name under which this process is at work now."""
        return self._presence.name

    async def run(self) -> None:
        await self._presence.run()

    async def end(self) -> None:
        """Hold nothing any more."""
        await self._presence.end()
        self._signals.say(Signal(Topic.LEASE, name) for name in self._leases)

    def lease(self, name: str) -> StoredLease:
        """The same one for the same name."""
        if name not in self._leases:
            self._leases[name] = StoredLease(name, self._presence, self._line, self._ttl / 3, self._given)
        return self._leases[name]

    def _given(self, name: str) -> None:
        self._signals.say([Signal(Topic.LEASE, name)])

    def _heard(self, signal: Signal) -> None:
        if signal.topic is Topic.LEASE and signal.key in self._leases:
            self._leases[signal.key].try_now()

    def _lost(self) -> None:
        for lease in self._leases.values():
            lease.lose()


@dataclass(slots=True)
class Hold:
    """From the moment at which a lease is ours to that at which it is not; `users` are those of this process."""

    lost: asyncio.Event = field(default_factory=asyncio.Event)
    users: int = 0


class StoredLease:
    """`again` are the seconds between two tries; `given` is told when it was given back."""

    def __init__(
        self, name: str, presence: Presence, line: OwnLine, again: float, given: Callable[[str], None]
    ) -> None:
        self._name = name
        self._presence = presence
        self._line = line
        self._again = again
        self._given = given
        self._hold: Hold | None = None
        self._free = asyncio.Event()

    @property
    def mine(self) -> bool:
        return self._hold is not None and not self._hold.lost.is_set() and self._presence.sure

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Event]:
        hold = await self._ours()
        hold.users += 1
        try:
            yield hold.lost
        finally:
            hold.users -= 1
            if hold.users == 0 and not hold.lost.is_set():
                self._hold = None
                await self._give()

    def try_now(self) -> None:
        """Somebody has given it back."""
        self._free.set()

    def lose(self) -> None:
        if self._hold is not None:
            self._hold.lost.set()

    async def _ours(self) -> Hold:
        """Several in this process may share one."""
        while self._hold is None or self._hold.lost.is_set():
            if not await self._taken():
                await self._freed()
            elif self._hold is None or self._hold.lost.is_set():
                self._hold = Hold()
                log.info("this process holds `%s`", self._name)
        return self._hold

    async def _taken(self) -> bool:
        """Whether it is ours now; it may be another's, or nobody may answer."""
        await self._presence.there.wait()
        me = self._presence.name
        try:
            rows = await self._line.ask(_TAKE, {"name": self._name, "me": me})
        except NoAnswer:
            return False
        return bool(rows) and self._presence.sure and self._presence.name == me

    async def _freed(self) -> None:
        self._free.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._again):
                await self._free.wait()

    async def _give(self) -> None:
        with suppress(NoAnswer):
            await self._line.ask(_GIVE, {"name": self._name, "me": self._presence.name})
        self._given(self._name)
