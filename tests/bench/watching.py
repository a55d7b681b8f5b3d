"""What watching costs, and how late looks are: thousands of monitors over a real store, on the tick."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, or_, select, update

from bot.quick import be_quick, stay
from goals.domain import lifecycle
from goals.domain.values import Goal, Mode, Origin, Request, Verdict, VerifierSpec
from goals.domain.watching import Watch
from goals.ports import CheckContext, Claim, Runner
from goals.store import Store, open_store
from goals.store.tables import goal as goals
from goals.store.tables import monitor as monitors
from goals.verifying import checked
from monitors.ticker import Ticker
from tests.bench.figures import Figure, figure
from tests.given import ANA, goal
from tests.monitors.looking import SAID, Found, Watchtower, always, unmet

MANY, MINUTE, WATCHED_FOR = 10_000, 60.0, 30.0
ALIGNED = 50_000
AT_ONCE, SLOW, SECONDS, TIMES = 1_000, 100, 1.0, 3
HANGS, ROUNDS, SHORTEST = "m00000", 3, 5.0
BLINK, LEAD, MISSED, PATIENCE = 0.01, 1.5, 3.0, 300.0
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
ALONE = 500
TOGETHER = 2_000
"""Rows in one statement."""


class Counted:
    """The store's monitors, with note of which slot was claimed when."""

    def __init__(self, store: Store) -> None:
        self._monitors = store.monitors
        self.slots: dict[str, datetime] = {}
        self.claims: Counter[tuple[str, datetime]] = Counter()
        self.late: dict[str, list[float]] = {}

    async def claim(self, now: datetime, limit: int) -> list[Claim]:
        found = await self._monitors.claim(now, limit)
        for claim in found:
            self.slots[claim.goal_id] = claim.slot
            self.claims[claim.goal_id, claim.slot] += 1
        return found

    def begun(self, goal_id: str) -> None:
        late = (datetime.now(UTC) - self.slots[goal_id]).total_seconds()
        self.late.setdefault(goal_id, []).append(late)

    @property
    def all_late(self) -> list[float]:
        return [late for each in self.late.values() for late in each]

    @property
    def twice(self) -> int:
        return sum(times - 1 for times in self.claims.values())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitors, name)


class Stalls:
    """How long the event loop was away at the most, in seconds by the clock and of its own CPU."""

    def __init__(self) -> None:
        self.longest = self.busy = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        yield
        task.cancel()

    async def _watch(self) -> None:
        while True:
            before, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(BLINK)
            self.longest = max(self.longest, time.perf_counter() - before - BLINK)
            self.busy = max(self.busy, time.thread_time() - used)


@asynccontextmanager
async def fleet(
    place: Path, number: int, *, every: float = MINUTE, verifier: VerifierSpec = SAID
) -> AsyncIterator[Store]:
    """A store with so many monitors, none of which is due."""
    store = await open_store("", place)
    await stock(store, number, every, verifier)
    yield store
    await store.close()


async def stock(store: Store, number: int, every: float, verifier: VerifierSpec = SAID) -> None:
    """Put so many monitors into a store, none of which is due: `m00000` and so on."""
    now = datetime.now(UTC)
    asked = Request("watch it", verifiers=(verifier,), mode=Mode.MONITOR, watch=Watch(every=every))
    one = Goal("m-one-", asked, ANA, Origin("local", "demo", "m-one-"), now, now)
    await store.goals.record(lifecycle.opened(one), at=now)
    await store.database.write(lambda connection: _many(connection, number))


def _many(connection: Connection, number: int) -> None:
    """The monitor that is there, so many times."""
    kind, row = (dict(connection.execute(select(table)).one()._mapping) for table in (goals, monitors))
    names = [f"m{n:05}" for n in range(number)]
    for begin in range(0, number, TOGETHER):
        some = names[begin : begin + TOGETHER]
        connection.execute(insert(goals), [_named(kind, name) for name in some])
        connection.execute(insert(monitors), [{**row, "goal_id": name, "next_at": NEVER} for name in some])
    connection.execute(delete(goals).where(goals.c.id == "m-one-"))
    connection.execute(delete(monitors).where(monitors.c.goal_id == "m-one-"))


