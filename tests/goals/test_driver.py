"""The drive loop: what an agent's run leads to, whatever goes wrong in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from goals.checker import Checker
from goals.domain.errors import StaleGoal, StoreUnavailable
from goals.domain.findings import Busy, TurnReport
from goals.domain.values import Goal, Status, Step
from goals.driver import Driver, Due
from goals.journal import Journal
from goals.plugins import Agents, Plugins
from goals.ports import Change, Outcome, StepLog, Task
from goals.store import Store, open_store
from goals.work.executor import LocalExecutor
from goals.work.workspace import LocalWorkspaces
from tests.given import NOW, goal_in, later
from tests.peers.clock import ManualClock

Run = Callable[[Task], Any]


class Doing:
    """An agent that does what it is given to do."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def run(self, task: Task, steps: StepLog) -> Outcome:
        done = self._run(task)
        return cast(Outcome, await done if asyncio.iscoroutine(done) else done)

    def describe(self) -> str:
        return "doing"


class Parts:
    """A driver over a real store and workspaces, with one active goal."""

    def __init__(self, place: Path, store: Store, run: Run) -> None:
        self.store, clock = store, ManualClock()
        executor = LocalExecutor(place / "state")
        workspaces = LocalWorkspaces(place / "state", executor)
        checker = Checker(Plugins(), executor, workspaces, store.history, clock, {})
        agents = Agents(Plugins(), {}, executor, Doing(run))
        journal = Journal(store.goals, clock)
        self.driver = Driver(
            store.goals, store.steps, journal, workspaces, checker, agents, store.ledger, clock
        )

    async def stored(self, goal: Goal) -> Goal:
        return await self.store.goals.record(Change(replace(goal, version=0), ()), at=NOW)

    async def advance(self, goal: Goal) -> Goal:
        """The goal after what was due for it."""
        stored = await self.stored(goal)
        await self.driver.advance(Due(stored))
        found = await self.store.goals.load(goal.id)
        assert found
        return found


@pytest.fixture
def parts(store_url: str, tmp_path: Path) -> Callable[[Run], Any]:
    @asynccontextmanager
    async def opened(run: Run) -> AsyncIterator[Parts]:
        store = await open_store(store_url, tmp_path)
        yield Parts(tmp_path, store, run)
        await store.close()

    return opened


def fails(error: Exception) -> Run:
    def run(task: Task) -> Outcome:
        raise error

    return run


ACTIVE = goal_in(Status.ACTIVE, agent="builtin", verifiers=())


async def test_a_store_that_is_away_in_the_middle_of_a_turn_is_no_fault_of_the_agent(
    parts: Callable[[Run], Any],
) -> None:
    async with parts(fails(StoreUnavailable("The database is gone."))) as here:
        with pytest.raises(StoreUnavailable):
            await here.advance(ACTIVE)
        found = await here.store.goals.load(ACTIVE.id)
    assert (found.status, found.turn) == (Status.ACTIVE, ACTIVE.turn)


async def test_a_goal_that_another_has_taken_over_is_left_as_it_is(parts: Callable[[Run], Any]) -> None:
    async with parts(fails(StaleGoal(ACTIVE.id))) as here:
        after = await here.advance(ACTIVE)
    assert (after.status, after.turn) == (Status.ACTIVE, ACTIVE.turn)


@pytest.mark.parametrize(
    "ending",
    [Busy("asked to wait", later(minutes=1), 4.0), TurnReport("", seconds=4.0, broken="no key")],
    ids=["busy", "broken"],
)
async def test_what_an_agent_took_before_it_could_not_go_on_is_active_time(
    parts: Callable[[Run], Any], ending: Outcome
) -> None:
    async with parts(lambda _: ending) as here:
        after = await here.advance(ACTIVE)
    assert after.spent.seconds == 4.0


async def test_an_agent_that_fails_pauses_its_goal_with_the_reason(parts: Callable[[Run], Any]) -> None:
    async with parts(fails(ValueError("a defect"))) as here:
        after = await here.advance(ACTIVE)
    assert (after.status, after.explanation) == (
        Status.PAUSED,
        "The agent failed: ValueError: a defect",
    )


async def test_a_worker_that_takes_a_goal_up_is_the_only_one_whose_steps_count(
    parts: Callable[[Run], Any],
) -> None:
    async with parts(lambda _: TurnReport("")) as here:
        await here.stored(ACTIVE)
        first = await here.driver.take_over(ACTIVE.id, "one")
        second = await here.driver.take_over(ACTIVE.id, "two")
        late = Step(1, 1, "call", {}, NOW, first.goal.epoch)
        with pytest.raises(StaleGoal):
            await here.store.steps.append(ACTIVE.id, late)
    assert (second.goal.epoch, second.goal.worker) == (first.goal.epoch + 1, "two")


async def test_a_worker_whose_goal_was_taken_over_meanwhile_neither_ends_its_turn_nor_goes_on(
    parts: Callable[[Run], Any],
) -> None:
    async def overtaken(task: Task) -> Outcome:
        await here.driver.take_over(ACTIVE.id, "two")
        return TurnReport("I am done.")

    async with parts(overtaken) as here:
        await here.stored(ACTIVE)
        due = await here.driver.take_over(ACTIVE.id, "one")
        went_on = await here.driver.advance(due)
        found = await here.store.goals.load(ACTIVE.id)
    assert (went_on, found.turn, found.worker) == (None, ACTIVE.turn, "two")


async def test_nothing_of_a_turn_goes_on_when_it_was_given_up(
    parts: Callable[[Run], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last steps are refused, as another has the goal; the look at the workspace is not left behind."""
    looked: list[str] = []

    async def snapshot(self: LocalWorkspaces, goal: Goal, turn: int) -> Any:
        looked.append("begun")
        await asyncio.sleep(0.3)
        looked.append("over")

    class Refused:
        async def append(self, goal_id: str, *steps: Step) -> None:
            raise StaleGoal(goal_id)

    def run(task: Task) -> TurnReport:
        monkeypatch.setattr(LocalWorkspaces, "snapshot", snapshot)
        return TurnReport("done")

    async with parts(run) as there:
        goal = await there.stored(ACTIVE)
        due = Due(goal)
        log = there.driver._log(due)
        log.steps = Refused()
        log.later(log.step("result", 1, {"id": "a", "text": "", "failed": False, "seconds": 0.0}))
        monkeypatch.setattr(there.driver, "_log", lambda due: log)
        assert await there.driver.advance(due) is None
    assert looked == ["begun", "over"]


async def test_nobody_takes_up_a_goal_that_waits(parts: Callable[[Run], Any]) -> None:
    async with parts(lambda _: TurnReport("")) as here:
        await here.stored(goal_in(Status.PAUSED))
        assert await here.driver.take_over("g7k2", "one") is None
