"""When the store cannot be written: since when, why in one sentence, and who wants to know when it is over."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError, OperationalError

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0

_SQLITE = {
    sqlite3.SQLITE_FULL: "The disk that holds the store is full.",
    sqlite3.SQLITE_IOERR: "The disk that holds the store cannot be written or read.",
    sqlite3.SQLITE_CANTOPEN: "The store's file cannot be opened.",
    sqlite3.SQLITE_READONLY: "The store's file cannot be written.",
    sqlite3.SQLITE_BUSY: "Another process keeps the store locked.",
    sqlite3.SQLITE_LOCKED: "Another process keeps the store locked.",
}
_POSTGRES = {
    "08": "The connection to the database is lost.",
    "53": "The database has no room or memory left.",
    "57": "The database is shutting down or restarting.",
    "58": "The database's disk cannot be written or read.",
    "25006": "The database cannot be written: it is read-only.",
}
_RACES = ("40001", "40P01")


@dataclass(frozen=True, slots=True)
class Trouble:
    """The store cannot be written since then; `what` is one sentence for people."""

    since: datetime
    what: str


Told = Callable[[Trouble | None], None]


class Watch:
    """Knows whether the store is in trouble and tells each begin and each end once, on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.trouble: Trouble | None = None
        self._loop = loop
        self._lock = threading.Lock()
        self._subscribers: list[Told] = []

    def subscribe(self, told: Told) -> None:
        self._subscribers.append(told)

    def begin(self, what: str) -> None:
        self._become(Trouble(datetime.now(UTC), what))

    def end(self) -> None:
        if self.trouble is not None:
            self._become(None)

    def _become(self, trouble: Trouble | None) -> None:
        with self._lock, suppress(RuntimeError):  # The loop may be closed: then nobody is left to tell.
            if (self.trouble is None) is (trouble is None):
                return
            self.trouble = trouble
            for told in self._subscribers:
                self._loop.call_soon_threadsafe(told, trouble)


def what_is_wrong(error: Exception) -> str:
    """A sentence when the world is broken and trying again may help; empty when the work itself failed."""
    if isinstance(_cause(error), sqlite3.Error):
        return _SQLITE.get(_sqlite_code(error) & 0xFF, "")
    if not isinstance(error, DBAPIError):
        return ""
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or (state is None and isinstance(error, OperationalError)):
        return _POSTGRES["08"]
    return next((what for prefix, what in _POSTGRES.items() if (state or "").startswith(prefix)), "")


def is_full(error: Exception) -> bool:
    """The disk is full: the connection itself is sound."""
    return _sqlite_code(error) == sqlite3.SQLITE_FULL


def lost_race(error: Exception) -> bool:
    """Two transactions stood in each other's way and the database ended this one: do it again at once."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RACES


def pauses() -> Iterator[float]:
    """Seconds between tries, doubling up to the longest."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


def _cause(error: Exception) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _sqlite_code(error: Exception) -> int:
    code: int = getattr(_cause(error), "sqlite_errorcode", 0)
    return code
