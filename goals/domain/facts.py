"""What comes to a goal and may move it: by people, by the drive loop, by time. The lifecycle decides what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from goals.domain.budget import Raise
from goals.domain.edits import Edit
from goals.domain.findings import ActionAsk, Findings, TurnReport
from goals.domain.usage import Totals
from goals.domain.values import Check, FileChange, Person, Rank
from goals.domain.watching import News, Watched


@dataclass(frozen=True, slots=True)
class Fact:
    at: datetime


@dataclass(frozen=True, slots=True)
class Admitted(Fact):
    """The channel has a free slot for the goal."""

    slot: int


@dataclass(frozen=True, slots=True)
class TakenUp(Fact):
    """A worker drives the goal from now on, and nobody else."""

    worker: str


@dataclass(frozen=True, slots=True)
class BaselineTaken(Fact):
    """The verifiers ran once before the first turn. `tree` is the base, `files` are what differs from it already."""

    check: Check
    tree: str
    files: tuple[FileChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanProposed(Fact):
    """The plan stands and a person decides on it; `subject` is exactly what is shown."""

    subject: str
    report: TurnReport | None = None
    used: Totals | None = None


@dataclass(frozen=True, slots=True)
class TurnEnded(Fact):
    findings: Findings


@dataclass(frozen=True, slots=True)
class Rechecked(Fact):
    findings: Findings


@dataclass(frozen=True, slots=True)
class WoundDown(Fact):
    """The last words on a spent budget; `summary` is empty where no model could answer. `seconds` is what they took."""

    dimension: str
    summary: str
    used: Totals | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AgentBusy(Fact):
    """The agent's provider asks to wait; the turn goes on where it was. `seconds` went by in vain."""

    why: str
    until: datetime
    used: Totals | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AgentFailed(Fact):
    """The agent cannot run at all; `seconds` is how long it tried."""

    explanation: str
    seconds: float = 0.0
    used: Totals | None = None


@dataclass(frozen=True, slots=True)
class ActionsAsked(Fact):
    """Tool calls of the turn wait for people; those that need nobody's word are done."""

    asks: tuple[ActionAsk, ...]
    used: Totals | None = None


@dataclass(frozen=True, slots=True)
class Restored(Fact):
    """The goal goes on on another machine; `news` is what its agent has to know of the workspace there."""

    news: str


@dataclass(frozen=True, slots=True)
class Hindered(Fact):
    """The goal cannot be worked on until somebody helps: no repository, no workspace, no thread."""

    explanation: str


@dataclass(frozen=True, slots=True)
class Approved(Fact):
    """`for_goal`: the same command in the same directory needs no further word in this goal."""

    by: Person
    approval_id: str
    for_goal: bool = False


@dataclass(frozen=True, slots=True)
class Denied(Fact):
    by: Person
    approval_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Paused(Fact):
    """`why` is a sentence, where it was not done for the goal's own sake."""

    by: Person
    why: str = ""


@dataclass(frozen=True, slots=True)
class Resumed(Fact):
    by: Person


@dataclass(frozen=True, slots=True)
class CompletedByHand(Fact):
    by: Person


@dataclass(frozen=True, slots=True)
class Cancelled(Fact):
    by: Person


@dataclass(frozen=True, slots=True)
class BudgetRaised(Fact):
    by: Person
    change: Raise


@dataclass(frozen=True, slots=True)
class Steered(Fact):
    """Somebody said something to the agent."""

    by: Person
    text: str


@dataclass(frozen=True, slots=True)
class ContractChanged(Fact):
    """Somebody changed what is to be reached, or what is to be kept on the way."""

    by: Person
    edit: Edit


@dataclass(frozen=True, slots=True)
class Noted(Fact):
    """Something people should know that changes nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Expired(Fact):
    """The deadline has passed."""


@dataclass(frozen=True, slots=True)
class Woken(Fact):
    why: str


@dataclass(frozen=True, slots=True)
class SlotFreed(Fact):
    """A waiting goal has held its slot long enough."""


@dataclass(frozen=True, slots=True)
class Reminded(Fact):
    pass


@dataclass(frozen=True, slots=True)
class Moved(Fact):
    """A person changed the queue; `place` is the goal's number in it now, from 1."""

    by: Person
    rank: Rank
    place: int


@dataclass(frozen=True, slots=True)
class PutAside(Fact):
    by: Person
    until: datetime


@dataclass(frozen=True, slots=True)
class Unwaited(Fact):
    by: Person


@dataclass(frozen=True, slots=True)
class CheckAsked(Fact):
    by: Person


@dataclass(frozen=True, slots=True)
class WrapUp(Fact):
    by: Person


@dataclass(frozen=True, slots=True)
class Muted(Fact):
    by: Person
    on: bool


@dataclass(frozen=True, slots=True)
class TurnDue(Fact):
    """The least time between two turns is over."""


@dataclass(frozen=True, slots=True)
class Observed(Fact):
    """A monitor was looked at, and there is news. The next look is at `next_at`; `watched` is what was shown so far."""

    check: Check
    watched: Watched
    news: tuple[News, ...]
    next_at: datetime


FACTS: dict[str, type[Fact]] = {cls.__name__: cls for cls in Fact.__subclasses__()}
