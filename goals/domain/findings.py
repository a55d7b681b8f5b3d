"""What a turn brought to light: the agent's report, the tree it left, the check. The guard decides from this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from goals.domain.drafts import MOST_PROPOSED, Proposal
from goals.domain.usage import Totals
from goals.domain.values import Check, FileChange, PlanItem, VerifierSpec


@dataclass(frozen=True, slots=True)
class Claim:
    """What an agent names as evidence; `criterion` is the criterion's number where it could be told."""

    criterion: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Parks:
    """What an agent wants to wait for, and why: a time, or a verifier, or whichever comes first.

    `on` is a time as it was written, and `seconds` what it comes to, where that can be waited for. `named` is a
    verifier as the agent named it, `verifier` the one that is meant, `refused` a sentence where there is none.
    """

    on: str = ""
    seconds: float | None = None
    why: str = ""
    named: str = ""
    verifier: VerifierSpec | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent proposed in a turn. It may only propose; each is data, never an order."""

    plan: tuple[PlanItem, ...] | None = None
    complete: bool = False
    blocked: str = ""
    unachievable: str = ""
    parks: Parks | None = None
    claims: tuple[Claim, ...] = ()
    question: str = ""
    proposals: tuple[Proposal, ...] = ()

    @property
    def ends_turn(self) -> bool:
        """Whether the agent is done for now: it proposes an end, waits, or asks somebody."""
        return bool(self.complete or self.blocked or self.unachievable or self.parks or self.question)


@dataclass(frozen=True, slots=True)
class TurnReport:
    """One run of an agent. `calls` is None for agents that report no tool calls.

    `broken` is a sentence when the agent cannot run at all; `interrupted` when a crash cut its run short;
    `exhausted` the allowance (`tokens`, `usd`) from which the next model call could not be paid, when it was
    `allowed`. `winds_down`: this agent can sum up on a spent budget. `briefed` counts the lines of the brief that it
    was told, where it knows better than the driver; `told` is the revision of the contract that it knows. `used` is
    what the ledger said after the last model call, where there was one.
    """

    text: str
    said: Said = Said()
    seconds: float = 0.0
    calls: int | None = None
    failed_calls: int = 0
    interrupted: bool = False
    broken: str = ""
    exhausted: str = ""
    allowed: float | None = None
    winds_down: bool = False
    briefed: int | None = None
    used: Totals | None = None
    told: int | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """The agent could not go on for a reason outside: its turn goes on at `until`.

    `seconds` went by in vain; what it has done before counts when the turn ends.
    """

    why: str
    until: datetime
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ActionAsk:
    """A tool call that a person is asked about: what is shown of it, and what binds the answer to it.

    `digest` names command, directory and the files that the command names; `grant` command and directory alone.
    `size` is how many characters the whole has where something was taken out of what is shown, otherwise 0.
    """

    subject: str
    cwd: str
    digest: str
    grant: str
    call: str
    why: str = ""
    risk: str = ""
    high: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True)
class Parked:
    """The agent's turn goes on at the calls that wait, once people have answered."""

    asks: tuple[ActionAsk, ...]
    used: Totals | None = None


Outcome = TurnReport | Busy | Parked
"""How a run of an agent ends."""


def merged(before: Said, after: Said) -> Said:
    """What was said in all: of each thing, what was said last; of proposed goals, the first few."""
    return Said(
        plan=after.plan if after.plan is not None else before.plan,
        complete=after.complete or before.complete,
        blocked=after.blocked or before.blocked,
        unachievable=after.unachievable or before.unachievable,
        parks=after.parks or before.parks,
        claims=after.claims or before.claims,
        question=after.question or before.question,
        proposals=(*before.proposals, *after.proposals)[:MOST_PROPOSED],
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is known after a turn (`report` is None after a check without a turn). Times in seconds.

    `moved` says whether the agent changed the workspace in this turn; `tree`, `files` (what differs from the base)
    and `changed` (what the turn changed) are those of the workspace as the verifiers left it;
    `briefed` is how many lines of the goal's brief the agent was told; `used` what the ledger says, for agents
    that report usage; `told` the revision of the contract that the agent was told, 0 where nobody knows.
    """

    at: datetime
    check: Check
    report: TurnReport | None = None
    moved: bool = False
    tree: str = ""
    files: tuple[FileChange, ...] = ()
    changed: tuple[FileChange, ...] = ()
    briefed: int = 0
    used: Totals | None = None
    told: int = 0

    @property
    def seconds(self) -> float:
        return self.check.seconds + (self.report.seconds if self.report else 0.0)
