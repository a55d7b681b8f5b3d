"""Questions to the store: a few threads with connections that cannot change anything, beside the writes."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from goals.domain.errors import StoreUnavailable
from goals.store.trouble import what_is_wrong

T = TypeVar("T")
PAUSES = (0.05, 0.2, 0.5)


class Reader:
    """Answers from what is committed; a read after a write that returned sees it."""

    def __init__(self, engine: Engine, *, threads: int) -> None:
        self._engine = engine
        self._closed = False
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store-reader")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Raises StoreUnavailable, with a sentence, when the store does not answer after some tries."""
        if self._closed:
            raise StoreUnavailable("The store is closed.")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, work)

    async def close(self) -> None:
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    def _answer(self, work: Callable[[Connection], T]) -> T:
        for pause in PAUSES:
            try:
                return self._ask(work)
            except StoreUnavailable:
                time.sleep(pause)
        return self._ask(work)

    def _ask(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except (DBAPIError, sqlite3.Error) as error:
            if what := what_is_wrong(error):
                raise StoreUnavailable(what) from error
            raise
