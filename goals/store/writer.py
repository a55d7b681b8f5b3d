"""Writes to SQLite: one thread owns the only write connection and commits together what came together."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine

from goals.domain.errors import StoreUnavailable
from goals.store.pulse import beat
from goals.store.queue import UnitQueue
from goals.store.trouble import Watch, is_full, pauses, what_is_wrong
from goals.store.unit import Outcome, Unit, tell

T = TypeVar("T")
LARGEST_GROUP = 256


class Writer:
    """Stores units of work in the order they came. One that was begun is finished, whoever stopped waiting.

    While the disk is in trouble units are kept and tried again, until they are stored or nobody waits.
    """

    def __init__(self, engine: Engine, watch: Watch) -> None:
        self._engine = engine
        self._connection = engine.connect()
        self._watch = watch
        self._units = UnitQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        """Do the work in one transaction, urgent work before all that waits; returns when it is on disk. Raises what
        the work raises.
        """
        if self._closing.is_set():
            raise StoreUnavailable("The store is closed.")
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._units.put(Unit(work, waiter, urgent))
        return await waiter

    async def close(self) -> None:
        """Finish what was asked for and end the thread; what trouble holds up fails with StoreUnavailable."""
        if not self._closing.is_set():
            self._closing.set()
            self._units.end()
        await asyncio.to_thread(self._thread.join)

    def _serve(self) -> None:
        while group := self._units.next_group(LARGEST_GROUP):
            self._store(group)
        self._connection.close()
        self._engine.dispose()

    def _store(self, group: Sequence[Unit]) -> None:
        """All in one transaction; where one of them fails, each in its own, so that it undoes only itself."""
        kept = deque(group)
        if self._watch.trouble is None and len(group) > 1 and self._commit_together(group):
            return
        while kept and self._watch.trouble is None and self._commit(kept[0]):
            kept.popleft()
        if kept:
            self._keep_trying(kept)

    def _commit_together(self, group: Sequence[Unit]) -> bool:
        """Store them and tell; False when nothing was stored."""
        try:
            outcomes = together(self._connection, group)
        except Exception as error:  # Whose it is shows when each is tried alone.
            if what := what_is_wrong(error):
                self._stumble(what, error)
            return False
        tell(outcomes)
        return True

    def _commit(self, unit: Unit) -> bool:
        """Store it and tell; False when trouble undid it."""
        try:
            outcomes = alone(self._connection, unit)
        except Exception as error:  # A broken database must not end the thread that all are waiting for.
            if what := what_is_wrong(error):
                self._stumble(what, error)
                return False
            outcomes = [Outcome(unit, error=error)]
        tell(outcomes)
        return True

    def _stumble(self, what: str, error: Exception) -> None:
        self._watch.begin(what)
        if not is_full(error):
            self._connection.invalidate()

    def _keep_trying(self, kept: deque[Unit]) -> None:
        """One by one, taking turns, until all are stored and a beat shows that the trouble is over."""
        pause = pauses()
        while True:
            unit = kept.popleft() if kept else Unit(beat)
            if unit.dropped:
                continue
            if self._commit(unit):
                pause = pauses()
                if unit.waiter is None:
                    break
                continue
            if unit.waiter is not None:
                kept.append(unit)
            if self._closing.wait(next(pause)):
                self._give_up(kept)
                return
            kept.extend(self._units.waiting(LARGEST_GROUP))
        self._watch.end()

    def _give_up(self, kept: Sequence[Unit]) -> None:
        left = [*kept, *self._units.waiting(len(self._units))]
        tell([Outcome(unit, error=StoreUnavailable("The store was closed in trouble.")) for unit in left])


def alone(connection: Connection, unit: Unit) -> list[Outcome]:
    """One unit in a transaction of its own. Raises when the world is broken, not when the work fails."""
    if unit.dropped:
        return []
    try:
        with _transaction(connection):
            result = unit.work(connection)
    except Exception as error:  # The work is the caller's; what it raises goes back to the caller.
        if what_is_wrong(error):
            raise
        return [Outcome(unit, error=error)]
    return [Outcome(unit, result)]


def together(connection: Connection, group: Sequence[Unit]) -> list[Outcome]:
    """Many units in one transaction. Raises, with nothing stored, when the world is broken or any work fails."""
    with _transaction(connection):
        return [Outcome(unit, unit.work(connection)) for unit in group if not unit.dropped]


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """Holds the write lock from its first moment. Spoken to the driver: it is on the path of every turn."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield
        driver.commit()
    except BaseException:
        driver.rollback()
        raise
    finally:
        connection.rollback()
