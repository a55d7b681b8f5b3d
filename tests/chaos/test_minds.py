"""Killed while models and tools are at work: the goal ends as it would have, all is paid for, nothing is done twice."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.demo.script import Answer, Call, Tokens, counted, text_of
from tests.chaos.minds import KINDS, Minds, minds
from tests.chaos.standing import left_over, of_events, of_posts

pytestmark = pytest.mark.timeout(300)

AT_ONCE = {
    "thinker agent",
    "worker tool",
    "claimer after",
    "judged judge",
    "planned plan",
    "spender wind_down",
}
PLANNED = [{f"planned {point}"} for point in ("agent", "reply", "tool", "after", "judge")]


async def faults(world: Minds, goals: list[dict[str, Any]]) -> list[str]:
    """Everything that is not as it would have been without a kill, a sentence each. The server is stopped."""
    found = []
    for goal in goals:
        kind = world.opened[goal["thread"]]
        if (goal["status"], goal["reason"]) != kind.end:
            found.append(f"{kind.name} ended as {goal['status']}: {goal['explanation']}")
        found += of_events(await world.served.events(goal["id"]), kind)
        found += of_posts(await world.served.thread(goal["channel"], goal["thread"]), kind)
    assert await world.served.stop() == 0
    found += [fault for goal in goals for fault in _told(world, goal["id"])]
    return [*found, *_booked(world), *await left_over(world.served.state)]


def _told(world: Minds, goal_id: str) -> list[str]:
    """Each model saw one and the same head, and after each reply one result for each of its calls."""
    asked = [r for r in world.model.requests if r.goal == goal_id and r.model == "agent-model"]
    heads = {text_of(request.messages[0]) for request in asked}
    found = [] if len(heads) == 1 else [f"{len(heads)} heads"]
    for request in asked:
        called = [call["id"] for m in request.messages for call in m.get("tool_calls") or ()]
        answered = [m["tool_call_id"] for m in request.messages if m["role"] == "tool"]
        if called != answered:
            found.append(f"calls {called} were answered as {answered}")
    return found


def _booked(world: Minds) -> list[str]:
    """Each call is booked once, the cut ones in full and as estimated; none for less than the server counted."""
    booked = _rows(world, "SELECT fresh, cached, output, estimated FROM usage")
    told = [asked.tokens for asked in world.model.asked if asked.answered]
    cost = sum(told, Tokens()) + sum((counted(r, Answer("", [Call("x", {})])) for r in world.cut), Tokens())
    found = [f"still reserved: {row}" for row in _rows(world, "SELECT id FROM reservation")]
    if len(booked) < len(told) + len(world.cut):
        found.append(f"{len(booked)} calls are booked of {len(told)} and {len(world.cut)} cut ones")
    if sum(row[3] for row in booked) < len(world.cut):
        found.append("not every cut call is marked as estimated")
    if sum(fresh + cached + output for fresh, cached, output, _ in booked) < cost.input + cost.output:
        found.append("it is cheaper than what the server counted")
    return found


def _rows(world: Minds, query: str) -> list[Any]:
    with closing(sqlite3.connect(world.served.state / "goalward.db")) as store:
        return list(store.execute(query))


async def test_a_kill_at_any_step_of_minds_changes_nothing(tmp_path: Path) -> None:
    async with minds(tmp_path / "world", 1) as world:
        # One whose approved call a kill cuts short is rightly asked about again: it has a test of its own.
        await world.open(*(name for name in KINDS if name != "asker"))
        goals = await world.play(AT_ONCE, {"planned reply"})
        assert await faults(world, goals) == []


async def test_a_kill_while_people_are_asked_about_a_call_and_after_it_ran_runs_it_once(
    tmp_path: Path,
) -> None:
    async with minds(tmp_path / "world", 3) as world:
        await world.open("asker")
        (goal,) = await world.play({"asker open"}, {"asker after"})
        runs = [s for s in world.witness.seen if s.point == "agent-starts" and s.goal == goal["id"]]
        assert ([a["status"] for a in goal["approvals"]], len(runs)) == (["approved"], 1)
        assert await faults(world, [goal]) == []


async def test_three_kills_at_the_same_step_wait_for_a_person_who_can_let_it_go_on(tmp_path: Path) -> None:
    async with minds(tmp_path / "world", 2) as world:
        await world.open("thinker", "planned")
        stuck = await world.play(*[{"thinker agent", "planned plan"}] * 3)
        assert {(g["status"], g["reason"]) for g in stuck} == {("paused", "agent")}
        for goal in stuck:
            await world.served.say(goal["channel"], "ana", "/goal resume", thread=goal["thread"])
        ended = await world.play()
        assert [g["label"] for g in ended] == ["proven", "proven"]


@pytest.mark.chaos
@pytest.mark.timeout(1800)
async def test_kills_at_random_steps_of_minds_change_nothing(tmp_path: Path) -> None:
    found = []
    for number in range(20):
        seed = random.randrange(1_000_000)
        dice = random.Random(seed)
        async with minds(tmp_path / f"world-{number}", seed) as world:
            await world.open("planned", "spender")
            first = {"planned plan"} | ({"spender wind_down"} if dice.random() < 0.5 else set())
            kills = [first, *(k for k in PLANNED if dice.random() < 0.7)]
            goals = await world.play(*kills)
            found += [f"seed {seed}: {fault}" for fault in await faults(world, goals)]
    assert found == []
