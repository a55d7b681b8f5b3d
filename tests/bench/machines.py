"""Several machines on one PostgreSQL: how many turns they take together, how soon a goal is taken up, and how soon again
when its worker was killed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg

from adapters.local import LocalAdapter
from bot.app import Core, open_core
from bot.dispatch.jobs import libpq
from bot.dispatch.tables import make_tables
from bot.roles import GATEWAY
from bot.settings import Settings
from goals.domain.change import Change
from goals.domain.contract import Asked
from goals.domain.values import Goal, Origin, Status
from tests.bench.figures import Figure, figure
from tests.bench.players import Score, players
from tests.bench.turns import ANA
from tests.given import goal_in
from tests.peers.postgres import end_postgres, new_database, start_postgres

WORKERS = 3
BUSY = 30
"""Goals that go on for ever."""

SECONDS, TIMES = 4.0, 3
PAUSED, STANDING = 10_000, 1_000
TOGETHER = 200
SHORT, APART = 20, 0.3
"""Goals with one turn, and the seconds between two of them."""

_TURNS = "SELECT count(*) FROM event WHERE name = 'TurnEnded'"
_AT_WORK = "SELECT count(*) FROM procrastinate_workers"
_TOOK_UP = "SELECT goal_id, at, document FROM event WHERE name = 'TakenUp' ORDER BY at"
_ADMITTED = "SELECT goal_id, at FROM event WHERE name = 'Admitted'"


def shared(url: str, state: Path) -> Settings:
    return Settings.model_validate(
        {
            "state": state,
            "store": url,
            "dispatch": "procrastinate",
            "defaults": {"checkpoint_turns": 0},
            "sandbox": {"mode": "process"},
        }
    )


@dataclass
class Machines:
    """The workers' processes by the names under which they take goals up, and a gateway in this one."""

    url: str
    core: Core
    workers: dict[str, Process] = field(default_factory=dict)

    async def opened(self, channel: str, turns: int) -> Goal:
        asked = Asked("never done", verify=({"type": "answered"},), auto_approve=True, max_turns=turns)
        return await self.core.service.open(
            asked, by=ANA, origin=Origin("local", channel, f"{channel}-1", f"{channel}-1")
        )

    async def turns(self) -> int:
        return await self._count(_TURNS)

    async def at_work(self) -> int:
        """How many workers there are."""
        return await self._count(_AT_WORK)

    async def took_up(self) -> list[tuple[str, datetime, str]]:
        """Goal, when, and which worker."""
        rows = await self._asked(_TOOK_UP)
        return [(str(row[0]), _time(row[1]), json.loads(str(row[2]))["worker"]) for row in rows]

    async def waited(self, goals: list[Goal]) -> list[float]:
        """Seconds from each goal's admission until a worker took it up, once all have been."""
        ids = {goal.id for goal in goals}
        first: dict[str, datetime] = {}
        while not ids <= first.keys():
            await asyncio.sleep(0.1)
            first = {goal_id: at for goal_id, at, _ in reversed(await self.took_up())}
        admitted = {str(row[0]): _time(row[1]) for row in await self._asked(_ADMITTED)}
        return [(first[goal_id] - admitted[goal_id]).total_seconds() for goal_id in ids]

    async def _count(self, question: str) -> int:
        rows = await self._asked(question)
        return int(str(rows[0][0]))

    async def _asked(self, question: str) -> list[tuple[object, ...]]:
        async with await psycopg.AsyncConnection.connect(libpq(self.url)) as connection:
            return await (await connection.execute(question.encode())).fetchall()


def _time(found: object) -> datetime:
    at = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@asynccontextmanager
async def machines(place: Path) -> AsyncIterator[Machines]:
    server = await asyncio.to_thread(start_postgres)
    made: Machines | None = None
    try:
        url = new_database(server)
        make_tables(url)
        core, lock = await open_core(shared(url, place / "gateway"), plugins=players(Score()), role=GATEWAY)
        core.bring("local", LocalAdapter(core.store.rooms, core.clock).port)
        await core.start()
        made = Machines(url, core)
        for number in range(WORKERS):
            await _begun(made, place / f"worker-{number}")
        yield made
        await core.stop()
        lock.release()
    finally:
        for process in made.workers.values() if made else ():
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await asyncio.to_thread(end_postgres, server)


