"""The database behind the store: writes here, reads beside them, and whether it is in trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from goals.clean import Clean
from goals.ports.sharing import Signal
from goals.store import engines
from goals.store.pool import Say, WriterPool
from goals.store.reader import Reader
from goals.store.trouble import Watch
from goals.store.writer import Writer

T = TypeVar("T")
READERS = 2
POSTGRES_WRITERS = 4


class Database:
    """Runs units of work, functions over a connection that know nothing of which database it is."""

    def __init__(self, writer: Writer | WriterPool, reader: Reader, watch: Watch) -> None:
        self.watch = watch
        self._writer = writer
        self._reader = reader

    async def write(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        """Do the work in one transaction; returns when it is durable. Raises what the work raises.

        Cancelled before it was begun it is dropped, after that it is finished. In trouble it waits. What is `urgent`
        goes before all that waits: a platform counts the seconds until it is there.
        """
        return await self._writer.write(work, urgent=urgent)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Ask what is committed. Raises StoreUnavailable when there is no answer after some tries."""
        return await self._reader.read(work)

    async def close(self) -> None:
        await self._writer.close()
        await self._reader.close()


def open_database(url: URL, clean: Clean = str, *, say: Say | None = None) -> Database:
    """Connect to a database whose tables are there; what is written is cleaned first. Called on the event loop.

    `say` is called there with what other processes are to be told; without it nothing is noted.
    """
    loop = asyncio.get_running_loop()
    watch = Watch(loop)
    reader = Reader(engines.reading(url, connections=READERS), threads=READERS)
    if engines.is_sqlite(url):
        return Database(Writer(engines.writing(url, connections=1, clean=clean), watch), reader, watch)
    engine = engines.writing(url, connections=POSTGRES_WRITERS, clean=clean)
    said = _on_loop(loop, say) if say else None
    return Database(WriterPool(engine, watch, threads=POSTGRES_WRITERS, say=said), reader, watch)


def _on_loop(loop: asyncio.AbstractEventLoop, say: Say) -> Say:
    def said(signals: Sequence[Signal]) -> None:
        with suppress(RuntimeError):  # The loop is closed, and nobody is left to tell others.
            loop.call_soon_threadsafe(say, signals)

    return said
