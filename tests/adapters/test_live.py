"""Turns are told while they run, once each step, for the goals that want it, by the process that speaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.chat import Busy
from adapters.live import EVERY, Live, is_told, turn_of
from goals.domain.errors import StoreUnavailable
from goals.domain.values import Goal, Mode, Next, Origin, Person, Status, Step
from tests.given import goal
from tests.peers.clock import ManualClock

DRIVEN = goal(status=Status.ACTIVE, verbose=True, next=Next.TURN, turn=2)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (DRIVEN, True),
        (goal(status=Status.ACTIVE), False),
        (goal(status=Status.ACTIVE, verbose=True, muted=True), False),
        (goal(status=Status.ACTIVE, verbose=True, mode=Mode.MONITOR), False),
        (goal(status=Status.PAUSED, verbose=True), False),
        (goal(status=Status.COMPLETED, verbose=True), False),
    ],
)
def test_only_what_is_driven_and_wants_it_is_told(of: Goal, told: bool) -> None:
    assert is_told(of) is told


def test_the_steps_of_planning_are_those_of_turn_0() -> None:
    assert (turn_of(DRIVEN), turn_of(goal(next=Next.PLAN, turn=2))) == (3, 0)


class Told:
    """Streams that keep what they are given."""

    def __init__(self) -> None:
        self.streams: list[list[str]] = []
        self.ended = 0
        self.busy = 0
        self.refused = False

    def __call__(self, at: Origin, reader: Person) -> Told | None:
        if self.refused:
            return None
        self.streams.append([])
        return self

    async def add(self, text: str) -> None:
        if self.busy:
            self.busy -= 1
            raise Busy(1)
        self.streams[-1].append(text)

    async def end(self) -> None:
        self.ended += 1

    @property
    def texts(self) -> list[str]:
        return ["|".join(texts) for texts in self.streams]


class World:
    """A goal and its steps as they are stored; `mine` says whether this process speaks."""

    def __init__(self, *, clean: Callable[[str], str] = str) -> None:
        self.goal = DRIVEN
        self.steps: list[Step] = []
        self.mine = True
        self.away = False
        self.looks = 0
        self.told = Told()
        self.clock = ManualClock()
        self.live = Live(
            {"local": self.told},
            self,
            self,
            self.clock,
            clean,
            lambda platform: self.mine,
            self.driven,  # type: ignore[arg-type]
        )

    async def find(self, goal_id: str) -> Goal:
        return self.goal

    async def of_turn(self, goal_id: str, turn: int) -> list[Step]:
        self.looks += 1
        if self.away:
            raise StoreUnavailable("away")
        return [step for step in self.steps if step.turn == turn]

    async def driven(self) -> list[str]:
        return [self.goal.id]

    def says(self, text: str, turn: int = 3, *, ago: float = 0.0) -> None:
        at = self.clock.now() - timedelta(seconds=ago)
        self.steps.append(Step(turn, len(self.steps), "reply", {"text": text, "calls": []}, at))

    def becomes(self, **changes: Any) -> None:
        self.goal = replace(DRIVEN, **changes)

    async def until(self, condition: Callable[[], Any]) -> None:
        """Looks pass as fast as they can until then."""
        async with asyncio.timeout(30):
            while not condition():
                self.clock.advance(EVERY)
                await asyncio.sleep(0.001)

    async def looked(self) -> None:
        """Return after two more looks, of which one began now."""
        after = self.looks + 2
        await self.until(lambda: self.looks >= after)


@asynccontextmanager
async def at_work(world: World) -> AsyncIterator[World]:
    running = asyncio.create_task(world.live.run())
    try:
        world.live.look(world.goal)
        yield world
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_each_step_is_told_once_in_the_stream_of_its_turn() -> None:
    async with at_work(World()) as world:
        world.says("one")
        await world.until(lambda: world.told.texts == ["one"])
        world.says("two")
        await world.until(lambda: world.told.texts == ["one|two"])
        await world.looked()
        world.says("three", turn=4)
        world.becomes(turn=3)
        await world.until(lambda: world.told.texts == ["one|two", "three"])
        assert world.told.ended == 1


async def test_what_came_last_is_told_though_the_goal_has_ended_and_turns_that_were_too_short_to_be_seen() -> (
    None
):
    async with at_work(World()) as world:
        world.says("one")
        await world.until(lambda: world.told.texts == ["one"])
        for text, turn in (("two", 3), ("three", 4), ("four", 5)):
            world.says(text, turn)
        world.becomes(turn=5, status=Status.COMPLETED)
        await world.until(lambda: world.told.ended == 3)
        assert world.told.texts == ["one|two", "three", "four"]


async def test_a_goal_that_waits_in_its_turn_ends_its_stream_and_goes_on_in_a_new_one_without_saying_it_again() -> (
    None
):
    async with at_work(World()) as world:
        world.says("one")
        await world.until(lambda: world.told.texts == ["one"])
        world.becomes(status=Status.WAITING)
        await world.until(lambda: world.told.ended == 1)
        world.becomes()
        world.says("two")
        await world.until(lambda: world.live.look(world.goal) or world.told.texts == ["one", "two"])


async def test_what_was_said_before_this_process_spoke_is_not_told_again_by_it() -> None:
    world = World()
    world.says("by the one before", ago=60)
    await world.live.take_up("local")
    async with at_work(world):
        world.says("by us")
        await world.until(lambda: world.told.texts == ["by us"])


async def test_a_process_that_takes_over_tells_the_turns_under_way_without_being_told_of_them() -> None:
    world = World()
    running = asyncio.create_task(world.live.run())
    await world.live.take_up("local")
    world.says("one")
    await world.until(lambda: world.told.texts == ["one"])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert world.told.ended == 1


async def test_a_process_that_speaks_no_more_tells_no_more() -> None:
    async with at_work(World()) as world:
        world.says("one")
        await world.until(lambda: world.told.texts == ["one"])
        world.mine = False
        await world.until(lambda: world.told.ended == 1)
        world.says("two")
        assert world.told.texts == ["one"]


async def test_what_a_busy_platform_did_not_show_is_told_later() -> None:
    async with at_work(World()) as world:
        world.told.busy = 2
        world.says("one")
        await world.until(lambda: world.told.texts == ["one"])


async def test_a_platform_that_has_refused_is_not_watched_for() -> None:
    world = World()
    world.told.refused = True
    async with at_work(world):
        world.says("one")
        for _ in range(20):
            world.clock.advance(EVERY)
            await asyncio.sleep(0.001)
        assert (world.looks, world.told.texts) == (0, [])


async def test_a_store_that_is_away_ends_the_telling_until_the_goal_is_shown_again() -> None:
    async with at_work(World()) as world:
        world.says("one")
        world.away = True
        await world.until(lambda: world.told.ended)
        world.away = False
        await world.until(lambda: world.live.look(world.goal) or "one" in world.told.texts)


async def test_secrets_and_what_steers_a_screen_are_taken_out() -> None:
    async with at_work(World(clean=lambda text: text.replace("secret", "•••"))) as world:
        world.says("a secret\x1b[2J")
        await world.until(lambda: world.told.texts == ["a •••�[2J"])
