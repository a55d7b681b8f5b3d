"""What a turn brought to light: the agent's report, the tree it left, the check. The guard decides from this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from goals.domain.values import Check, FileChange, PlanItem


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent proposed in a turn. It may only propose; each is data, never an order."""

    plan: tuple[PlanItem, ...] | None = None
    complete: bool = False
    blocked: str = ""
    unachievable: str = ""
    wait: str = ""


@dataclass(frozen=True, slots=True)
class TurnReport:
    """One run of an agent. `calls` is None for agents that report no tool calls.

    `broken` is a sentence when the agent cannot run at all; `interrupted` when a crash cut its run short.
    """

    text: str
    said: Said = Said()
    seconds: float = 0.0
    calls: int | None = None
    failed_calls: int = 0
    interrupted: bool = False
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is known after a turn (`report` is None after a check without a turn). Times in seconds.

    `moved` says whether the agent changed the workspace in this turn; `files` is what differs from the base;
    `briefed` is how many lines of the goal's brief the agent was told.
    """

    at: datetime
    check: Check
    report: TurnReport | None = None
    moved: bool = False
    tree: str = ""
    files: tuple[FileChange, ...] = ()
    changed: tuple[FileChange, ...] = ()
    briefed: int = 0

    @property
    def seconds(self) -> float:
        return self.check.seconds + (self.report.seconds if self.report else 0.0)
