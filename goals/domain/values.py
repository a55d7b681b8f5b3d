"""The nouns of Goalward: what was asked, how it stands, what was found. Frozen, and nothing here does I/O."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from goals.domain import addresses
from goals.domain.hooks import Hook, Moment
from goals.domain.judgement import Judgement
from goals.domain.watching import Watch, Watched


class Status(StrEnum):
    QUEUED = "queued"
    PENDING_APPROVAL = "pending_approval"
    ACTIVE = "active"
    WAITING = "waiting"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        return self in (Status.COMPLETED, Status.FAILED, Status.CANCELLED)


UNFINISHED = tuple(s for s in Status if not s.terminal)


class Reason(StrEnum):
    """Why a goal is paused, waits or has ended."""

    OWNER = "owner"
    BUDGET = "budget"
    BLOCKED = "blocked"
    STALLED = "stalled"
    VERIFIER = "verifier"
    JUDGE = "judge"
    AGENT = "agent"
    CHECKPOINT = "checkpoint"
    PROVEN = "proven"
    ATTESTED = "attested"
    BY_HAND = "by_hand"
    UNACHIEVABLE = "unachievable"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    DRIVE = "drive"
    MONITOR = "monitor"


class Next(StrEnum):
    """What an active goal is due for."""

    BASELINE = "baseline"
    PLAN = "plan"
    TURN = "turn"
    CHECK = "check"
    WIND_DOWN = "wind_down"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks in a channel. `name` is what the platform shows and is never trusted.

    `roles` are ids of the platform's roles or groups. A `guest` is of another workspace, or was let in as one.
    """

    id: str
    name: str = ""
    platform: str = "local"
    tenant: str = ""
    roles: tuple[str, ...] = ()
    guest: bool = False

    @property
    def mention(self) -> str:
        return f"@{self.name or self.id}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a goal was asked for. `thread` is the platform's id of the thread, `root` of its first message."""

    platform: str
    channel: str
    thread: str
    root: str = ""
    tenant: str = ""

    @property
    def channel_key(self) -> str:
        """The channel as settings write it: `local:demo`, `slack:T1:C1`."""
        return ":".join(part for part in (self.platform, self.tenant, self.channel) if part)

    @property
    def thread_key(self) -> str:
        return f"{self.channel_key}:{self.thread}"

    def within(self, message: str) -> Origin:
        """Where a message of ours stands: one that was posted outside of every thread opens one."""
        return self if self.thread else replace(self, thread=message, root=message)


@dataclass(frozen=True, slots=True)
class VerifierSpec:
    """A verifier as it was asked for; `settings` are validated by the verifier's own model.

    `name` is that of a preset, which only the settings can give. `parts` are the verifiers that `all`, `any` and
    `not` are of.
    """

    type: str
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    parts: tuple[VerifierSpec, ...] = ()

    @property
    def how(self) -> str:
        """One line that says how this is checked: `test: pytest -q`, `any: test: pytest -q; data: report.json`."""
        subject = self.settings.get("command") or " ".join(self.settings.get("argv") or ())
        subject = subject or self.settings.get("path") or self.settings.get("prompt")
        subject = subject or addresses.shown(str(self.settings.get("url") or "")) or self._branch
        subject = subject or self._of_parts or self.settings.get("query") or self.name
        return f"{self.type}: {subject}" if subject else self.type

    @property
    def _of_parts(self) -> str:
        return "; ".join(f"({part.how})" if part.parts else part.how for part in self.parts)

    @property
    def _branch(self) -> str:
        pr = self.settings.get("pr")
        return str(self.settings.get("branch") or ("" if pr is None else f"pull request {pr}"))


