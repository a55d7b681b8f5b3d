"""Who of the processes that share a store is there: how many do each part of the work, and which part nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DatabaseError

from goals.domain.parts import Absent, Part, counted
from goals.ports import Outgoing
from goals.store import outbox
from goals.store.database import Database
from goals.store.engines import is_sqlite, reading, store_url
from goals.store.tables import absence, process

_THERE = select(process.c.parts).where(process.c.until >= func.clock_timestamp())
_ABSENT = select(absence.c.part, absence.c.since)
_BEGUN = insert(absence).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
_OVER = delete(absence).where(absence.c.part == bindparam("of")).execution_options(preserve_rowcount=True)


@dataclass(frozen=True, slots=True)
class Attended:
    """How many processes do each part now, and what people are told of that."""

    processes: dict[Part, int]
    absent: Absent


class StoredAttendance:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> Attended:
        """Raises StoreUnavailable."""
        return await self._database.read(
            lambda connection: Attended(processes(connection), _absent(connection))
        )

    async def absent(self) -> Absent:
        """Raises StoreUnavailable."""
        return await self._database.read(_absent)

    async def begin(self, part: Part, since: datetime, cards: Sequence[Outgoing]) -> bool:
        """From now on people are told that nobody does a part, the `cards` at once. False where another process has
        seen to that; then nothing is stored.
        """

        def work(connection: Connection) -> bool:
            new = connection.execute(_BEGUN, {"part": part.value, "since": since}).rowcount > 0
            outbox.put(connection, cards if new else ())
            return new

        return await self._database.write(work)

    async def end(self, part: Part, cards: Sequence[Outgoing]) -> bool:
        """Somebody does the part again; otherwise like `begin`."""

        def work(connection: Connection) -> bool:
            was = connection.execute(_OVER, {"of": part.value}).rowcount > 0
            outbox.put(connection, cards if was else ())
            return was

        return await self._database.write(work)


def processes(connection: Connection) -> dict[Part, int]:
    """How many of those that are there by the clock of the database do each part. On PostgreSQL."""
    return counted(connection.scalars(_THERE))


def at_work(url: str, state: Path) -> dict[Part, int] | None:
    """The same of a store that nobody opens; None where it cannot be told, since it cannot be read or is not shared.

    `url` and `state` as for `open_store`. Blocking.
    """
    place = store_url(url, state)
    if is_sqlite(place):
        return None
    engine = reading(place, connections=1)
    try:
        with engine.connect() as connection:
            return processes(connection)
    except DatabaseError:
        return None
    finally:
        engine.dispose()


def _absent(connection: Connection) -> Absent:
    """What only a later version knows is left out."""
    known = {part.value: part for part in Part}
    return {known[part]: since for part, since in connection.execute(_ABSENT) if part in known}
