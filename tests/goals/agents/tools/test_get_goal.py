"""The agent can always look up what is wanted and how it stands."""

import json
from collections.abc import Callable
from dataclasses import replace

from goals.agents.tools import Toolbox
from goals.domain.values import PlanItem, PlanStatus, Spent
from goals.ports import ToolCall
from tests import given


async def test_it_says_contract_plan_findings_and_what_is_left(box: Callable[..., Toolbox]) -> None:
    check = given.check(False)
    found = replace(check.results[0], verdict=replace(check.results[0].verdict, evidence="FAILED test_pay\n"))
    goal = {
        "objective": "fix the tests",
        "criteria": ("all pass", "none is skipped"),
        "constraints": ("no sleeps",),
        "protect": ("tests/**",),
        "plan": (PlanItem("find them", PlanStatus.COMPLETED), PlanItem("fix them")),
        "check": replace(check, results=(found,)),
        "turns": 5,
        "tokens": 50_000,
        "spent": Spent(turns=2),
    }
    result = await box(left=90.4, **goal).run(ToolCall("c1", "get_goal", ""))
    assert result.text == (
        "Goal g7k2, revision 1. Objective:\nfix the tests\n\n"
        "Criteria:\n1. all pass\n2. none is skipped\n\n"
        "Constraints:\n1. no sleeps\n\n"
        "Protected files:\ntests/**\n\n"
        "Verifiers:\ntest: pytest -q\n\n"
        "Your plan:\ncompleted: find them\npending: fix them\n\n"
        "The last check:\n- not met: test: pytest -q: 3 failed\nFAILED test_pay\n\n"
        "Left:\n3 turns, this one included\n50,000 tokens\n90 s of active time"
    )


async def test_what_is_not_there_is_said(box: Callable[..., Toolbox]) -> None:
    result = await box(verifiers=(), turns=None).run(ToolCall("c1", "get_goal", "{}"))
    assert result.text.endswith("The last check:\nNothing was checked yet.\n\nLeft:\n(none)")


async def test_it_knows_the_plan_that_was_just_written(box: Callable[..., Toolbox]) -> None:
    tools = box()
    plan = {"items": [{"text": "look", "status": "in_progress"}]}
    await tools.run(ToolCall("c1", "update_plan", json.dumps(plan)))
    assert "Your plan:\nin_progress: look\n" in (await tools.run(ToolCall("c2", "get_goal", ""))).text
