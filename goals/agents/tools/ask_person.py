"""Lets the agent ask the people of its thread; the goal waits for their answer."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from goals.agents.tools.tool import Bench, Sentence, Tool, ToolResult
from goals.domain.findings import Said

LONGEST_QUESTION = 1_000


class AskPerson(Tool):
    """Ask the people in the thread a question that they can answer in words: which of two ways, what is meant. Your turn ends, and the next begins with their answer. Ask everything at once."""

    name: ClassVar[str] = "ask_person"

    question: Annotated[Sentence, Field(description="The question, with what one needs to know to answer.")]

    async def run(self, bench: Bench) -> ToolResult:
        asked = " ".join(self.question.split())[:LONGEST_QUESTION]
        return ToolResult("Noted; it is asked when this turn ends.", said=Said(question=asked))
