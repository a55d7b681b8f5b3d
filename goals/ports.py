"""What the core needs from the outside: small contracts that store, work, agents and verifiers stand behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, SecretStr

from goals.domain.change import Change as Change
from goals.domain.drafts import Draft
from goals.domain.events import Event
from goals.domain.findings import ActionAsk as ActionAsk
from goals.domain.findings import Busy as Busy
from goals.domain.findings import Outcome as Outcome
from goals.domain.findings import Parked as Parked
from goals.domain.findings import Said as Said
from goals.domain.findings import TurnReport as TurnReport
from goals.domain.hooks import HookState, Moment
from goals.domain.jobs import Commit
from goals.domain.reach import Reach
from goals.domain.trail import Trail, TrailRow
from goals.domain.usage import Price, Reservation, Totals, Usage
from goals.domain.values import (
    Approval,
    ApprovalStatus,
    FileChange,
    Goal,
    Mode,
    Person,
    Question,
    Status,
    Step,
    Verdict,
    VerifierKind,
    VerifierSpec,
)
from goals.domain.watching import Point, Polled, Reading, Watched


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only go forward, for measuring."""

    async def sleep(self, seconds: float) -> None: ...


# --- what is stored -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredEvent:
    goal_id: str
    seq: int
    at: datetime
    event: Event


HOOK = "hook"
"""The kind of the outbox rows that are hooks; all others are for the channel."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox. Rows of one `lane` are delivered in order; `key` makes a row unique for ever.

    A row whose key ends in `*` is a standing one: writing it again puts it back to due (cards), and counts
    its `revision`.
    """

    key: str
    lane: str
    kind: str
    body: dict[str, Any]
    goal_id: str = ""
    id: int = 0
    attempts: int = 0
    not_before: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """Which message of a platform shows what: `subject` is `card`, `approval:<id>`, `event:<seq>` …"""

    goal_id: str
    thread_key: str
    message: str
    subject: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel's goals: all that are unfinished, oldest first, and the newest of those that have ended lately.

    Its unfinished monitors stand apart: the newest of them.
    """

    unfinished: tuple[Goal, ...]
    ended: tuple[Goal, ...]
    ended_in_all: int
    watching: tuple[Goal, ...] = ()
    watching_in_all: int = 0


class Goals(Protocol):
    """Where goals live."""

    async def load(self, goal_id: str) -> Goal | None: ...

    async def record(
        self, change: Change, *, at: datetime, outgoing: Sequence[Outgoing] = (), act: str = ""
    ) -> Goal:
        """Store a change in one transaction: goal, slot, events, approvals, trail, outbox.

        A goal of version 0 is new. Returns the goal with its next version. `act` is the key of the inbox row
        that caused it, marked handled in the same transaction. Raises StaleGoal (also for a new goal whose id is
        taken), ThreadTaken (for one in whose thread another is unfinished), SlotTaken, AlreadyHandled.
        """

    async def find(
        self,
        *,
        statuses: Sequence[Status] = (),
        channel_key: str = "",
        thread_key: str = "",
        owner: str = "",
        mode: Mode | None = None,
        limit: int = 200,
    ) -> list[Goal]:
        """Goals that match all that is given, newest first."""

    async def standing(self, channel_key: str, *, since: datetime, ended: int, watching: int = 0) -> Standing:
        """At one moment; at most so many of those that have ended since, and of the monitors."""

    async def places(self) -> dict[str, int]:
        """The number of each queued goal in its channel's queue, from 1."""

    async def next_queued(self, channel_key: str) -> Goal | None:
        """The first of the channel's queue: front before others, then priority, then place.

        Nobody where goal mode is off.
        """


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """Since when goal mode is off in a channel, and who did it, with the @."""

    at: datetime
    by: str


