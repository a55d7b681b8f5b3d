"""Lets the agent wait without holding anything: its turn ends, and the next begins when the time has come."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from goals.agents.tags import LONGEST_REASON
from goals.agents.tools.tool import Bench, Refused, Sentence, Tool, ToolResult
from goals.domain import waiting
from goals.domain.findings import Parks, Said


class WaitFor(Tool):
    """Wait for something outside: a build, a deployment, a quota. Your turn ends, nothing is spent meanwhile, and your next turn begins when the time has come."""

    name: ClassVar[str] = "wait_for"

    why: Annotated[Sentence, Field(description="What has to happen meanwhile.")]
    seconds: Annotated[
        float, Field(ge=waiting.SHORTEST, le=waiting.LONGEST, description="How long, from 1 to 604800.")
    ] = 0.0
    verifier: Annotated[str, Field(description="Leave this out: it is not available yet.")] = ""

    async def run(self, bench: Bench) -> ToolResult:
        if self.verifier:
            raise Refused("Waiting for a verifier is not available yet; wait for a time with `seconds`.")
        if not self.seconds:
            raise Refused("`wait_for` needs `seconds`.")
        why = " ".join(self.why.split())[:LONGEST_REASON]
        parks = Parks(f"{self.seconds:g} s", self.seconds, why)
        return ToolResult("Noted; you wait from the end of this turn on.", said=Said(parks=parks))