@dataclass(frozen=True, slots=True)
class Budget:
    """Allowances over a goal's whole life; None is no limit. Time is active seconds.

    Tokens are fresh input and output; cached input too where `count_cached`.
    """

    turns: int | None = 20
    seconds: float | None = None
    tokens: int | None = None
    usd: float | None = None
    count_cached: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. It never changes within a revision. `quorum` people approve its plan and each action;
    with `clean_check` what passes in the workspace must pass in a fresh checkout as well. `watch` is there for
    monitors only.
    """

    objective: str
    criteria: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    verifiers: tuple[VerifierSpec, ...] = ()
    protect: tuple[str, ...] = ()
    budget: Budget = Budget()
    mode: Mode = Mode.DRIVE
    agent: str = "builtin"
    model: str = ""
    judge_model: str = ""
    repo: str = ""
    branch: str = ""
    auto_approve: bool = False
    priority: int = 0
    verbose: bool = False
    no_progress_limit: int = 3
    checkpoint_turns: int = 50
    warn_at: tuple[float, ...] = (0.5, 0.8, 0.95)
    deadline: datetime | None = None
    quorum: int = 1
    subgoals: tuple[str, ...] = ()
    fresh_context: bool = False
    checkpoint: bool = False
    turn_gap: float = 0.0
    clean_check: bool = False
    watch: Watch | None = None
    on_achieved: tuple[Hook, ...] = ()
    on_failed: tuple[Hook, ...] = ()
    on_paused: tuple[Hook, ...] = ()

    @property
    def hooks(self) -> dict[Moment, tuple[Hook, ...]]:
        """The hooks by when they are due; without the moments that have none."""
        every = {
            Moment.ACHIEVED: self.on_achieved,
            Moment.FAILED: self.on_failed,
            Moment.PAUSED: self.on_paused,
        }
        return {moment: hooks for moment, hooks in every.items() if hooks}


@dataclass(frozen=True, slots=True)
class Spent:
    """What a goal has used since it was opened."""

    turns: int = 0
    seconds: float = 0.0
    checks: int = 0
    tokens: int = 0
    usd: float = 0.0


class PlanStatus(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class PlanItem:
    text: str
    status: PlanStatus = PlanStatus.PENDING


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs from the goal's base, with lines added and removed (0 and 0 for a binary file)."""

    path: str
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one verifier found. `met` is None when the check itself broke, which is never "no".

    `kind` is that of the parts that decided, for a verifier that is made of others. Before `again` it is of no
    use to check once more.
    """

    met: bool | None
    reason: str
    evidence: str = ""
    exit_code: int | None = None
    value: float | None = None
    fingerprint: str = ""
    kind: VerifierKind | None = None
    again: datetime | None = None


class VerifierKind(StrEnum):
    """What a verifier depends on: it decides what happens when the check breaks."""

    WORKSPACE = "workspace"
    OUTSIDE = "outside"
    PERSON = "person"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Checked:
    """One verifier's part of a check."""

    how: str
    kind: VerifierKind
    verdict: Verdict
    type: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked to attest, for the tree it was asked about."""

    verifier: int
    prompt: str
    digest: str


@dataclass(frozen=True, slots=True)
class Check:
    """One run of a goal's verifiers over one tree of one revision.

    `unjudged`: there is a judge, and it was not asked about this tree. `unreadable`: it was, and its answers
    could not be read, or its provider shuts us out: to ask again is of no use before people mend it. `commands` is a sentence on how far commands were kept in.
    """

    at: datetime
    tree: str
    revision: int
    results: tuple[Checked, ...] = ()
    questions: tuple[Question, ...] = ()
    seconds: float = 0.0
    unjudged: bool = False
    judgement: Judgement | None = None
    unreadable: bool = False
    commands: str = ""

    @property
    def met(self) -> bool:
        open_ = self.unjudged or self.questions
        return bool(self.results) and not open_ and all(r.verdict.met is True for r in self.results)

    @property
    def machines(self) -> tuple[Checked, ...]:
        """What neither people nor the judge found."""
        return tuple(r for r in self.results if r.kind in (VerifierKind.WORKSPACE, VerifierKind.OUTSIDE))

    @property
    def broken(self) -> tuple[Checked, ...]:
        return tuple(r for r in self.results if r.verdict.met is None)

    @property
    def missing(self) -> str:
        """What is not met yet, a line per verifier; empty when nothing is missing."""
        return "\n".join(f"{r.how}: {r.verdict.reason}" for r in self.results if r.verdict.met is not True)

    @property
    def fingerprint(self) -> str:
        """The same for two checks that found the same, whatever their durations and paths, and the judge's words."""
        found = (r for r in self.results if r.kind is not VerifierKind.MODEL)
        return "|".join(f"{r.verdict.met}:{r.verdict.fingerprint or r.verdict.reason}" for r in found)


class ApprovalKind(StrEnum):
    PLAN = "plan"
    ACTION = "action"
    VERIFIER = "verifier"


