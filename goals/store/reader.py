"""Questions to the store: a few threads with connections that cannot change anything, beside the writes."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from goals.domain.errors import StoreUnavailable
from goals.store.queue import UnitQueue
from goals.store.trouble import what_is_wrong
from goals.store.unit import Outcome, Unit, Work, tell

T = TypeVar("T")
PAUSES = (0.05, 0.2, 0.5)


class Reader:
    """Answers from what is committed; a read after a write that returned sees it."""

    def __init__(self, engine: Engine, *, threads: int) -> None:
        self._engine = engine
        self._closed = False
        self._units = UnitQueue()
        self._threads = [
            threading.Thread(target=self._serve, name=f"store-reader-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Raises StoreUnavailable, with a sentence, when the store does not answer after some tries."""
        if self._closed:
            raise StoreUnavailable("The store is closed.")
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._units.put(Unit(work, waiter))
        return await waiter

    async def close(self) -> None:
        """Answer what was asked and end the threads."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._units.end()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._engine.dispose()

    def _serve(self) -> None:
        while (unit := self._units.next()) is not None:
            if not unit.dropped:
                tell([self._answer(unit)])

    def _answer(self, unit: Unit) -> Outcome:
        try:
            return Outcome(unit, self._tried(unit.work))
        except BaseException as error:  # Whatever a library raises: the thread is there for others too.
            return Outcome(unit, error=error)

    def _tried(self, work: Work) -> Any:
        for pause in PAUSES:
            try:
                return self._ask(work)
            except StoreUnavailable:
                time.sleep(pause)
        return self._ask(work)

    def _ask(self, work: Work) -> Any:
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except (DBAPIError, sqlite3.Error) as error:
            if what := what_is_wrong(error):
                raise StoreUnavailable(what) from error
            raise