async def due(store: Store, number: int, over: float) -> datetime:
    """Make all due, spread over so many seconds from the time that is returned."""
    begins = datetime.now(UTC) + timedelta(seconds=LEAD)
    times = {f"m{n:05}": begins + timedelta(seconds=over * n / number) for n in range(number)}
    change = update(monitors).where(monitors.c.goal_id == bindparam("of")).values(next_at=bindparam("at"))
    rows = [{"of": name, "at": at} for name, at in times.items()]
    await store.database.write(lambda connection: connection.execute(change, rows))
    await asyncio.sleep(max(0.0, (begins - datetime.now(UTC)).total_seconds()))
    return begins


def _named(row: dict[str, Any], name: str) -> dict[str, Any]:
    put = {key: row[key].replace("m-one-", name) for key in ("id", "thread_key", "thread_held", "document")}
    return {**row, **put}


@asynccontextmanager
async def ticking(tower: Watchtower) -> AsyncIterator[None]:
    """Looked at from now on by the tick."""
    ticker = Ticker(tower.poller.round)
    tower.more = ticker.ring
    task = asyncio.create_task(ticker.run())
    ours = sys.getswitchinterval()
    be_quick()  # as `goalward serve` is
    try:
        yield
    finally:
        sys.setswitchinterval(ours)
        gc.unfreeze()
        task.cancel()
        await asyncio.wait({task})
        await tower.poller.drain(5)


async def many_monitors(place: Path) -> list[Figure]:
    """CPU besides the verifiers, as a share of one core, and how late looks begin, at MANY monitors a minute each."""
    async with fleet(place, MANY) as store:
        counted = Counted(store)
        tower = _tower(store, counted, always(unmet(12.0)))
        async with ticking(tower):
            await due(store, MANY, 0.0)
            await tower.until(lambda: len(tower.looks) == MANY)  # now all are known
            await tower.poller.settled()
            await due(store, MANY, MINUTE)
            counted.late.clear()
            before = sum(tower.looks.values())
            began, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(WATCHED_FOR)
            took, cpu = time.perf_counter() - began, time.process_time() - used
            looks, late = sum(tower.looks.values()) - before, counted.all_late
            missed = await _overdue(store)
    share = (cpu - looks * await _verifier_alone(tower)) / took * 100
    return [
        figure(f"watching {MANY:,} monitors at 60 s, besides verifiers", [share], "% of a core", 5.0),
        figure("their looks begin late by, p99", [quantiles(late, n=100)[-1]], "s", 1.2),
        figure("their slots missed or looked at twice", [missed + counted.twice], "", 0.0, f"{looks} looks"),
    ]


async def all_at_once(place: Path) -> list[Figure]:
    """Seconds from the tick until all are looked at and stored."""
    _depth(place)
    data = VerifierSpec("data", {"path": "depth.json", "expr": "data['depth'] < 3"})
    quick = [await _once(place / f"q{n}", AT_ONCE, data, always(unmet()), place) for n in range(TIMES)]
    slow = [await _once(place / f"s{n}", SLOW, SAID, _slowly, place) for n in range(TIMES)]
    return [
        _timed(f"{AT_ONCE:,} `data` checks due at once, stored", quick, 1.0),
        _timed(f"{SLOW} checks of {SECONDS:g} s due at once, stored", slow, 1.3),
    ]


def _depth(place: Path) -> None:
    place.mkdir()
    (place / "depth.json").write_text('{"depth": 12}')


