"""Lets the agent wait without holding anything: its turn ends, and the next begins when the time has come."""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from goals.agents.tags import LONGEST_REASON
from goals.agents.tools.tool import Bench, Refused, Sentence, Tool, ToolResult
from goals.domain import waiting
from goals.domain.errors import GoalError
from goals.domain.findings import Parks, Said
from goals.domain.values import VerifierSpec

LONGEST_SPEC = 4_000
"""Characters."""


def _as_text(given: Any) -> Any:
    """A verifier that came as an object, as if it had been written as text."""
    return json.dumps(given) if isinstance(given, dict) else given


class WaitFor(Tool):
    """Wait for something outside: a build, a deployment, a quota. Your turn ends, nothing is spent meanwhile, and your next turn begins when the time has come or the verifier is met."""

    name: ClassVar[str] = "wait_for"

    why: Annotated[Sentence, Field(description="What has to happen meanwhile.")]
    seconds: Annotated[
        float,
        Field(
            ge=waiting.SHORTEST,
            le=waiting.LONGEST,
            description="How long at most, from 1 to 604800; needed without a verifier.",
        ),
    ] = 0.0
    verifier: Annotated[
        str,
        Field(
            max_length=LONGEST_SPEC,
            description="What has to be met: a preset's name, the number of one of the goal's verifiers, or a"
            ' verifier as JSON, like {"type": "ci", "branch": "main"}. It is looked at for you.',
        ),
        BeforeValidator(_as_text),
    ] = ""

    async def run(self, bench: Bench) -> ToolResult:
        if not (self.seconds or self.verifier):
            raise Refused("`wait_for` needs `seconds` or `verifier`.")
        why = " ".join(self.why.split())[:LONGEST_REASON]
        on, seconds = (f"{self.seconds:g} s", self.seconds) if self.seconds else ("", None)
        parks = Parks(on, seconds, why, self.verifier, self._meant(bench))
        return ToolResult("Noted; you wait from the end of this turn on.", said=Said(parks=parks))

    def _meant(self, bench: Bench) -> VerifierSpec | None:
        try:
            return bench.awaited(bench.goal, self.verifier) if self.verifier else None
        except GoalError as refused:
            raise Refused(str(refused)) from None
