"""The agent keeps its checklist."""

from collections.abc import Awaitable, Callable

import pytest

from goals.agents.tools import ToolResult
from goals.domain.findings import Said
from goals.domain.values import PlanItem, PlanStatus

Use = Callable[..., Awaitable[ToolResult]]


async def test_a_plan_is_said_whole(use: Use) -> None:
    items = [{"text": " look\nround ", "status": "completed"}, {"text": "mend"}, {"text": "x" * 300}]
    assert await use("update_plan", items=items) == ToolResult(
        "The plan has 3 steps now, 1 of them completed.",
        said=Said(plan=(PlanItem("look round", PlanStatus.COMPLETED), PlanItem("mend"), PlanItem("x" * 200))),
    )


@pytest.mark.parametrize(
    "items", [[], "look", [{"text": ""}], [{"text": "a", "status": "done"}], [{"text": "a"}] * 51, [None]]
)
async def test_what_is_no_plan_is_refused(use: Use, items: object) -> None:
    result = await use("update_plan", items=items)
    assert (result.failed, result.said) == (True, None)


async def test_a_status_that_there_is_not_is_answered_with_those_that_there_are(use: Use) -> None:
    result = await use("update_plan", items=[{"text": "a", "status": "done"}])
    assert result.text == (
        "`items.0.status` of `update_plan` wants 'pending', 'in_progress' or 'completed', not “done”."
    )
