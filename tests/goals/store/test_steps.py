from dataclasses import replace

import pytest

from goals.domain.errors import StaleGoal
from goals.domain.values import Step
from goals.ports import Change
from goals.store import Store
from tests.given import NOW, goal


async def test_a_turns_steps_come_back_in_the_order_they_were_stored(store: Store) -> None:
    await store.goals.record(Change(goal(version=0, epoch=1), ()), at=NOW)
    steps = [
        Step(1, 1, "call", {"argv": ["ls", "ü"]}, NOW, 1),
        Step(1, 1, "result", {"exit": 0}, NOW, 1),
        Step(1, 2, "reply", {"text": "done"}, NOW, 1),
    ]
    for step in [*steps, Step(2, 1, "call", {}, NOW, 1)]:
        await store.steps.append("g7k2", step)

    assert await store.steps.of_turn("g7k2", 1) == steps


async def test_only_who_holds_the_goal_appends_steps(store: Store) -> None:
    stands = await store.goals.record(Change(goal(version=0, epoch=1), ()), at=NOW)
    await store.goals.record(Change(replace(stands, epoch=2), ()), at=NOW)

    with pytest.raises(StaleGoal):
        await store.steps.append("g7k2", Step(1, 1, "call", {}, NOW, 1))

    assert await store.steps.of_turn("g7k2", 1) == []


async def test_a_goal_that_is_not_there_has_no_steps(store: Store) -> None:
    with pytest.raises(StaleGoal):
        await store.steps.append("nope", Step(1, 1, "call", {}, NOW, 0))


async def test_all_of_a_goals_steps_come_back_however_often_they_are_asked_for(store: Store) -> None:
    await store.goals.record(Change(goal(version=0, epoch=1), ()), at=NOW)
    steps, seen = [], []
    for number in range(1, 4):
        added = [Step(1, number, "reply", {"text": f"{number}"}, NOW, 1), Step(1, number, "call", {}, NOW, 1)]
        for step in added:
            await store.steps.append("g7k2", step)
        steps += added
        seen.append(await store.steps.of_goal("g7k2"))

    assert seen == [steps[:2], steps[:4], steps]
