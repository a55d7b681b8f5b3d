"""People stop an agent at once, whatever it does at that instant; what it began is ended with it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.demo.script import Answer, Request, says
from goals.work import processes
from tests.minds.conftest import calls

GOAL = '/goal --agent builtin --auto-approve --verify "test -f done" put a file there'
HANGS = Answer(hang=True)


@pytest.mark.parametrize(("verb", "status"), [("cancel", "cancelled"), ("pause", "paused")])
async def test_a_stop_while_the_model_hangs_ends_the_connection(
    minded: Callable[..., Any], verb: str, status: str
) -> None:
    async with minded(says(HANGS)) as (house, model):
        thread = await house.say("demo", GOAL)
        async with asyncio.timeout(30):
            asked = await model.arrived(1)
        await house.reply(thread, f"/goal {verb}")
        async with asyncio.timeout(20):
            await asked.gone.wait()
        goal = await house.goal(thread)
        totals = await house.core.store.ledger.totals(goal["id"])
    assert (goal["status"], goal["turns"]) == (status, 0)
    assert (totals.estimated, totals.reserved_tokens) == (True, 0)


@pytest.mark.parametrize(("verb", "status"), [("cancel", "cancelled"), ("pause", "paused")])
async def test_a_stop_while_a_tool_runs_does_not_wait_for_it_and_its_processes_are_dead(
    minded: Callable[..., Any], tmp_path: Path, verb: str, status: str
) -> None:
    command = f"setsid sleep 60 & echo $! > {tmp_path}/pid; sleep 60"
    async with minded(says(calls(("shell", {"command": command})))) as (house, _):
        thread = await house.say("demo", GOAL)
        pid = await house.until(lambda: _pid(tmp_path), seconds=30)
        await house.reply(thread, f"/goal {verb}")
        await house.until(lambda: not processes.alive(pid), seconds=20)
        goal = await house.goal(thread)
    assert goal["status"] == status


async def test_a_goal_cancelled_while_the_judge_thinks_stays_cancelled(minded: Callable[..., Any]) -> None:
    done = calls(("shell", {"command": "touch done"}), ("propose_complete", {"evidence": []}))
    async with minded(says(done), says(HANGS)) as (house, model):
        thread = await house.say("demo", GOAL)
        async with asyncio.timeout(30):
            asked = await model.arrived(2)
        await house.reply(thread, "/goal cancel")
        async with asyncio.timeout(20):
            await asked.gone.wait()
        goal = await house.stands(thread, "cancelled")
    assert (asked.request.model, goal["verdict"], goal["turns"]) == ("judge-model", None, 0)


async def test_a_tool_call_cut_short_by_a_pause_is_handed_back_as_unknown(
    minded: Callable[..., Any], tmp_path: Path
) -> None:
    slow = calls(("shell", {"command": f"echo $$ > {tmp_path}/pid; sleep 60"}))
    async with minded(says(slow, calls(("shell", {"command": "touch done"})), "Done.")) as (house, model):
        thread = await house.say("demo", GOAL)
        await house.until(lambda: _pid(tmp_path), seconds=30)
        await house.reply(thread, "/goal pause")
        await house.reply(thread, "/goal resume")
        goal = await house.stands(thread, "completed")
    second = model.requests[1]
    assert ("outcome is unknown" in second.last, goal["turns"]) == (True, 1)


async def test_people_may_pause_as_often_as_they_like(minded: Callable[..., Any]) -> None:
    def agent(request: Request) -> Answer:
        return HANGS if request.nth < 5 else calls(("shell", {"command": "touch done"}))

    async with minded(agent) as (house, model):
        thread = await house.say("demo", GOAL)
        for nth in range(1, 5):
            async with asyncio.timeout(30):
                await model.arrived(nth)
            await house.reply(thread, "/goal pause")
            assert (await house.stands(thread, "paused"))["reason"] == "owner"
            await house.reply(thread, "/goal resume")
        async with asyncio.timeout(30):
            await model.arrived(5)


def _pid(place: Path) -> int:
    path = place / "pid"
    return int(path.read_text() or 0) if path.exists() else 0