class Channels(Protocol):
    """In which channels goal mode is switched off."""

    async def off(self, channel_key: str) -> SwitchedOff | None: ...

    async def switch_off(self, channel_key: str, by: Person, at: datetime) -> None:
        """Doing it again changes nothing."""

    async def switch_on(self, channel_key: str, by: Person, at: datetime) -> None:
        """Doing it again changes nothing."""


class Steps(Protocol):
    async def append(self, goal_id: str, step: Step) -> None:
        """Store a step. Raises StaleGoal when the goal's epoch is no longer the step's."""

    async def of_turn(self, goal_id: str, turn: int) -> list[Step]: ...

    async def of_goal(self, goal_id: str) -> list[Step]:
        """Every stored step, in the order in which they were stored."""


class History(Protocol):
    async def events(self, goal_id: str, *, after: int = 0) -> list[StoredEvent]:
        """All of them behind number `after`, oldest first."""

    async def trail(self, goal_id: str) -> list[TrailRow]: ...

    async def kept(self, subject: str) -> Trail | None:
        """The trail of a goal, a draft (`draft:ID`) or a channel (`local:demo`); None where there is none."""

    async def approvals(self, goal_id: str, *, status: ApprovalStatus | None = None) -> list[Approval]: ...

    async def open_approvals(self) -> list[Approval]:
        """Every goal's, oldest first."""

    async def approvals_of(self, goal_ids: Sequence[str]) -> dict[str, list[Approval]]:
        """Those of many goals in one question, oldest first."""

    async def approval(self, approval_id: str) -> Approval | None: ...


class Drafts(Protocol):
    """Where drafts live."""

    async def load(self, draft_id: str) -> Draft | None: ...

    async def record(
        self,
        draft: Draft,
        *,
        at: datetime,
        outgoing: Sequence[Outgoing] = (),
        act: str = "",
        by: Person | None = None,
    ) -> Draft:
        """Store a draft with its messages in one transaction, and return it with its next version.

        A draft of version 0 is new. Raises StaleGoal (also when the id of a new one is taken), AlreadyHandled.
        """

    async def wanted(self) -> list[Draft]:
        """The drafts that are to be written, oldest first."""

    async def proposed(self, *, limit: int = 100) -> list[Draft]:
        """The newest that wait for somebody to start them."""

    async def of_thread(self, thread_key: str) -> Draft | None:
        """The newest draft of a thread that is neither started nor dropped."""

    async def of_goal(self, goal_id: str) -> list[Draft]:
        """All that a goal's agent ever proposed, oldest first."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A goal whose verifiers are to be looked at now, by the claimant alone: `slot` is the proof of it."""

    goal_id: str
    goal_version: int
    slot: datetime
    watched: Watched


@dataclass(frozen=True, slots=True)
class Kept:
    """A look without news: what all looks have shown by now, and when the next one is due.

    The `reading` becomes part of the goal's past, where there is one.
    """

    goal_id: str
    slot: datetime
    next_at: datetime
    watched: Watched
    reading: Reading | None = None


class Monitors(Protocol):
    """Which goals' verifiers are polled, and when. A goal is added, and moved at news, by `Goals.record`."""

    async def claim(self, now: datetime, limit: int) -> list[Claim]:
        """Take at most so many that are due, the longest overdue first; nobody else gets them meanwhile.

        A claim ends with `keep`, `forget` or a change of the goal that says when it is polled next; where none of
        them comes while its verifiers' time limits allow, it is due again.
        """

    async def keep(self, looks: Sequence[Kept]) -> None:
        """Store looks in one transaction; one whose claim is over changes nothing."""

    async def forget(self, goal_id: str, slot: datetime) -> None:
        """Poll a goal no more until a change of it says when, and keep what was shown; a claim that is over changes
        nothing.
        """

    async def recover(self) -> int:
        """Make due at once what a process that is gone had claimed. Returns how many that were."""

    async def next_at(self) -> datetime | None:
        """When the earliest is due, or its claim over; None where nothing is polled."""

    async def polled(self, goal_ids: Sequence[str]) -> dict[str, Polled]:
        """When those of the goals that are polled are looked at next, and what they have shown."""

    async def history(self, goal_id: str) -> list[Point]:
        """A goal's past, oldest first."""