class ApprovalStatus(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Approval:
    """A question that only an approver may answer, bound by `digest` to exactly what was shown.

    `needed` people must say yes, `votes` have. Of an action: `cwd`, `why` (the agent's words) and `risk` are
    shown, one of `high` risk is never approved for the whole goal; `call` is the tool call that waits, `grant`
    what an approval `for_goal` lets the goal do from then on. `size` is how many characters the whole has where
    something was taken out of what is shown, otherwise 0. Of a plan that was decided: `said` is what the agent was to
    be told besides it.
    """

    id: str
    goal_id: str
    kind: ApprovalKind
    subject: str
    digest: str
    asked_at: datetime
    status: ApprovalStatus = ApprovalStatus.OPEN
    by: Person | None = None
    reason: str = ""
    decided_at: datetime | None = None
    cwd: str = ""
    why: str = ""
    risk: str = ""
    high: bool = False
    call: str = ""
    grant: str = ""
    for_goal: bool = False
    needed: int = 1
    votes: tuple[Person, ...] = ()
    size: int = 0
    said: tuple[str, ...] = ()

    @property
    def voters(self) -> tuple[Person, ...]:
        """Who decided it, or has said yes so far."""
        return self.votes if self.status is not ApprovalStatus.DENIED and self.votes else _one(self.by)


def _one(person: Person | None) -> tuple[Person, ...]:
    return (person,) if person else ()


class WaitKind(StrEnum):
    TIME = "time"
    APPROVAL = "approval"
    ANSWER = "answer"
    VERIFIER = "verifier"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Wait:
    """What wakes a parked goal. `on` names it (approval ids), `until` is a time that wakes it too.

    The `verifier` that an agent waits for is polled until it is met.
    """

    kind: WaitKind
    why: str
    since: datetime
    on: tuple[str, ...] = ()
    until: datetime | None = None
    reminded: bool = False
    verifier: VerifierSpec | None = None


@dataclass(frozen=True, slots=True)
class Streaks:
    """How many times in a row something happened; people resuming a goal reset them.

    `finished` counts the plan items that were finished since somebody last spoke.
    """

    same_finding: int = 0
    failed_calls: int = 0
    no_calls: int = 0
    broken_checks: int = 0
    crashes: int = 0
    automatic: int = 0
    busy: int = 0
    finished: int = 0


@dataclass(frozen=True, slots=True)
class Back:
    """Where a goal stood before it was checked by hand, and stands again after it. `held`: it held its slot."""

    by: Person
    status: Status
    next: Next
    queued_at: datetime
    reason: Reason | None = None
    explanation: str = ""
    wait: Wait | None = None
    front: bool = False
    held: bool = False
    due_at: datetime | None = None
    moved: Rank | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stored act inside a turn. `call` without a `result` of the same number was interrupted."""

    turn: int
    number: int
    kind: str
    body: dict[str, Any]
    at: datetime
    epoch: int = 0


PLACES = 1024
"""Places per microsecond, so that there is room between two goals that were queued one after the other."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a goal stands in its channel's queue: front before others, then the higher priority, then the lower place."""

    front: bool
    priority: int
    place: int

    @property
    def order(self) -> tuple[bool, int, int]:
        """Sorts the first in line first."""
        return (not self.front, -self.priority, self.place)


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of the contract by a person; `what` says in a sentence which."""

    number: int
    at: datetime
    by: Person
    what: str


@dataclass(frozen=True, slots=True)
class Goal:
    """The request and how it stands.

    `version` counts every change, `revision` those of the contract, `turn` the finished turns (also in
    `spent`), `epoch` how often a worker took it up, where there are several: `worker` is who did last, what others
    still add to its turn is refused. `front` puts a goal before others of its channel's queue.
    `brief` is said to the agent first in its next prompt, then dropped. `asks` are the open approvals, `asked`
    counts all there ever were; `allowed` are the grants of actions that were approved for the whole goal.
    `moved` is where a person put it in the queue. `winding_down` is the dimension of its budget of which too little
    was left when it was wound down or paused, until there is more.
    `told_revision` is the contract that the agent knows. A reopened goal works where the first of its line did,
    which is its `home`; `reopens` is the one before it. `back` is set while it is checked by hand, `wrapped_by`
    while somebody has it wound down; before `due_at` no turn begins; `muted` goals speak only when a person is
    needed or they end. `watched` is what a monitor had shown when there was news last, `check_by` who wants to hear
    of its next check. `chain` counts the hooks that led from goal to goal to this one.
    """

    id: str
    request: Request
    owner: Person
    origin: Origin
    created_at: datetime
    queued_at: datetime
    status: Status = Status.QUEUED
    reason: Reason | None = None
    explanation: str = ""
    version: int = 0
    revision: int = 1
    turn: int = 0
    epoch: int = 0
    worker: str = ""
    next: Next = Next.BASELINE
    front: bool = False
    slot: int | None = None
    wait: Wait | None = None
    plan: tuple[PlanItem, ...] = ()
    spent: Spent = Spent()
    streaks: Streaks = Streaks()
    warned: tuple[str, ...] = ()
    brief: tuple[str, ...] = ()
    asks: tuple[Approval, ...] = ()
    asked: int = 0
    summary: str = ""
    winding_down: str = ""
    judged_turn: int = 0
    base_tree: str = ""
    tree: str = ""
    files: tuple[FileChange, ...] = ()
    baseline: Check | None = None
    check: Check | None = None
    plan_approved: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: Person | None = None
    allowed: tuple[str, ...] = ()
    revisions: tuple[Revision, ...] = ()
    told_revision: int = 1
    home: str = ""
    reopens: str = ""
    moved: Rank | None = None
    back: Back | None = None
    wrapped_by: Person | None = None
    due_at: datetime | None = None
    muted: bool = False
    watched: Watched = field(default_factory=Watched)
    check_by: Person | None = None
    chain: int = 0

    @property
    def unfinished(self) -> bool:
        return not self.status.terminal

    @property
    def criteria(self) -> tuple[str, ...]:
        """The numbered criteria, from 1: those given, else the objective; then what was added to them."""
        return (self.request.criteria or (self.request.objective,)) + self.request.subgoals

    @property
    def changes(self) -> tuple[Revision, ...]:
        """What was changed in the contract since the agent was told of it."""
        return tuple(change for change in self.revisions if change.number > self.told_revision)

    @property
    def passed_before(self) -> bool:
        return self.baseline is not None and self.baseline.met

    @property
    def rank(self) -> Rank:
        """Its place in the queue: where a person put it, else by age."""
        age = (self.queued_at - _EPOCH) // timedelta(microseconds=1)
        return self.moved or Rank(self.front, self.request.priority, age * PLACES)
