"""Where goals, drafts and what happened to them are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from goals.domain.change import Change
from goals.domain.drafts import Draft
from goals.domain.events import Event
from goals.domain.trail import Trail, TrailRow
from goals.domain.values import (
    Approval,
    ApprovalStatus,
    Goal,
    Mode,
    Person,
    Status,
    Step,
)
from goals.ports.rows import Outgoing


@dataclass(frozen=True, slots=True)
class StoredEvent:
    goal_id: str
    seq: int
    at: datetime
    event: Event


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

    async def newest(self, goal: Goal) -> Goal:
        """The goal as it is stored now: the very same where it was not changed since."""

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
    async def append(self, goal_id: str, *steps: Step) -> None:
        """Store steps together. Raises StaleGoal when the goal's epoch is no longer the steps'."""

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
