"""Several machines over one database: a goal is driven by one of them, and none is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from bot.dispatch.jobs import libpq
from goals.domain import facts, lifecycle
from goals.domain.findings import TurnReport
from goals.domain.values import Goal, Reason, Status
from goals.ports import Outcome, Task
from tests.bot.dispatch.machines import ACTIVE, Machine, Machines, machines, until
from tests.given import ANA, NOW, goal

pytestmark = pytest.mark.postgres


class Long:
    """Turns that last until they are let go; `begun` names who took them, `ended` says that they were stopped."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended = 0
        self.go = asyncio.Event()

    async def run(self, task: Task) -> Outcome:
        self.begun.append(task.turn)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.ended += 1
            raise
        return TurnReport("Done.")


@pytest.fixture
async def house(tmp_path: Path, postgres_url: str) -> AsyncIterator[Machines]:
    async with machines(tmp_path, postgres_url) as made:
        yield made


async def ended(machine: Machine, goal_id: str = ACTIVE.id) -> bool:
    return (await machine.goal(goal_id)).status is Status.PAUSED


async def test_a_goal_that_was_due_before_anybody_worked_is_driven_until_it_parks(house: Machines) -> None:
    one = await house.make("one")
    await one.stored()
    await one.begin()
    await until(lambda: ended(one))
    found = await one.goal()
    assert (found.turn, found.reason, found.worker) == (2, Reason.BUDGET, "one")


async def test_a_job_that_nobody_understands_keeps_no_worker_from_the_others(house: Machines) -> None:
    one = await house.working("one")
    async with await psycopg.AsyncConnection.connect(libpq(house.url), autocommit=True) as connection:
        await connection.execute(STRANGE)
    await until(lambda: nothing_waits(house.url))
    await one.stored()
    await until(lambda: ended(one))
    assert (await one.goal()).reason is Reason.BUDGET


STRANGE = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('goals', 'of another version', '{}')"


async def nothing_waits(url: str) -> bool:
    """Whether no job waits any more."""
    async with await psycopg.AsyncConnection.connect(libpq(url)) as connection:
        found = await connection.execute("SELECT id FROM procrastinate_jobs WHERE status = 'todo'")
        return await found.fetchone() is None


async def test_a_goal_that_is_put_to_work_in_one_process_is_driven_in_another(house: Machines) -> None:
    gateway = await house.make("gateway", works=False)
    await gateway.begin()
    worker = await house.working("worker")
    await gateway.stored()
    gateway.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: ended(gateway))
    assert (await worker.took_up(), gateway.dispatcher.driven) == (["worker"], [])


async def test_many_goals_are_each_driven_once_whoever_drives_them(house: Machines) -> None:
    goals = [f"g{number}k2" for number in range(10)]
    turns: list[tuple[str, int]] = []

    def counted(task: Task) -> TurnReport:
        turns.append((task.goal.id, task.turn))
        return TurnReport("Done.")

    one = await house.make("one", counted)
    for goal_id in goals:
        await one.stored(_active(goal_id))
    await one.begin()
    two = await house.working("two", counted)
    for goal_id in goals:
        await until(lambda g=goal_id: ended(two, g))
    assert sorted(turns) == [(goal_id, turn) for goal_id in goals for turn in (1, 2)]


async def test_a_worker_that_loses_its_lease_stops_and_the_goal_goes_on_once(house: Machines) -> None:
    long = Long()
    one = await house.working("one", long.run)
    await one.stored()
    one.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: long.begun)
    one.line.cut()
    await until(lambda: long.ended)
    long.go.set()
    await until(lambda: ended(one))
    assert (long.begun, (await one.goal()).turn) == ([1, 1, 2], 2)


