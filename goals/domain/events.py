"""What happened to a goal, past tense. Stored with the change that made it; some of them people are told.

`told` says whether the event is a message of its own in the thread; all others only show on the card. `loud`
ones are told of muted goals too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from goals.domain.drafts import Proposal
from goals.domain.values import Approval, Check, FileChange, Person, Reason, Status, Wait


@dataclass(frozen=True, slots=True)
class Event:
    told: ClassVar[bool] = False
    loud: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """`reopens` is the goal whose contract and workspace it takes over."""

    by: Person
    objective: str
    reopens: str = ""


@dataclass(frozen=True, slots=True)
class Admitted(Event):
    slot: int


@dataclass(frozen=True, slots=True)
class TakenUp(Event):
    """One of several workers drives the goal from now on."""

    worker: str


@dataclass(frozen=True, slots=True)
class BaselineTaken(Event):
    check: Check


@dataclass(frozen=True, slots=True)
class ApprovalAsked(Event):
    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    approval: Approval


@dataclass(frozen=True, slots=True)
class ApprovalDecided(Event):
    """The message that asked is repainted; no new one is posted."""

    approval: Approval


@dataclass(frozen=True, slots=True)
class ApprovalVoted(Event):
    """Somebody said yes and more must; the message that asked is repainted."""

    approval: Approval


@dataclass(frozen=True, slots=True)
class TurnEnded(Event):
    """One turn: what the agent said last, what changed, what the check found, what was decided."""

    turn: int
    seconds: float
    text: str
    files: tuple[FileChange, ...]
    check: Check | None
    decision: str
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Checked(Event):
    """A check without a turn."""

    check: Check
    decision: str


@dataclass(frozen=True, slots=True)
class BudgetWarned(Event):
    """`turns_left` and `runs_out` are what is left at the pace so far, if it works without a pause."""

    told: ClassVar[bool] = True
    dimension: str
    percent: int
    used: float
    allowed: float
    turns_left: float | None
    runs_out: datetime | None = None


@dataclass(frozen=True, slots=True)
class BudgetRaised(Event):
    by: Person
    dimension: str
    allowed: float | None


@dataclass(frozen=True, slots=True)
class WaitStarted(Event):
    wait: Wait


@dataclass(frozen=True, slots=True)
class Reminded(Event):
    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    wait: Wait


@dataclass(frozen=True, slots=True)
class SlotFreed(Event):
    pass


@dataclass(frozen=True, slots=True)
class Woken(Event):
    why: str


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """`need` says what it takes to go on and who can give it."""

    told: ClassVar[bool] = True
    reason: Reason
    explanation: str
    need: str
    by: Person | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Resumed(Event):
    by: Person


@dataclass(frozen=True, slots=True)
class Finished(Event):
    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    status: Status
    reason: Reason
    explanation: str
    by: Person | None = None


@dataclass(frozen=True, slots=True)
class Steered(Event):
    """Somebody spoke to the agent; of a long text the beginning, with the digest of all of it."""

    by: Person
    text: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ContractChanged(Event):
    revision: int
    what: str
    by: Person


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """A sentence for the thread that changes nothing: the store was away, the agent was interrupted."""

    told: ClassVar[bool] = True
    text: str


@dataclass(frozen=True, slots=True)
class Restored(Event):
    """The goal went on on another machine, whose workspace is as the sentences say."""

    news: str


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """A person changed the queue; `place` is the goal's number in it now, from 1."""

    by: Person
    place: int


@dataclass(frozen=True, slots=True)
class QuestionAsked(Event):
    """The agent asks a person, and waits for the answer."""

    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    text: str


@dataclass(frozen=True, slots=True)
class CheckAsked(Event):
    by: Person


@dataclass(frozen=True, slots=True)
class CheckedByHand(Event):
    """The check that somebody asked for; the goal stands where it stood before."""

    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    check: Check
    by: Person


@dataclass(frozen=True, slots=True)
class WrapUpAsked(Event):
    by: Person


@dataclass(frozen=True, slots=True)
class Muted(Event):
    by: Person
    on: bool


@dataclass(frozen=True, slots=True)
class GoalProposed(Event):
    """The agent proposes another goal: it becomes a draft in a thread of its own."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Fired(Event):
    """An edge of a monitor, the `number`th: its hooks are due. `ends`: the monitor has done what it was asked for."""

    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    number: int
    check: Check
    ends: bool


@dataclass(frozen=True, slots=True)
class Cleared(Event):
    """What was met is not met any more: a monitor that repeats is armed again."""

    check: Check


@dataclass(frozen=True, slots=True)
class VerifierBroke(Event):
    """A monitor's check broke, for the first time since one that did not; `next_at` is the next try."""

    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    why: str
    next_at: datetime


@dataclass(frozen=True, slots=True)
class VerifierMended(Event):
    """A monitor's check works again."""

    check: Check


@dataclass(frozen=True, slots=True)
class Stalled(Event):
    """A monitor has found the same for so many checks in a row."""

    told: ClassVar[bool] = True
    times: int
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HookGivenUp(Event):
    """A hook could not be delivered and is not tried any more; `row` names it to whoever wants it tried again."""

    told: ClassVar[bool] = True
    loud: ClassVar[bool] = True
    hook: str
    tries: int
    why: str
    row: int


EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}