class Installations(Protocol):
    """Into which workspaces the app of a platform was installed, by their ids; what belongs to one is sealed: only who
    brings it can read it.
    """

    async def find(self, team: str) -> str | None: ...

    async def keep(self, team: str, sealed: str, at: datetime) -> None:
        """In place of what was kept before."""

    async def remove(self, team: str) -> None:
        """Doing it again changes nothing."""

    async def teams(self) -> list[str]: ...


class OutboxRows(Protocol):
    async def put(self, rows: Sequence[Outgoing]) -> None:
        """Add rows; one whose key is there already changes nothing (a standing row becomes due again)."""

    async def due(self, now: datetime, *, limit: int = 100) -> list[Outgoing]:
        """The first undelivered row of each lane that is due, oldest first."""

    async def settle(
        self,
        row: Outgoing,
        *,
        state: Literal["sent", "later", "retry", "dead"],
        at: datetime,
        not_before: datetime | None = None,
        error: str = "",
        posted: Posted | None = None,
        follows: Sequence[Outgoing] = (),
    ) -> None:
        """Note how a delivery went; `retry` counts as an attempt, `later` (it was asked for) does not.

        What `follows` from it is put in the same transaction.
        """

    async def look(self, now: datetime, *, limit: int = 100) -> tuple[list[Outgoing], datetime | None]:
        """What is due, and when the earliest row that waits for its time will be; None when there is none."""


class HookRows(OutboxRows, Protocol):
    """The rows that are hooks. Each that is delivered, given up or tried anew leaves a row in the trail `hooks:GOAL`."""

    async def states(self, goal_id: str = "", *, limit: int = 500) -> list[HookState]:
        """How the hooks of a goal stand; without a goal all that wait or were given up. The newest so many of them,
        oldest first.
        """

    async def given_up(self) -> list[Outgoing]:
        """Oldest first."""

    async def row(self, row_id: int) -> Outgoing | None: ...

    async def retry(
        self, row: Outgoing, by: Person, at: datetime, *, follows: Sequence[Outgoing] = ()
    ) -> bool:
        """Make one that was given up due again, with all its tries; False when it is not given up."""


class InboxRows(Protocol):
    async def put(self, key: str, body: dict[str, Any], at: datetime) -> bool:
        """Store what came in; False when the key was there before."""

    async def handled(self, key: str, at: datetime, follows: Sequence[Outgoing] = ()) -> None:
        """Mark it as carried out and put what `follows` into the outbox, in the same transaction."""

    async def unhandled(self) -> list[tuple[str, dict[str, Any]]]: ...


class Messages(Protocol):
    """Which message shows what."""

    async def posted(self, thread_key: str, message: str) -> Posted | None: ...

    async def posted_in(self, channel_key: str, message: str) -> Posted | None:
        """What a message of a channel shows, whose thread its platform does not tell."""

    async def message_of(self, goal_id: str, subject: str) -> Posted | None: ...


# --- work ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Confinement:
    """How far a command is kept in, wherever there is a sandbox.

    It may write `inside` only, which is the directory it runs in where none is named. It has a /tmp of its own:
    commands with the same `scratch` share one, without a name it is gone when the command ends. Without a name Python
    also reads no bytecode that was there before the command, sandbox or not. One that does not even write `inside` is
    left with its /tmp.
    """

    inside: Path | None = None
    network: bool = False
    scratch: str = ""
    writes: bool = True


