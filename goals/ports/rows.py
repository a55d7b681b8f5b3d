"""What waits to be said and what came in: rows that outlive a crash, and which message shows what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from goals.domain.hooks import HookState
from goals.domain.values import (
    Person,
)

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
class Delivery:
    """How delivering a row went: `retry` counts as an attempt, `later` (it was asked for) does not.

    `not_before` is when the row goes next: after a failure, or because it was written again meanwhile. `posted` is the
    message that it became, `follows` what is put with it.
    """

    state: Literal["sent", "later", "retry", "dead"]
    at: datetime
    not_before: datetime | None = None
    error: str = ""
    posted: Posted | None = None
    follows: Sequence[Outgoing] = ()

    @property
    def next_at(self) -> datetime:
        return self.not_before or self.at


class OutboxRows(Protocol):
    async def put(self, rows: Sequence[Outgoing]) -> None:
        """Add rows; one whose key is there already changes nothing (a standing row becomes due again)."""

    async def due(self, now: datetime, *, limit: int = 100) -> list[Outgoing]:
        """The first undelivered row of each lane that is due, oldest first."""

    async def settle(self, row: Outgoing, went: Delivery) -> None:
        """Note how a delivery went, and put what follows from it, in one transaction."""

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