async def _begun(made: Machines, state: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.one_worker", made.url, str(state)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    made.workers[str(state)] = process
    at_work = 0
    while at_work < len(made.workers):
        await asyncio.sleep(0.1)
        at_work = await made.at_work()


async def several_machines(place: Path) -> list[Figure]:
    async with machines(place) as made:
        idle = await _dispatched(made, "idle")
        for number in range(BUSY):
            await made.opened(f"busy-{number}", 1_000_000)
        per_turn = [await _per_turn(made) for _ in range(TIMES)]
        loaded = await _dispatched(made, "loaded")
        taken_over = await _taken_over(made)
    return [
        figure(f"a turn among {BUSY} goals over {WORKERS} workers", per_turn, "ms", 10.0),
        figure("dispatch latency, idle, p95", [_p95(idle)], "s", 1.0),
        figure("dispatch latency, under load, p95", [_p95(loaded)], "s", 1.0),
        figure("until a killed worker's last goal goes on", [max(taken_over)], "s", 15.0),
    ]


async def in_a_crowd(place: Path) -> list[Figure]:
    """The same before and after many goals stand in the store on which nobody works now."""
    async with machines(place) as made:
        for number in range(BUSY):
            await made.opened(f"busy-{number}", 1_000_000)
        alone = [await _per_turn(made) for _ in range(TIMES)]
        latency = median(await _dispatched(made, "alone"))
        await _stand(made, PAUSED, goal_in(Status.PAUSED, id="paused-"))
        later = datetime.now(UTC) + timedelta(days=1)
        await _stand(made, STANDING, goal_in(Status.ACTIVE, id="active-", slot=None, due_at=later))
        crowded = [await _per_turn(made) for _ in range(TIMES)]
        longer = median(await _dispatched(made, "crowded"))
    beside = f"beside {PAUSED:,} paused and {STANDING:,} active goals"
    return [
        figure(f"a turn {beside}", [median(crowded) / median(alone)], "×", 1.1),
        figure(
            f"dispatch latency {beside}",
            [longer / latency],
            "×",
            1.1,
            f"{longer:.2f} s, {latency:.2f} s alone",
        ),
    ]


async def _stand(made: Machines, number: int, like: Goal) -> None:
    """Put so many goals like that one into the store."""
    now = datetime.now(UTC)
    for begin in range(0, number, TOGETHER):
        names = [f"{like.id}{n}" for n in range(begin, min(begin + TOGETHER, number))]
        goals = [replace(like, id=n, version=0, origin=Origin("local", "crowd", n, n)) for n in names]
        await asyncio.gather(*(made.core.store.goals.record(Change(g, ()), at=now) for g in goals))


async def _per_turn(made: Machines) -> float:
    began, before = time.perf_counter(), await made.turns()
    await asyncio.sleep(SECONDS)
    return (time.perf_counter() - began) * 1000 / max(1, await made.turns() - before)


async def _dispatched(made: Machines, name: str) -> list[float]:
    goals = []
    for number in range(SHORT):
        goals.append(await made.opened(f"{name}-{number}", 1))
        await asyncio.sleep(APART)
    return await made.waited(goals)


async def _taken_over(made: Machines) -> list[float]:
    """Seconds from the death of a worker until each of its goals goes on elsewhere."""
    last = {goal_id: worker for goal_id, _, worker in await made.took_up()}
    busy = [goal.id for goal in await made.core.service.unfinished() if goal.status == "active"]
    victim = next(state for state in made.workers if any(last[each].endswith(state) for each in busy))
    theirs = {goal_id for goal_id in busy if last[goal_id].endswith(victim)}
    killed = datetime.now(UTC)
    made.workers[victim].kill()
    while True:
        after = {goal_id: at for goal_id, at, _ in reversed(await made.took_up()) if at > killed}
        if theirs <= after.keys():
            return [(after[goal_id] - killed).total_seconds() for goal_id in theirs]
        await asyncio.sleep(0.2)


def _p95(seen: list[float]) -> float:
    return sorted(seen)[int(len(seen) * 0.95) - 1]