CLOSED = Confinement()


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: `argv`, or `shell` text for /bin/sh. Sizes in bytes, times in seconds.

    `stdin` is written and closed. stdout and stderr come back merged, in order, head and tail of each bounded.
    Without a `confinement` it is our own, and no sandbox is put around it.
    """

    cwd: Path
    argv: tuple[str, ...] = ()
    shell: str = ""
    stdin: bytes = b""
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 120.0
    goal_id: str = ""
    confinement: Confinement | None = CLOSED


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended. `exit_code` is None when it was stopped; `stopped` says by which limit."""

    exit_code: int | None
    head: str
    tail: str
    size: int
    seconds: float
    stopped: Literal["", "timeout", "output", "memory", "processes", "disk", "cancelled"] = ""

    @property
    def output(self) -> str:
        if not self.tail:
            return self.head
        return f"{self.head}\n[… {self.size} bytes in all …]\n{self.tail}"


class Runner(Protocol):
    async def run(self, command: Command) -> Ran:
        """Run a command to its end; its whole tree of processes is dead on return, also when cancelled."""


class Executor(Runner, Protocol):
    async def kill(self, goal_id: str) -> None:
        """End what runs for a goal."""

    async def sweep(self) -> int:
        """End what an earlier process of ours left behind; returns how many trees there were."""

    async def forget(self, goal_id: str) -> None:
        """Remove what a goal's commands left in their /tmp."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A workspace's state: `tree` names its content, `changed` what differs from the snapshot before."""

    tree: str
    changed: tuple[FileChange, ...] = ()
    files: tuple[FileChange, ...] = ()


class Workspaces(Protocol):
    async def open(self, goal: Goal) -> Path:
        """The goal's directory, made at the first call. Raises BadRequest with a sentence when it cannot be."""

    async def snapshot(self, goal: Goal, turn: int) -> Snapshot:
        """Record the tree as it is; turn 0 is the base. The same content gives the same tree, at no cost."""

    async def diff(self, goal_id: str, turn: int | None = None) -> str:
        """A unified diff of one turn, or of everything since the base."""

    async def since_base(self, goal: Goal, tree: str) -> tuple[FileChange, ...]:
        """What differs between the base and a tree that was recorded."""

    async def base(self, goal: Goal) -> str:
        """The tree with which the record begins."""

    def fresh(self, goal: Goal, tree: str) -> AbstractAsyncContextManager[Path]:
        """A directory with a recorded tree, its protected paths as they are in the base, and nothing else.

        It is gone after the block. Raises BadRequest for what cannot be written out again.
        """


