"""The store as others hold it: what is kept, by kind, and whether it can be written now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement
from sqlalchemy.engine import URL

from goals.clean import Clean
from goals.domain.parts import Absent, Part, said
from goals.ports import OutboxRows
from goals.ports.sharing import Leases, Signals
from goals.store.alone import Alone
from goals.store.attendance import StoredAttendance
from goals.store.channels import StoredChannels
from goals.store.claims import ClaimedRows
from goals.store.database import Database, open_database
from goals.store.drafts import StoredDrafts
from goals.store.engines import is_sqlite, store_url
from goals.store.figures import StoredFigures
from goals.store.goals import StoredGoals
from goals.store.history import StoredHistory
from goals.store.hooks import StoredHooks
from goals.store.inbox import StoredInbox
from goals.store.leases import NobodyElse, StoredLeases
from goals.store.ledger import StoredLedger
from goals.store.messages import StoredMessages
from goals.store.monitors import StoredMonitors
from goals.store.outbox import IS_HOOK, IS_POST, StoredOutbox
from goals.store.own_line import NoAnswer, OwnLine
from goals.store.registrations import StoredRegistrations
from goals.store.rooms import StoredRooms
from goals.store.schema import migrate
from goals.store.signals import Silence, StoredSignals
from goals.store.slack_installations import StoredInstallations
from goals.store.steps import StoredSteps
from goals.store.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Sharing:
    """What other processes on this store do, and what this one alone does."""

    line: OwnLine
    signals: StoredSignals
    leases: StoredLeases

    async def end(self) -> None:
        """Give back what is held, and say so."""
        await self.leases.end()
        with suppress(NoAnswer):
            await self.signals.flush()
        await self.line.hang_up()


class Store:
    """All of it over one database; `alone` is the lock that keeps other processes out, where there is one."""

    def __init__(
        self, database: Database, alone: Alone | None = None, sharing: Sharing | None = None
    ) -> None:
        self.database = database
        self.signals: Signals = sharing.signals if sharing else Silence()
        self.leases: Leases = sharing.leases if sharing else NobodyElse()
        self.attendance = StoredAttendance(database) if sharing else None
        self._sharing = sharing
        self._alone = alone
        self.goals = StoredGoals(database)
        self.steps = StoredSteps(database)
        self.history = StoredHistory(database)
        self.outbox = StoredOutbox(database)
        self.hooks = StoredHooks(database)
        self.inbox = StoredInbox(database)
        self.messages = StoredMessages(database)
        self.rooms = StoredRooms(database)
        self.ledger = StoredLedger(database)
        self.channels = StoredChannels(database)
        self.slack_installations = StoredInstallations(database)
        self.registrations = StoredRegistrations(database)
        self.drafts = StoredDrafts(database)
        self.monitors = StoredMonitors(database)
        self.figures = StoredFigures(database, shared=self.shared)

    @property
    def shared(self) -> bool:
        """Whether other processes may work on it."""
        return self._sharing is not None

    async def absent(self) -> Absent:
        """The parts of the work of which people are told that nobody does them; none where one process does it all."""
        return await self.attendance.absent() if self.attendance else {}

    def posts(self, elsewhere: Callable[[], Sequence[str]]) -> OutboxRows:
        """What is to be said, as far as this process says it: not on the platforms for which others speak now."""
        return self._claimed(self.outbox, IS_POST, elsewhere)

    def due_hooks(self) -> OutboxRows:
        """The hooks that this process delivers: those that it gets hold of."""
        return self._claimed(self.hooks, IS_HOOK, tuple)

    def _claimed(
        self,
        rows: StoredOutbox | StoredHooks,
        mine: ColumnElement[bool],
        elsewhere: Callable[[], Sequence[str]],
    ) -> OutboxRows:
        if self._sharing is None:
            return rows
        leases = self._sharing.leases
        return ClaimedRows(rows, self.database, mine, lambda: leases.process, elsewhere)

    @property
    def trouble(self) -> Trouble | None:
        """Why writes wait now; None when they do not."""
        return self.database.watch.trouble

    def on_trouble(self, told: Callable[[Trouble | None], None]) -> None:
        """Call `told` on the event loop at each begin of trouble, and with None at its end."""
        self.database.watch.subscribe(told)

    async def close(self) -> None:
        """Finish what was asked for and let go of the database."""
        await self.database.close()
        if self._sharing is not None:
            await self._sharing.end()
        if self._alone is not None:
            await asyncio.to_thread(self._alone.release)


async def open_store(
    url: str,
    state: Path,
    *,
    alone: bool = False,
    ttl: float | None = None,
    parts: Collection[Part] = (),
    clean: Clean = str,
) -> Store:
    """Open the store, made or brought up to date first. `url` empty: a SQLite file in `state`.

    With `alone` a PostgreSQL database is kept from every other process that asks for it alone; a SQLite file
    is kept by the lock on its state directory. With `ttl` it is shared with others that do the same: who shows no sign of
    life for so many seconds is gone for them, and `parts` is what this process does of the work. `clean` takes out of all texts what may not be kept. Raises GoalError for a url that is no store, one that another
    process keeps, or a store written by a newer Goalward; StoreUnavailable, with a sentence, when it cannot
    be reached.
    """
    place = store_url(url, state)
    lock = None
    if (alone or ttl) and not is_sqlite(place):
        lock = await asyncio.to_thread(Alone, place, shared=not alone)
    try:
        await asyncio.to_thread(migrate, url, state)
        return _opened(place, clean, lock, ttl, said(parts))
    except BaseException:
        if lock is not None:
            await asyncio.to_thread(lock.release)
        raise


def _opened(place: URL, clean: Clean, lock: Alone | None, ttl: float | None, parts: str) -> Store:
    if ttl is None or is_sqlite(place):
        return Store(open_database(place, clean), lock)
    line = OwnLine(place)
    signals = StoredSignals(place, line)
    leases = StoredLeases(line, ttl, signals, parts)
    return Store(open_database(place, clean, say=signals.say), lock, Sharing(line, signals, leases))
