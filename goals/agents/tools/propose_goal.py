"""Lets the agent propose another goal. Nothing starts by it: people see a draft, and one of them may start it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from goals.agents.tools.tool import Bench, Refused, Sentence, Tool, ToolResult
from goals.domain.contract import MAX_ITEMS
from goals.domain.drafts import MOST_OPEN, MOST_PROPOSED, Proposal
from goals.domain.errors import BadRequest
from goals.domain.findings import Said

NOTED = (
    "Noted. When this turn ends, people see it as a draft and may start it, unless "
    f"{MOST_OPEN} proposals of this goal still wait for their answer. Go on with your own goal."
)


class ProposeGoal(Tool):
    """Propose another goal, for work that is worth doing and not part of yours. People decide whether it starts; do not wait for it."""

    name: ClassVar[str] = "propose_goal"

    objective: Annotated[Sentence, Field(description="What is to be true in the end.")]
    criteria: Annotated[
        list[Sentence], Field(max_length=MAX_ITEMS, description="How anybody can tell that it is reached.")
    ] = []
    constraints: Annotated[
        list[Sentence], Field(max_length=MAX_ITEMS, description="What may not be broken.")
    ] = []
    verifiers: Annotated[
        list[Sentence],
        Field(max_length=MAX_ITEMS, description="Commands that pass when it is reached, a line each."),
    ] = []

    async def run(self, bench: Bench) -> ToolResult:
        proposal = Proposal(
            self.objective, tuple(self.criteria), tuple(self.constraints), tuple(self.verifiers)
        )
        if len(bench.proposed) >= MOST_PROPOSED:
            raise Refused(f"In one turn {MOST_PROPOSED} goals may be proposed, and they have been.")
        try:
            proposal.asked()
        except BadRequest as wrong:
            raise Refused(str(wrong)) from None
        bench.proposed.append(proposal)
        return ToolResult(NOTED, said=Said(proposals=(proposal,)))