# --- what is asked beyond this machine ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Get:
    """A question over HTTP. It may lead on to its own host and to those that `hosts` name (`goals.domain.addresses`).

    `headers` are for its own host only. `timeout` in seconds for all of it; of the answer `most` bytes are read.
    """

    url: str
    hosts: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    most: int = 2_000_000
    follow: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent over HTTP to one place; wherever that leads on to is not followed. All else as in a `Get`."""

    url: str
    body: bytes
    hosts: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 10.0
    most: int = 10_000
    follow: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; names of headers are in lower case. `cut`: the body goes on beyond what was read."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """There was no answer, or none may be asked for; `why` is a sentence without its full stop.

    Before `again` it is of no use to ask once more.
    """

    why: str
    again: datetime | None = None


class Web(Protocol):
    async def ask(self, get: Get | Post) -> Answer | Silence:
        """One bounded question. Raises nothing: whatever goes wrong is a silence."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service that the settings name, and what it wants to see of us."""

    url: str
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A pull request of a repository (`owner/name`), or a branch."""

    repo: str
    pr: int | None = None
    branch: str = ""

    def __str__(self) -> str:
        return f"branch {self.branch}" if self.pr is None else f"pull request {self.pr}"


@dataclass(frozen=True, slots=True)
class Missing:
    """`what` is not there on the forge, as a sentence without its full stop; it may come."""

    what: str


class Forge(Protocol):
    """Where repositories are kept and their commits are checked."""

    def repository(self, remote: str) -> str:
        """`owner/name` of a remote's URL; empty for one that is kept elsewhere."""

    async def commit(self, ref: Ref, timeout: float) -> Commit | Missing | Silence:
        """The checks of the commit at the head, all of the very commit that it names. Raises nothing."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a goal's verifiers may ask. `hosts` is the allowlist of its channel, `presets` the URLs of the settings.

    `databases` are the URLs of those that the settings name. `repo` is the forge's repository of a goal that has
    none there; `remote_of` gives the URL that a goal's repository was cloned from, empty for none, and blocks.
    """

    web: Web
    hosts: tuple[str, ...] = ()
    presets: frozenset[str] = frozenset()
    prometheus: Endpoint | None = None
    databases: Mapping[str, SecretStr] = field(default_factory=dict)
    forge: Forge | None = None
    repo: str = ""
    remote_of: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a verifier may use. `answers` are the goal's decided approvals, for those who ask people.

    `environment` are the variables of ours that a command may be handed by name; secrets are never among them.
    `confinement` is how far the verifiers' commands are kept in.
    `outside` is there wherever goals are checked. `clean` takes secrets out of what is found.
    """

    goal: Goal
    workspace: Path
    tree: str
    executor: Runner
    time_left: float | None = None
    answers: tuple[Approval, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    confinement: Confinement = CLOSED
    outside: Outside | None = None
    clean: Callable[[str], str] = str


class Verifier(Protocol):
    Settings: ClassVar[type[BaseModel]]

    def __init__(self, settings: Any) -> None: ...

    @property
    def kind(self) -> VerifierKind:
        """What it depends on; a class has one for all of its verifiers, mostly."""

    async def check(self, context: CheckContext) -> Verdict: ...


@runtime_checkable
class Reaching(Protocol):
    """A verifier that gets at something that not everybody may set."""

    @property
    def reach(self) -> Reach: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A verifier with what it is called: one of a goal's, or one inside another."""

    spec: VerifierSpec
    verifier: Verifier


class Asker(Verifier, Protocol):
    """A verifier of kind PERSON: it is answered, not run."""

    def question(self, context: CheckContext, index: int) -> Question:
        """What to ask for the goal's verifier at `index`; the digest binds an answer to this tree."""


# --- hooks --------------------------------------------------------------------------------------------


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


# --- models -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asks for; `arguments` is its JSON text as it came."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One request: messages and tools in the form of the OpenAI chat interface. `timeout` in seconds.

    Without `stream` the answer comes whole: cheaper for us, but until it is there nothing of it is known.
    `tokens` is an estimate of the input, where it was counted already.
    """

    model: str
    messages: tuple[dict[str, Any], ...]
    tools: tuple[dict[str, Any], ...] = ()
    max_tokens: int | None = None
    timeout: float = 120.0
    stream: bool = True
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ModelReply:
    """`fresh` and `cached` are input tokens that do not overlap. `estimated`: the provider gave no usage.

    `spent` is what the goal has used in all, once the call is settled. `written` is the part of `fresh` that the
    provider wrote to its cache, at a price of its own.
    """

    text: str
    calls: tuple[ToolCall, ...] = ()
    fresh: int = 0
    cached: int = 0
    output: int = 0
    estimated: bool = False
    spent: Totals | None = None
    written: int = 0


class Model(Protocol):
    """The models of a provider. No retries, no memory, no prices of its own invention."""

    async def complete(self, call: ModelCall) -> ModelReply:
        """One call, one answer. Raises the ModelErrors of `goals.domain.errors`."""

    def count(self, call: ModelCall) -> int:
        """An estimate of the call's input in tokens, rather too high than too low."""

    def price(self, model: str) -> Price | None:
        """None for a model whose price nobody knows."""

    def window(self, model: str) -> int | None:
        """The most tokens a call may have, input and output; None when unknown."""


