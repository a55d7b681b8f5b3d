"""Asks a SQLite file for one value: opened read-only, nothing authorised but reading, its steps and time counted."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from goals.verifiers.queries import HUGE, LONGEST, SEVERAL, WRITES, NoValue, Value, failing, single

BUSY = 5.0
"""Seconds to wait for somebody who writes."""

MAX_LENGTH = 1_000_000
"""Bytes of a text on the way to the value."""

STEP, MAX_STEPS = 10_000, 500_000_000
"""Instructions of SQLite's machine between two looks at the clock, and in all."""

_READS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)


async def read(url: str, query: str, seconds: float) -> Value:
    """The query's one value, a number as Decimal. Raises NoValue. When cancelled the query is stopped first."""
    stopped = False
    until = time.monotonic() + seconds
    asking = asyncio.ensure_future(
        asyncio.to_thread(_read, url, query, lambda: stopped or time.monotonic() > until)
    )
    try:
        return await asyncio.shield(asking)
    except asyncio.CancelledError:
        stopped = True
        with suppress(NoValue):
            await asking
        raise


def _read(url: str, query: str, late: Callable[[], bool]) -> Value:
    path = Path(url.removeprefix("sqlite:///"))
    if not path.is_file():
        raise NoValue("its file is not there")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY)
        try:
            return _asked(connection, query, late)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _why(error) from None
    except sqlite3.Warning:
        raise NoValue(SEVERAL) from None


def _asked(connection: sqlite3.Connection, query: str, late: Callable[[], bool]) -> Value:
    steps = 0

    def spent() -> bool:
        nonlocal steps
        steps += STEP
        return steps > MAX_STEPS or late()

    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_LENGTH)
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY
    )
    connection.set_progress_handler(spent, STEP)
    cursor = connection.execute(query)
    return _value(single(len(cursor.description or ()), cursor.fetchmany(2)))


def _value(found: object) -> Value:
    if isinstance(found, int | float):
        return Decimal(str(found))
    if not isinstance(found, str):
        raise NoValue("the value is no text and no number")
    if len(found) > LONGEST:
        raise NoValue(HUGE)
    return found


def _why(error: sqlite3.Error) -> NoValue:
    said = str(error)
    if said == "interrupted":
        return NoValue("the query took too long")
    if "not authorized" in said or "prohibited" in said or "readonly" in said:
        return NoValue(WRITES)
    if "too big" in said:
        return NoValue(HUGE)
    return NoValue(SEVERAL) if "one statement" in said else failing(error)
