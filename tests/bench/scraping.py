"""What a scrape of the metrics costs a process whose store holds much."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import Connection, insert, select

from bot.telemetry import Telemetry
from bot.web.metrics import text
from goals.clock import SystemClock
from goals.domain.values import Status
from goals.ports import Change
from goals.store import Store, open_store
from goals.store.tables import goal as goals
from goals.store.tables import usage
from tests.bench.figures import Figure, figure
from tests.given import NOW, goal_in

UNFINISHED, ENDED, CALLS = 10_000, 10_000, 200_000
TIMES = 9
MOST = 100.0
"""Milliseconds of a core."""

CALL = {
    "goal_id": "g",
    "model": "m",
    "purpose": "agent",
    "fresh": 1,
    "cached": 1,
    "output": 1,
    "usd": 0.1,
    "estimated": False,
    "at": NOW,
}


async def of_much(place: Path) -> list[Figure]:
    """Milliseconds of a core per scrape; the first one of a process sums all model calls."""
    store = await open_store("", place)
    await store.goals.record(Change(goal_in(Status.PAUSED, version=0), ()), at=NOW)
    await store.database.write(_fill)
    telemetry = Telemetry(SystemClock())
    seen = [await _cost(store, telemetry) for _ in range(TIMES + 1)]
    await store.close()
    what = f"{UNFINISHED:,} unfinished goals and {CALLS:,} model calls"
    return [
        figure(f"the first scrape with {what}", seen[:1], "ms"),
        figure("each later scrape", seen[1:], "ms", MOST),
    ]


def _fill(connection: Connection) -> None:
    row = dict(connection.execute(select(goals)).mappings().one())
    ids = {f"g{number}": number < UNFINISHED for number in range(UNFINISHED + ENDED)}
    rows = [
        {**row, "id": id_, "thread_held": id_, "status": "paused" if unfinished else "completed"}
        for id_, unfinished in ids.items()
    ]
    connection.execute(insert(goals), rows)
    connection.execute(insert(usage), [{**CALL, "reservation_id": f"r{n}"} for n in range(CALLS)])


async def _cost(store: Store, telemetry: Telemetry) -> float:
    began = time.process_time()
    text(await telemetry.measured(store.figures.read, ready=True, unheard={}))
    return (time.process_time() - began) * 1000