class Ledger(Protocol):
    """What every model call used: reserved before, settled after. Rows are never changed."""

    async def reserve(self, reservation: Reservation) -> None: ...

    async def settle(
        self, reservation_id: str, goal_id: str, usage: Usage, at: datetime, *, reply: Step | None = None
    ) -> Totals:
        """Book a call and close its reservation; doing it again changes nothing. Returns the goal's totals.

        With `reply` the answer is stored as a step in the same transaction; raises StaleGoal, with the call
        booked all the same, when the goal's epoch is no longer the step's.
        """

    async def settle_open(self, goal_id: str, at: datetime) -> int:
        """Book what a crash left open in full, marked estimated. Returns how many calls that were."""

    async def totals(self, goal_id: str) -> Totals: ...

    async def totals_of(self, goal_ids: Sequence[str]) -> dict[str, Totals]:
        """Those of many goals at once."""


# --- agents -------------------------------------------------------------------------------------------


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


StepKind = Literal["prompt", "steer", "call", "result", "reply", "resume", "summary"]


class StepLog(Protocol):
    """The turn's stored steps: what is there was done before a crash; `add` returns when it is durable.

    `past` are the steps of earlier turns, for agents with a mind of their own.
    """

    @property
    def past(self) -> Sequence[Step]: ...

    @property
    def before(self) -> Sequence[Step]: ...

    async def add(self, kind: StepKind, number: int, body: dict[str, Any]) -> Step:
        """Store a step; returns it as it is stored."""

    def step(self, kind: StepKind, number: int, body: dict[str, Any]) -> Step:
        """One that somebody else stores; `stored` says so when it is durable."""

    def stored(self, step: Step) -> None: ...


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


@dataclass(frozen=True, slots=True)
class Action:
    """What a tool call would do to the world: `text` is what people read, `exact` all that it is bound to.

    `command` says that the text is a line for the shell.
    """

    text: str
    exact: tuple[str, ...]
    command: bool = False


@dataclass(frozen=True, slots=True)
class Go:
    """The call may be run now, and only now."""


@dataclass(frozen=True, slots=True)
class No:
    """The call is not run; `why` is told to the agent."""

    why: str


class Gate(Protocol):
    """Says which tool calls of a goal's turn need a person's word, and what people said."""

    def passes(self, action: Action) -> bool:
        """Whether nobody needs to be asked."""

    async def word(self, action: Action, call: str, why: str) -> Go | No | ActionAsk:
        """What became of asking about a call, which `call` names for good; `why` is what the agent says of it.

        An answer counts for the action as it was shown: one that has changed since is asked about again.
        """


class Dispatcher(Protocol):
    def dispatch(self, goal_id: str) -> None: ...

    async def cancel(self, goal_id: str) -> None:
        """End the goal's turn within a second; its processes are dead on return."""


# --- the local channel's rooms ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message of the local channel. `thread` is the id of its first message; `private_to` a user's id.

    `body` is what the adapter draws (card, buttons, files), `reactions` maps an emoji to who gave it.
    """

    id: str
    channel: str
    thread: str
    user: str
    text: str
    at: datetime
    bot: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    reactions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    edited: datetime | None = None
    private_to: str = ""


class Rooms(Protocol):
    """What was said in the local channel; ids grow with time."""

    async def say(self, message: RoomMessage, *, key: str) -> str:
        """Store a message under a key; a key that is there already returns the first one's id."""

    async def change(
        self, message_id: str, *, at: datetime, text: str | None = None, body: dict[str, Any] | None = None
    ) -> RoomMessage: ...

    async def react(self, message_id: str, user: str, emoji: str, *, on: bool) -> RoomMessage | None: ...

    async def read(
        self, channel: str, *, thread: str | None = None, message_id: str | None = None, limit: int = 500
    ) -> list[RoomMessage]:
        """Messages oldest first, the newest `limit` of them."""

    async def channels(self) -> list[str]: ...
