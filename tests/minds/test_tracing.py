"""Traces say what a goal did when, turn by turn and step by step, and nothing that anybody wrote."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.demo.script import Answer, says
from tests.minds.conftest import calls
from tests.peers.collector import Collector
from tests.peers.web import Page, Served, serving

SECRET = "the-bird-flies-at-n00n"
WRITES = calls(
    ("write_file", {"path": f"{SECRET}.txt", "content": f"{SECRET}\n"}),
    ("no_such_tool_" + SECRET.replace("-", "_"), {}),
    text=f"I write {SECRET}",
)
DONE = calls(("propose_complete", {"evidence": [{"criterion": 1, "evidence": SECRET}]}))
GOAL = f'/goal --agent builtin --auto-approve --verify "grep -q . {SECRET}.txt" write {SECRET}'


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, Served]]:
    collecting = Collector()
    async with serving(collecting) as served:
        yield collecting, served


async def test_a_goal_is_a_trace_of_turns_with_their_steps_and_checks(
    minded: Callable[..., Any], collector: tuple[Collector, Served]
) -> None:
    seen, served = collector
    async with minded(says(WRITES, DONE), telemetry={"traces": served.url}) as (house, _):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "completed")
    assert (seen.tree(), len({span.trace for span in seen.seen})) == (
        {
            "goal": "",
            "turn 1": "goal",
            "model call": "turn 1",
            "tool write_file": "turn 1",
            "tool other": "turn 1",
            "tool propose_complete": "turn 1",
            "check": "turn 1",
        },
        1,
    )


async def test_a_span_says_how_it_ended_and_lies_within_what_it_belongs_to(
    minded: Callable[..., Any], collector: tuple[Collector, Served]
) -> None:
    seen, served = collector
    async with minded(says(WRITES, DONE), telemetry={"traces": served.url}) as (house, _):
        thread = await house.say("demo", GOAL)
        goal = await house.stands(thread, "completed")
    (whole,), (turn,) = seen.named("goal"), seen.named("turn 1")
    (wrong,) = seen.named("tool other")
    assert {name: whole.attributes[f"goalward.{name}"] for name in ("goal", "status", "reason", "turns")} == {
        "goal": goal["id"],
        "status": "completed",
        "reason": "proven",
        "turns": 1,
    }
    assert (turn.attributes["goalward.turn.decision"], wrong.failed, whole.resource["service.name"]) == (
        "Complete",
        True,
        "goalward",
    )
    inside = [span for span in seen.seen if span.parent == turn.id]
    assert whole.begun <= turn.begun <= turn.ended <= whole.ended
    assert all(turn.begun <= span.begun and span.ended <= turn.ended for span in inside)


async def test_no_text_of_people_models_or_files_is_in_a_trace(
    minded: Callable[..., Any], collector: tuple[Collector, Served]
) -> None:
    seen, served = collector
    async with minded(says(WRITES, DONE), telemetry={"traces": served.url}) as (house, _):
        thread = await house.say("demo", GOAL)
        await house.reply(thread, f"mind {SECRET}")
        await house.stands(thread, "completed")
    told = json.dumps([[span.name, dict(span.attributes), dict(span.resource)] for span in seen.seen])
    sent = b"".join(asked.body for asked in served.asked)
    assert ("bird" in told, b"bird" in sent, len(seen.seen) > 5) == (False, False, True)


async def test_after_a_restart_a_goal_goes_on_in_the_same_trace(
    minded: Callable[..., Any], collector: tuple[Collector, Served]
) -> None:
    def agent(request: Any) -> Answer:
        asked = request.messages[-1]
        if asked["role"] == "user":
            return WRITES if "# Turn 2" in asked["content"] else Answer("Not yet.")
        return DONE

    seen, served = collector
    async with minded(agent, telemetry={"traces": served.url}) as (house, _):
        thread = await house.say("demo", GOAL.replace("/goal", "/goal --max-turns 1"))
        await house.stands(thread, "paused")
        await house.restart()
        await house.reply(thread, "/goal budget +5 turns")
        await house.stands(thread, "completed")
    turns = {span.parent for name in ("turn 1", "turn 2") for span in seen.named(name)}
    assert (len({span.trace for span in seen.seen}), turns) == (1, {seen.named("goal")[0].id})


async def test_a_plan_is_a_span_of_its_own(
    minded: Callable[..., Any], collector: tuple[Collector, Served]
) -> None:
    seen, served = collector
    async with minded(says(calls(text="a plan")), telemetry={"traces": served.url}) as (house, _):
        thread = await house.say("demo", GOAL.replace("--auto-approve ", ""))
        await house.stands(thread, "pending_approval")
    assert (seen.tree()["model call"], [span.name for span in seen.seen].count("planning")) == ("planning", 1)


async def test_a_collector_that_does_not_answer_keeps_nobody(minded: Callable[..., Any]) -> None:
    async with (
        serving(Page(hangs=True)) as served,
        minded(says(WRITES, DONE), telemetry={"traces": served.url}) as (house, _),
    ):
        thread = await house.say("demo", GOAL)
        await house.stands(thread, "completed")
        await house.restart()
        goal = await house.goal(thread)
    assert goal["status"] == "completed"
