"""Writes to PostgreSQL: a few threads beside each other, one transaction per unit of work."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text

from goals.domain.errors import StoreUnavailable
from goals.ports.sharing import Signal
from goals.store import notes
from goals.store.pulse import beat
from goals.store.queue import UnitQueue
from goals.store.trouble import Watch, lost_race, pauses, what_is_wrong
from goals.store.unit import Outcome, Unit, tell

T = TypeVar("T")
Say = Callable[[Sequence[Signal]], None]
FATE_POLL = 0.2

_OWN_ID = text("SELECT CAST(pg_current_xact_id() AS text)")
_FATE = text("SELECT pg_xact_status(CAST(:id AS xid8))")


@dataclass(slots=True)
class Attempt:
    """A unit in work, with the transaction whose fate is unknown while the connection is lost."""

    unit: Unit
    transaction: str = ""
    result: Any = None
    noted: Sequence[Signal] = ()


class WriterPool:
    """Stores units of work. One that was begun is finished, whoever stopped waiting; none is stored twice.

    While the database is away units are kept and tried again, until they are stored or nobody waits.
    """

    def __init__(self, engine: Engine, watch: Watch, *, threads: int, say: Say | None = None) -> None:
        """`say` is called, in any thread, with what is to be told to other processes once it is committed."""
        self._engine = engine
        self._say = say
        self._watch = watch
        self._units = UnitQueue()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, name=f"store-writer-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def write(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        """Do the work in one transaction, urgent work before all that waits; returns when it is committed. Raises what
        the work raises.
        """
        if self._closing.is_set():
            raise StoreUnavailable("The store is closed.")
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._units.put(Unit(work, waiter, urgent))
        return await waiter

    async def close(self) -> None:
        """Finish what was asked for and end the threads; what trouble holds up fails with StoreUnavailable."""
        if not self._closing.is_set():
            self._closing.set()
            for _ in self._threads:
                self._units.end()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._engine.dispose()

    def _serve(self) -> None:
        while (unit := self._units.next()) is not None:
            if not unit.dropped:
                tell([self._store(unit)])

    def _store(self, unit: Unit) -> Outcome:
        """Try until it is stored. In trouble a unit nobody waits for makes way for a beat."""
        attempt = Attempt(unit)
        pause = pauses()
        while True:
            trouble = self._watch.trouble
            try:
                outcome = self._try(attempt)
                break
            except Exception as error:  # A broken database must not end a thread that others wait for.
                if lost_race(error):
                    continue
                what = what_is_wrong(error)
                if not what:
                    return Outcome(unit, error=error)
                self._watch.begin(what)
            if self._closing.wait(next(pause)):
                return Outcome(unit, error=StoreUnavailable("The store was closed in trouble."))
            if attempt.unit.dropped:
                attempt = Attempt(Unit(beat))
        if trouble is not None:
            self._watch.end()
        if attempt.noted and self._say is not None:
            self._say(attempt.noted)
        return outcome

    def _try(self, attempt: Attempt) -> Outcome:
        """One transaction. Raises when the world is broken or a race was lost, not when the work fails."""
        with self._engine.connect() as connection:
            if attempt.transaction and self._was_committed(connection, attempt.transaction):
                return Outcome(attempt.unit, attempt.result)
            attempt.transaction, attempt.noted = "", ()
            if self._say is not None:
                notes.begin(connection)
            try:
                attempt.result = attempt.unit.work(connection)
            except Exception as error:  # The work is the caller's; what it raises goes back to the caller.
                if lost_race(error) or what_is_wrong(error):
                    raise
                return Outcome(attempt.unit, error=error)
            attempt.noted = notes.taken(connection)
            attempt.transaction = connection.scalar(_OWN_ID) or ""
            connection.commit()
        return Outcome(attempt.unit, attempt.result)

    def _was_committed(self, connection: Connection, transaction: str) -> bool:
        """The server may not have noticed yet that the connection is gone; it ends such a transaction itself."""
        while (fate := connection.scalar(_FATE, {"id": transaction})) == "in progress":
            connection.rollback()
            time.sleep(FATE_POLL)
        connection.rollback()
        return bool(fate == "committed")
