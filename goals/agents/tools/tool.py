"""What a tool is: a call with its arguments, read and checked, that can be carried out at a bench."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from goals.clean import Clean
from goals.codec import from_plain, to_plain
from goals.domain.drafts import Proposal
from goals.domain.errors import BadRequest
from goals.domain.findings import Said
from goals.domain.values import Goal, VerifierSpec
from goals.ports import CLOSED, Action, Confinement, Executor


class Refused(Exception):
    """A call that cannot be carried out; the message is one sentence for the model."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a model is told of its call. `said` is what the agent proposed with it."""

    text: str
    failed: bool = False
    said: Said | None = None

    def said_plain(self) -> Any:
        """What was said, ready to be stored as JSON."""
        return to_plain(self.said or Said())

    @staticmethod
    def said_from(plain: Any) -> Said:
        """What `said_plain` gave."""
        return from_plain(Said, plain)


Awaited = Callable[[Goal, str], VerifierSpec]
"""Raises a GoalError for a verifier that a goal's agent may not wait for."""


def nothing_else(goal: Goal, named: str) -> VerifierSpec:
    raise BadRequest("Only a time can be waited for here; say `seconds`.")


@dataclass(frozen=True, slots=True)
class Bench:
    """Where tools work. `time_left` says the seconds of active time that remain, None without a limit.

    `clean` takes secrets out of a text before it is cut; `writing` is held by whoever changes a file, so that calls
    made side by side lose nothing; `proposed` are the goals that were proposed since the turn was taken up;
    `confinement` is how far commands are kept in; `awaited` finds the verifier that may be waited for under a name.
    """

    workspace: Path
    executor: Executor
    goal: Goal
    time_left: Callable[[], float | None]
    clean: Clean = str
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    proposed: list[Proposal] = field(default_factory=list)
    confinement: Confinement = CLOSED
    awaited: Awaited = nothing_else

    def seconds(self, wanted: float) -> float:
        """How long a call may take. Raises Refused when no time is left."""
        left = self.time_left()
        if left is not None and left <= 0:
            raise Refused("The goal's active time is used up; nothing more can be run in this turn.")
        return wanted if left is None else min(wanted, left)


class Tool(BaseModel):
    """One tool; its fields are the arguments. Models read the docstrings and descriptions of subclasses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    for_planning: ClassVar[bool] = False

    def action(self) -> Action | None:
        """What this call would do to the world; None for what only looks or speaks."""
        return None

    async def run(self, bench: Bench) -> ToolResult:
        """Raises Refused, TimeoutError or OSError for a call that failed."""
        raise NotImplementedError


InsidePath = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]+$"),
    Field(description="Path inside the workspace, relative to it."),
]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