async def test_connections_that_are_cut_for_a_moment_stop_no_turn(house: Machines) -> None:
    long = Long()
    one = await house.working("one", long.run)
    await one.stored()
    one.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: long.begun)
    await cut_connections(house.url)
    long.go.set()
    await until(lambda: ended(one))
    assert (long.begun, await one.took_up()) == ([1, 2], ["one"])


async def cut_connections(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(libpq(url), autocommit=True) as own:
        await own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_a_worker_that_drains_hands_its_goals_on(house: Machines) -> None:
    long = Long()
    one = await house.working("one", long.run)
    await one.stored()
    one.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: long.begun)
    two = await house.working("two")
    await one.dispatcher.drain(0)
    await until(lambda: ended(two))
    assert await two.took_up() == ["one", "two"]


async def test_whoever_takes_a_goal_over_goes_on_in_the_workspace_that_was_stored(
    house: Machines, tmp_path: Path
) -> None:
    long, found = Long(), []

    async def half(task: Task) -> Outcome:
        if task.turn > 1:
            return await long.run(task)
        (task.workspace / "half").write_text("of the work")
        return TurnReport("Done.")

    def other(task: Task) -> Outcome:
        told = "moved to another machine, as it stood after turn 1" in task.prompt
        found.append((task.turn, (task.workspace / "half").read_text(), told))
        return TurnReport("Done.")

    house.volume = tmp_path
    one = await house.working("one", half)
    await one.stored()
    one.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: long.begun)
    two = await house.working("two", other)
    await one.dispatcher.drain(0)
    await until(lambda: ended(two))
    assert found == [(2, "of the work", True)]


async def test_a_turn_that_is_stopped_by_another_process_ends(house: Machines) -> None:
    long = Long()
    gateway = await house.make("gateway", works=False)
    worker = await house.working("worker", long.run)
    await worker.stored()
    worker.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: long.begun)
    paused = lifecycle.apply(await gateway.goal(), facts.Paused(NOW, ANA))
    await gateway.journal.record(paused)
    await until(lambda: long.ended)
    await until(lambda: not worker.dispatcher.driven)
    assert (await worker.goal()).reason is Reason.OWNER


async def test_cancel_ends_a_turn_of_this_process_before_it_returns(house: Machines) -> None:
    long = Long()
    worker = await house.working("worker", long.run)
    await worker.stored()
    worker.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: long.begun)
    await worker.journal.record(lifecycle.apply(await worker.goal(), facts.Paused(NOW, ANA)))
    await worker.dispatcher.cancel(ACTIVE.id)
    assert long.ended == 1


async def test_what_another_process_made_due_and_nobody_was_told_of_is_found(house: Machines) -> None:
    worker = await house.working("worker")
    await worker.stored()
    await until(lambda: ended(worker))
    assert await worker.took_up() == ["worker"]


async def test_a_queue_is_filled_whoever_freed_the_slot(house: Machines) -> None:
    worker = await house.working("worker")
    await worker.stored(goal(agent="builtin", verifiers=(), turns=1, auto_approve=True))
    await until(lambda: ended(worker))
    assert (await worker.goal()).turn == 1


async def test_a_goal_goes_back_to_the_worker_that_has_its_workspace(house: Machines) -> None:
    one, two = await house.working("one"), await house.working("two")
    await one.stored(_active(ACTIVE.id, worker="two"))
    one.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: ended(two))
    assert await two.took_up() == ["two"]


async def test_a_goal_whose_worker_is_gone_goes_to_another_after_a_while(house: Machines) -> None:
    one = await house.make("one", patience=0.5)
    await one.begin()
    await one.stored(_active(ACTIVE.id, worker="gone"))
    one.dispatcher.dispatch(ACTIVE.id)
    await until(lambda: ended(one))
    assert await one.took_up() == ["one"]


def _active(goal_id: str, **changes: object) -> Goal:
    return replace(goal(id=goal_id), **{**_STANDS, **changes})


_STANDS = {"request": ACTIVE.request, "status": ACTIVE.status, "next": ACTIVE.next}
