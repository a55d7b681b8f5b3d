"""Lets the agent propose that its goal is reached. The verifiers and the judge decide."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from goals.agents.tools.tool import Bench, Sentence, Tool, ToolResult
from goals.domain.findings import Claim, Said
from goals.domain.values import Goal

LONGEST_EVIDENCE = 2_000
MOST_CLAIMS = 200

_NUMBER = re.compile(r"\D{0,20}(\d{1,4})\D?")


class Proof(BaseModel):
    criterion: Annotated[
        Sentence,
        BeforeValidator(lambda given: str(given) if isinstance(given, int) else given),
        WithJsonSchema({"type": "integer", "description": "The criterion's number."}),
    ]
    evidence: Annotated[
        Sentence,
        Field(description="What proves it now: a command and what it printed, a file and what it holds."),
    ]


class ProposeComplete(Tool):
    """Propose that the goal is reached, with the evidence for each criterion. Goalward then runs the verifiers and asks the judge; what you meant to do or remember is no evidence."""

    name: ClassVar[str] = "propose_complete"

    evidence: Annotated[
        list[Proof], Field(max_length=MOST_CLAIMS, description="One entry for each criterion.")
    ]

    async def run(self, bench: Bench) -> ToolResult:
        claims = tuple(
            Claim(_criterion(p.criterion, bench.goal), p.evidence[:LONGEST_EVIDENCE]) for p in self.evidence
        )
        text = "Your proposal is noted; it is checked when this turn ends."
        return ToolResult(text + _unproven(claims, bench.goal), said=Said(complete=True, claims=claims))


def _criterion(given: str, goal: Goal) -> str:
    """The criterion's number where it can be told, else what was given."""
    if given in goal.criteria:
        return str(goal.criteria.index(given) + 1)
    number = _NUMBER.fullmatch(given)
    return str(int(number[1])) if number else given[:LONGEST_EVIDENCE]


def _unproven(claims: tuple[Claim, ...], goal: Goal) -> str:
    named = {claim.criterion for claim in claims}
    missing = [str(number) for number in range(1, len(goal.criteria) + 1) if str(number) not in named]
    if not missing:
        return ""
    which = f"criterion {missing[0]}" if len(missing) == 1 else f"criteria {', '.join(missing)}"
    return f" You gave no evidence for {which}."
