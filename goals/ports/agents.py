"""Who works on a goal turn after turn, and how its turns are started and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from goals.domain.findings import Outcome
from goals.domain.values import (
    Goal,
    Step,
)
from goals.ports.work import CLOSED, Confinement


@dataclass(frozen=True, slots=True)
class Task:
    """What an agent is given for a turn. `time_left` is the active time the goal may still use, in seconds.

    `prompt` says all that an agent without a mind of its own is told; the others find their own words.
    `confinement` is how far its commands are kept in.
    """

    goal: Goal
    turn: int
    workspace: Path
    prompt: str
    time_left: float | None = None
    confinement: Confinement = CLOSED


StepKind = Literal[
    "prompt", "steer", "call", "result", "reply", "resume", "summary", "wind_down", "last_words"
]
"""The last two are no part of the conversation: that a wind-down was begun, and what was answered in it."""


class StepLog(Protocol):
    """The turn's stored steps: what is there was done before a crash; `add` and `store` return when it is durable.

    `past` are the steps of earlier turns, for agents with a mind of their own.
    """

    @property
    def past(self) -> Sequence[Step]: ...

    @property
    def before(self) -> Sequence[Step]: ...

    async def add(self, kind: StepKind, number: int, body: dict[str, Any]) -> Step:
        """Store a step; returns it as it is stored."""

    def step(self, kind: StepKind, number: int, body: dict[str, Any]) -> Step:
        """One that is not stored yet."""

    async def store(self, *steps: Step) -> None:
        """Together with those that were left for later; returns when all are durable."""

    def later(self, *steps: Step) -> None:
        """Leave these to whoever stores next, at the latest when the agent's run is over: what a crash may lose."""

    def due(self) -> Sequence[Step]:
        """Those that were left for later, for somebody else to store, who then says so by `stored`. Each is handed
        out once.
        """

    def stored(self, *steps: Step) -> None: ...


class Agent(Protocol):
    async def run(self, task: Task, steps: StepLog) -> Outcome: ...

    def describe(self) -> str:
        """What people approve before it starts: its name and its command line."""


@runtime_checkable
class Minded(Agent, Protocol):
    """An agent with a model of its own: it plans with tools that change nothing, reports usage, and sums up."""

    async def plan(self, task: Task, steps: StepLog) -> Outcome: ...

    async def wind_down(self, task: Task, dimension: str) -> str:
        """The last words on a spent budget; empty when no model can answer."""


class Dispatcher(Protocol):
    def dispatch(self, goal_id: str) -> None: ...

    async def cancel(self, goal_id: str) -> None:
        """End the goal's turn within a second; its processes are dead on return."""
