"""Lets the agent keep its checklist, which people see on the goal's card."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from goals.agents.tags import LONGEST_ITEM, MAX_ITEMS
from goals.agents.tools.tool import Bench, Sentence, Tool, ToolResult
from goals.domain.findings import Said
from goals.domain.values import PlanItem, PlanStatus


class Item(BaseModel):
    text: Annotated[Sentence, Field(description="The step, in a few words.")]
    status: Annotated[PlanStatus, Field(description="How far it is.")] = PlanStatus.PENDING


class UpdatePlan(Tool):
    """Write your plan anew: all its steps in order, with the status of each. People see it. Keep it true: at most one step is in progress, and a step is completed only when its result is there."""

    name: ClassVar[str] = "update_plan"
    for_planning: ClassVar[bool] = True

    items: Annotated[
        list[Item], Field(min_length=1, max_length=MAX_ITEMS, description="All steps of the plan.")
    ]

    async def run(self, bench: Bench) -> ToolResult:
        plan = tuple(PlanItem(" ".join(i.text.split())[:LONGEST_ITEM], i.status) for i in self.items)
        done = sum(item.status is PlanStatus.COMPLETED for item in plan)
        return ToolResult(
            f"The plan has {len(plan)} steps now, {done} of them completed.", said=Said(plan=plan)
        )
