"""What processes that share a store tell each other, and what only one of them does at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Topic(StrEnum):
    """What a signal is about, and what its `key` and `word` are then."""

    GOAL = "goal"
    """A goal changed: its id, and the status that it has now."""
    POST = "post"
    """Something is to be said: the platform, like `slack`; not before `at`, where there is one."""
    HOOK = "hook"
    """A hook is due; not before `at`, where there is one."""
    INBOX = "inbox"
    """Somebody said or pressed something."""
    DRAFT = "draft"
    """A draft changed: its id, and the status that it has now."""
    MONITOR = "monitor"
    """A goal's verifiers are to be polled: its id; at `at`."""
    ROOM = "room"
    """A message of the local channel is new or changed: its id, and its channel."""
    LEASE = "lease"
    """A lease was given back: its name."""
    LOOK = "look"
    """Nothing has happened that is known; told every few seconds, for those who wait for rows to look again."""
    GAP = "gap"
    """Signals may have been missed, whatever they were about."""


@dataclass(frozen=True, slots=True)
class Signal:
    topic: Topic
    key: str = ""
    word: str = ""
    at: datetime | None = None


Told = Callable[[Signal], None]


class Signals(Protocol):
    """What other processes did to the store, as they do it; what this one does is told by its journal.

    Nothing is promised: of signals about the same thing the last may be told alone, and after `GAP` some are missing.
    """

    def subscribe(self, told: Told) -> None:
        """Call `told` on the event loop with every signal; it must neither block nor raise."""

    async def run(self) -> None:
        """Tell and hear until cancelled; where no other process can be, there is nothing to do."""


class Lease(Protocol):
    """The right to do something that one process does at a time, like hearing a platform."""

    @property
    def mine(self) -> bool:
        """Whether it is ours at this moment."""

    def held(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait until it is ours, and give it back at the end. The event is set once it is not ours any more."""


class AlwaysMine:
    """A lease where nobody else can be."""

    mine = True

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()


class Leases(Protocol):
    def lease(self, name: str) -> Lease: ...

    async def run(self) -> None:
        """Keep what is ours until cancelled."""