async def one_that_hangs(place: Path) -> list[Figure]:
    """How late the others are, with one among them that never answers."""
    never = asyncio.Event()

    async def found(goal_id: str) -> Verdict:
        counted.begun(goal_id)
        if goal_id == HANGS:
            await never.wait()
        return unmet()

    async with fleet(place, SLOW, every=SHORTEST) as store:
        counted = Counted(store)
        tower = Watchtower(store, found, monitors=cast(Any, counted))
        async with ticking(tower):
            await due(store, SLOW, 0.0)
            await asyncio.sleep(ROUNDS * SHORTEST)
            never.set()
    others = [len(late) for goal_id, late in counted.late.items() if goal_id != HANGS]
    name = f"{SLOW} monitors, one of which hangs: looks begin late by at most"
    return [figure(name, [max(counted.all_late)], "s", 1.2, f"{min(others)} looks of each other")]


async def aligned(place: Path) -> list[Figure]:
    """Seconds until all are looked at that are due in one second, and how long the loop was away."""
    async with fleet(place, ALIGNED, every=3600.0) as store:
        counted, stalls = Counted(store), Stalls()
        tower = _tower(store, counted, always(unmet(12.0)))
        async with ticking(tower):
            await due(store, ALIGNED, 0.0)
            began, used = time.perf_counter(), time.process_time()
            async with stalls.watched():
                await tower.until(lambda: len(tower.looks) == ALIGNED, seconds=PATIENCE)
                await tower.recorder.settled()
            took, cpu = time.perf_counter() - began, time.process_time() - used
        dropped = await _unseen(store) + counted.twice
    busy = f"{stalls.busy * 1000:.0f} ms of CPU"
    name = f"{ALIGNED:,} monitors due in one second, all looked at"
    return [
        figure(name, [took], "s", 60.0, f"{cpu:.0f} s of CPU"),
        figure("the loop stalls meanwhile for at most", [stalls.longest * 1000], "ms", 100.0, busy),
        figure("of them dropped or looked at twice", [dropped], "", 0.0),
    ]


def _tower(store: Store, counted: Counted, found: Found) -> Watchtower:
    async def noted(goal_id: str) -> Verdict:
        counted.begun(goal_id)
        return await found(goal_id)

    return Watchtower(store, noted, monitors=cast(Any, counted), grown=stay)


async def _slowly(_: str) -> Verdict:
    await asyncio.sleep(SECONDS)
    return unmet()


def _timed(name: str, seen: list[tuple[float, float]], most: float) -> Figure:
    """Of seconds by the clock, and of CPU."""
    return figure(
        name, [took for took, _ in seen], "s", most, f"{median(cpu for _, cpu in seen):.2f} s of CPU"
    )


async def _once(
    place: Path, number: int, verifier: VerifierSpec, found: Found, files: Path
) -> tuple[float, float]:
    async with fleet(place, number, verifier=verifier) as store:
        tower = Watchtower(store, found, place=files)
        async with ticking(tower):
            await due(store, number, 0.0)
            began, used = time.perf_counter(), time.process_time()
            tower.more()
            await tower.until(lambda: _all_seen(store))
            return time.perf_counter() - began, time.process_time() - used


async def _all_seen(store: Store) -> bool:
    await asyncio.sleep(BLINK)
    return not await _unseen(store)


async def _unseen(store: Store) -> int:
    """How many are due, or are looked at now."""
    return await _count(store, or_(monitors.c.slot.is_not(None), monitors.c.next_at <= datetime.now(UTC)))


async def _overdue(store: Store) -> int:
    """How many nobody looks at, though they are due for longer than MISSED."""
    since = datetime.now(UTC) - timedelta(seconds=MISSED)
    return await _count(store, and_(monitors.c.slot.is_(None), monitors.c.next_at <= since))


async def _count(store: Store, which: ColumnElement[bool]) -> int:
    count = select(func.count()).select_from(monitors).where(which)
    return await store.database.read(lambda connection: connection.scalar(count) or 0)


async def _verifier_alone(tower: Watchtower) -> float:
    """Seconds of CPU for one check by itself."""
    of = goal(id="m00000", mode=Mode.MONITOR, verifiers=(SAID,))
    (part,) = tower.sight.ready(of).parts
    context = CheckContext(of, Path("/"), "", cast(Runner, None))
    used = time.process_time()
    for _ in range(ALONE):
        await checked(part, context)
    return (time.process_time() - used) / ALONE
