"""Lets the agent say that it cannot go on: for want of something, or because nobody could."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from goals.agents.tags import LONGEST_REASON
from goals.agents.tools.tool import Bench, Sentence, Tool, ToolResult
from goals.domain.findings import Said


class ReportBlocked(Tool):
    """Say that you need something that only a person can give: access, a decision, a fact. The goal pauses after this turn and its owner is asked."""

    name: ClassVar[str] = "report_blocked"

    need: Annotated[Sentence, Field(description="What you need, and from whom.")]

    async def run(self, bench: Bench) -> ToolResult:
        return ToolResult(
            "Noted; the owner is asked when this turn ends.", said=Said(blocked=_short(self.need))
        )


class ReportUnachievable(Tool):
    """Say that nobody could reach this goal. It fails after this turn, unless the verifiers find it met. That it is hard, or that you are out of ideas, is no reason."""

    name: ClassVar[str] = "report_unachievable"

    reason: Annotated[Sentence, Field(description="Why it cannot be reached.")]

    async def run(self, bench: Bench) -> ToolResult:
        said = Said(unachievable=_short(self.reason))
        return ToolResult("Noted; the goal ends with this turn unless the verifiers find it met.", said=said)


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_REASON]
