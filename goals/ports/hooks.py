"""What is done when something becomes of a goal, and what it is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from goals.domain.hooks import Moment
from goals.domain.values import (
    Goal,
)
from goals.ports.clock import Clock
from goals.ports.outside import Web
from goals.ports.work import CLOSED, Confinement, Runner


@dataclass(frozen=True, slots=True)
class HookEvent:
    """What a hook is told. `key` is the same however often one edge is delivered, and different for each edge.

    `goal` is the goal as it stands now, as the HTTP interface shows it; `verdict` what the verifiers found. All of
    it is plain JSON, without secrets.
    """

    key: str
    moment: Moment
    at: datetime
    explanation: str
    goal: Mapping[str, Any]
    verdict: Mapping[str, Any] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The event as it leaves the house: the body of a webhook, the stdin of a command."""
        return {
            "event": self.moment.value,
            "key": self.key,
            "at": self.at.isoformat(),
            "explanation": self.explanation,
            "goal": dict(self.goal),
            "verdict": None if self.verdict is None else dict(self.verdict),
        }


class Notices(Protocol):
    """Says things in channels for hooks. Raises the outbox's Later and Refused."""

    async def notify(self, goal: Goal, event: HookEvent, to: str) -> None:
        """A new message: for `@somebody` in the goal's thread, for `#channel` in that channel."""


class Links(Protocol):
    """What hooks may do to other goals, for a goal's owner and with their rights. Both raise GoalError."""

    async def begin(self, goal: Goal, event: HookEvent, objective: str) -> None:
        """Open a goal in a thread of its own in the same channel; the same event opens one."""

    async def wake(self, goal: Goal, event: HookEvent, goal_id: str) -> None:
        """Have a parked or paused goal of the same channel go on."""


@dataclass(frozen=True, slots=True)
class HookTools:
    """What our own hooks work with, and plugins' never see. `hosts` is the allowlist of the goal's channel."""

    web: Web
    hosts: tuple[str, ...]
    sign: Callable[[bytes], Awaitable[str]]
    commands: Mapping[str, str]
    notices: Notices
    links: Links
    clock: Clock


@dataclass(frozen=True, slots=True)
class HookContext:
    """What a hook may use. Its commands run in `directory`, kept in as far as `confinement` says."""

    goal: Goal
    executor: Runner
    directory: Path
    confinement: Confinement = CLOSED
    tools: HookTools | None = None


@runtime_checkable
class Acting(Protocol):
    """A plugin's verifier that does something when its goal is met, delivered like any hook."""

    async def on_achieved(self, event: HookEvent, context: HookContext) -> None: ...


class Firing(Protocol):
    """A hook with its settings read. Firing the same key again must change nothing, where that can be had."""

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        """Do it. Whatever this raises is a try that failed, and there is another one later."""
