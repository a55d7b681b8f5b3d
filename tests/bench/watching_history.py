"""What a monitor's past costs: the bytes of a noisy year in SQLite, and the work of keeping it small."""

from __future__ import annotations

import asyncio
import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from goals.clock import SystemClock
from goals.domain import lifecycle, past
from goals.domain.watching import Point, Reading
from goals.journal import Journal
from goals.store import open_store, readings
from tests.bench.figures import Figure, figure
from tests.given import NOW, goal

YEAR = 365 * 24 * 60
MONITORS = 20
FULL = past.MOST * 3
"""Readings after which a past is as long as it gets."""
KILOBYTES = 64.0
"""The most that a year may take."""


async def a_noisy_year(place: Path) -> list[Figure]:
    """Rows, kilobytes and microseconds of a monitor that finds another number every minute."""
    began = time.process_time()
    rows = len(_kept(YEAR))
    each = (time.process_time() - began) * 1e6 / YEAR
    return [
        figure("a noisy year at 60 s", [float(rows)], "rows", float(past.MOST)),
        figure("the same in SQLite", [await _kilobytes(place)], "kB", KILOBYTES, "of a past that is full"),
        figure("keeping it small", [each], "µs/reading"),
    ]


def _noise(many: int) -> Iterator[Reading]:
    for n in range(many):
        value = 300 + 80 * math.sin(n / 1440 * math.tau) + 40 * math.sin(n * n)
        yield Reading(NOW + timedelta(minutes=n), value < 250, value=value)


def _kept(many: int) -> list[Point]:
    points: list[Point] = []
    for reading in _noise(many):
        longer = past.joined(points[-1], reading) if points else None
        points[-1 if longer else len(points) :] = [longer or past.first(reading)]
        if len(points) > past.MOST:
            points = list(past.thinned(points))
    return points


async def _kilobytes(place: Path) -> float:
    """What a monitor's past takes in the database, indices included."""
    await asyncio.to_thread(place.mkdir)
    store = await open_store("", place)
    names = [f"m{n:03}" for n in range(MONITORS)]
    journal = Journal(store.goals, SystemClock(), str)
    for name in names:
        await journal.record(lifecycle.opened(goal(id=name, version=0)))
    before = await asyncio.to_thread(_size, place)
    for reading in _noise(FULL):
        found = dict.fromkeys(names, reading)
        await store.database.write(lambda connection, found=found: readings.keep(connection, found))
    after = await asyncio.to_thread(_size, place)
    await store.close()
    return (after - before) / MONITORS / 1000


def _size(place: Path) -> float:
    """Bytes of the pages that are in use."""
    (file,) = place.glob("*.db")
    with closing(sqlite3.connect(file)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return float((pages - free) * size)
