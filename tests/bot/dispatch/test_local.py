"""The embedded dispatcher: no goal is forgotten, whatever the store, a defect or a late word does to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from bot import subject
from bot.dispatch.local import LocalDispatcher
from goals.domain.change import Change
from goals.domain.errors import StoreUnavailable
from goals.domain.rules import ChannelRules
from goals.domain.values import Goal, Reason, Status
from goals.driver import Driver, Due
from goals.journal import Journal, Subscriber
from goals.ports import Executor
from goals.queue import Queue
from goals.store import Store, open_store
from tests.given import NOW, goal, goal_in, later
from tests.peers.clock import ManualClock


class Scripted:
    """Stands in for the driver and the executor: `turn` is what an advance does."""

    def __init__(self) -> None:
        self.advanced: list[str] = []
        self.turn: Callable[[], Any] = lambda: None

    async def take_up(self, goal_id: str) -> Due | None:
        return Due(goal(id=goal_id))

    async def advance(self, due: Due) -> Due | None:
        self.advanced.append(due.goal.id)
        found = self.turn()
        if asyncio.iscoroutine(found):
            await found
        return None

    async def kill(self, goal_id: str) -> None: ...

    async def sweep(self) -> int:
        return 0


class Heard(Journal):
    """A journal whose subscriber can be told what one likes."""

    def subscribe(self, subscriber: Subscriber) -> None:
        self.subscriber = subscriber


class AwayOnce:
    """A part of the store that does not answer when it is asked for the first time."""

    def __init__(self, real: Any, method: str, error: Exception) -> None:
        self._real, self._method, self._errors = real, method, [error]

    def __getattr__(self, name: str) -> Any:
        if name != self._method or not self._errors:
            return getattr(self._real, name)
        return self._fail

    async def _fail(self, *args: Any, **kwargs: Any) -> Any:
        raise self._errors.pop()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def script() -> Scripted:
    return Scripted()


def dispatcher(
    goals: Any,
    script: Scripted,
    clock: ManualClock,
    queue_goals: Any = None,
    journal: Journal | None = None,
) -> LocalDispatcher:
    journal = journal or Journal(goals, clock)
    queue = Queue(queue_goals or goals, journal, lambda _: ChannelRules(), clock)
    return LocalDispatcher(goals, cast(Driver, script), queue, journal, cast(Executor, script), clock)


async def stored(store: Store, kept: Goal) -> None:
    await store.goals.record(Change(kept, ()), at=NOW)


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def test_a_queue_that_could_not_be_read_is_filled_when_the_store_is_back(
    store: Store, script: Scripted, clock: ManualClock
) -> None:
    away = AwayOnce(store.goals, "slots_taken", StoreUnavailable("gone"))
    await stored(store, goal(version=0))
    parts = dispatcher(store.goals, script, clock, away)
    await parts.recover()
    running = asyncio.create_task(parts.run())
    await until(lambda: script.advanced)
    await ended(running)


async def test_what_a_turn_does_is_known_to_be_for_its_goal_and_nothing_else_is(
    store: Store, script: Scripted, clock: ManualClock
) -> None:
    for slot, goal_id in enumerate(("a1", "b2")):
        await stored(store, goal_in(Status.ACTIVE, id=goal_id, version=0, slot=slot))
    said: list[dict[str, Any]] = []
    script.turn = lambda: said.append(subject.now())
    await dispatcher(store.goals, script, clock).recover()
    await until(lambda: len(said) == 2)
    assert (sorted(one["goal"] for one in said), {one["turn"] for one in said}, subject.now()) == (
        ["a1", "b2"],
        {Due(goal()).turn},
        {},
    )


async def test_a_defect_stops_nobodys_time(store: Store, script: Scripted, clock: ManualClock) -> None:
    await stored(store, goal(version=0, deadline=later(seconds=1)))
    journal, heard = Journal(store.goals, clock), list[Status]()
    parts = dispatcher(AwayOnce(store.goals, "due", ValueError("a bug")), script, clock, journal=journal)
    journal.subscribe(lambda change: heard.append(change.goal.status))
    running = asyncio.create_task(parts.run())
    await until(lambda: heard)
    await ended(running)
    assert heard == [Status.FAILED]


async def test_a_goal_that_we_failed_on_is_paused_although_the_store_was_away_then(
    store: Store, script: Scripted, clock: ManualClock
) -> None:
    await stored(store, goal_in(Status.ACTIVE, version=0))
    script.turn = lambda: 1 / 0
    parts = dispatcher(AwayOnce(store.goals, "load", StoreUnavailable("gone")), script, clock)
    await parts.recover()
    await until(lambda: not parts.driven)
    found = await store.goals.load("g7k2")
    assert found is not None
    assert (found.status, found.reason) == (Status.PAUSED, Reason.BLOCKED)


async def test_nothing_is_driven_before_the_start_nor_after_the_drain(
    store: Store, script: Scripted, clock: ManualClock
) -> None:
    parts = dispatcher(store.goals, script, clock)
    parts.dispatch("g7k2")
    await parts.recover()
    await parts.drain(1)
    parts.dispatch("g7k2")
    assert (parts.driven, script.advanced) == ([], [])


async def test_a_stop_that_is_told_late_does_not_leave_a_goal_without_its_drive(
    store: Store, script: Scripted, clock: ManualClock
) -> None:
    heard = Heard(store.goals, clock)
    parts = dispatcher(store.goals, script, clock, journal=heard)
    await parts.recover()
    script.turn = lambda: asyncio.sleep(600)
    active = goal_in(Status.ACTIVE, version=0)
    await stored(store, active)
    parts.dispatch("g7k2")
    await until(lambda: script.advanced)
    heard.subscriber(Change(goal_in(Status.PAUSED), ()))
    await until(lambda: len(script.advanced) == 2)
    await parts.drain(0)


async def test_a_drain_leaves_the_goal_as_it_stands(
    store: Store, script: Scripted, clock: ManualClock
) -> None:
    await stored(store, goal_in(Status.ACTIVE, version=0))
    parts = dispatcher(store.goals, script, clock)
    script.turn = lambda: asyncio.sleep(600)
    await parts.recover()
    await until(lambda: script.advanced)
    await parts.drain(0)
    found = await store.goals.load("g7k2")
    assert found is not None
    assert (parts.driven, found.status, script.advanced) == ([], Status.ACTIVE, ["g7k2"])
