"""Nobody at a part of the work is told once, on the cards that rely on it too, and is over once somebody is there."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.attending import Attending, Missed
from bot.roles import GATEWAY, MONITOR, WORKER, Role, way_out
from goals.clock import SystemClock
from goals.domain.parts import Part
from goals.domain.values import Goal, Status, VerifierSpec, WaitKind
from goals.ports import Change, Delivery
from goals.store import Store
from tests.given import NOW, goal_in, later, monitor, waits
from tests.goals.store.sharing import sharer

ALL_THERE = dict.fromkeys(Part, 1)
POLLS = "polls monitors and what goals wait for"
AWAITED = waits(WaitKind.VERIFIER, verifier=VerifierSpec("command", {"command": "make"}))
GOALS = (
    monitor(id="m2n2", version=0),
    monitor(id="p3q3", version=0, status=Status.PAUSED),
    goal_in(Status.WAITING, id="w4w4", version=0, slot=None, wait=AWAITED),
    goal_in(Status.WAITING, id="t5t5", version=0, slot=None, wait=waits(WaitKind.TIME, until=NOW)),
    goal_in(Status.QUEUED, id="q6q6", version=0),
)


@dataclass
class Process:
    """One that looks as one of this role; what it lost or gained nobody is patient with. `told` counts its posts."""

    store: Store
    role: Role
    told: list[None] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.store.attendance is not None
        self._attending = Attending(
            self.store.attendance,
            self.store.goals,
            SystemClock(),
            self.role,
            0.0,
            lambda: self.told.append(None),
        )

    async def look(self) -> None:
        await self._attending.look()

    async def painted(self) -> set[str]:
        """The goals whose cards were to be painted since it was asked last."""
        rows = await self.store.outbox.due(later(days=1))
        for row in rows:
            await self.store.outbox.settle(row, Delivery("sent", NOW, NOW))
        return {row.goal_id for row in rows}


@asynccontextmanager
async def process(url: str, place: Path, role: Role) -> AsyncIterator[Process]:
    async with sharer(url, place, parts=role.parts) as one:
        yield Process(one.store, role)


async def opened(store: Store, goals: Collection[Goal]) -> None:
    for goal in goals:
        await store.goals.record(Change(goal, ()), at=NOW)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in caplog.records if record.name == "bot.attending"]
    caplog.clear()
    return found


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "bot.attending")


def test_a_part_is_missed_once_nobody_has_done_it_for_long_enough() -> None:
    missed = Missed()
    nobody = {**ALL_THERE, Part.WATCH: 0}
    missed.look(nobody, NOW, 100.0)
    missed.look(nobody, later(seconds=29), 129.0)
    assert missed.longer_than(30.0, 129.0) == {}
    missed.look(nobody, later(seconds=30), 130.0)
    assert missed.longer_than(30.0, 130.0) == {Part.WATCH: NOW}


def test_somebody_who_was_there_in_between_makes_it_begin_anew() -> None:
    missed = Missed()
    nobody = {**ALL_THERE, Part.WATCH: 0}
    missed.look(nobody, NOW, 0.0)
    missed.look(ALL_THERE, later(seconds=10), 10.0)
    missed.look(nobody, later(seconds=20), 20.0)
    assert missed.longer_than(15.0, 30.0) == {}


@pytest.mark.postgres
async def test_of_several_gateways_one_tells_that_nobody_polls_and_that_somebody_does_again(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        process(postgres_url, tmp_path, GATEWAY) as one,
        process(postgres_url, tmp_path, GATEWAY) as other,
        process(postgres_url, tmp_path, WORKER),
    ):
        await opened(one.store, GOALS)
        await one.painted()
        for gateway in (one, other, one, other):
            await gateway.look()
        begun = (said(caplog), await one.painted(), list(await one.store.absent()))
        async with process(postgres_url, tmp_path, MONITOR):
            for gateway in (one, other, one):
                await gateway.look()
            over = (said(caplog), await one.painted(), list(await one.store.absent()))
        told = len(one.told) + len(other.told)

    assert begun == ([f"no process {POLLS}: {way_out(Part.WATCH)}"], {"m2n2", "w4w4"}, [Part.WATCH])
    assert (*over, told) == ([f"a process {POLLS} again"], {"m2n2", "w4w4"}, [], 2)


@pytest.mark.postgres
async def test_a_gateway_that_comes_later_takes_back_what_one_that_is_gone_has_told(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        process(postgres_url, tmp_path, MONITOR),
        process(postgres_url, tmp_path, GATEWAY) as first,
    ):
        await opened(first.store, GOALS)
        await first.look()
    said(caplog)
    async with (
        process(postgres_url, tmp_path, WORKER),
        process(postgres_url, tmp_path, GATEWAY) as second,
        process(postgres_url, tmp_path, MONITOR),
    ):
        await second.painted()
        await second.look()
        found = (said(caplog), await second.painted(), await second.store.absent())

    assert found == (["a process works on goals again", "a process has drafts written again"], {"q6q6"}, {})


@pytest.mark.postgres
async def test_a_worker_is_silent_beside_a_gateway_and_says_where_there_is_none(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with process(postgres_url, tmp_path, WORKER) as worker, process(postgres_url, tmp_path, MONITOR):
        async with process(postgres_url, tmp_path, GATEWAY):
            await worker.look()
            beside = said(caplog)
        await worker.look()
        alone = said(caplog)

    assert beside == []
    assert alone == [
        "no process hears the platforms and speaks on them: Start one with `--role gateway` or `--role all`."
    ]
