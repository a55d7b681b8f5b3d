"""Pages that are open here show what other processes do to goals and say in rooms."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from adapters.local import Feed
from adapters.local.messages import shown
from goals.bell import Bell
from goals.domain.errors import StoreUnavailable
from goals.domain.values import Goal
from goals.ports import Clock, Rooms
from goals.ports.sharing import Signal, Topic

log = logging.getLogger(__name__)

IDLE = 3600.0


class SeveralGoals(Protocol):
    async def several(self, goal_ids: Sequence[str]) -> list[Goal]: ...


def told(goal: Goal) -> dict[str, str | int]:
    """A goal as pages hear of it."""
    return {
        "id": goal.id,
        "channel": goal.origin.channel_key,
        "status": goal.status.value,
        "version": goal.version,
    }


class Elsewhere:
    def __init__(self, feed: Feed, goals: SeveralGoals, rooms: Rooms, clock: Clock) -> None:
        self._feed = feed
        self._goals = goals
        self._rooms = rooms
        self._changed: set[str] = set()
        self._said: dict[str, str] = {}
        self._bell = Bell(clock)

    def heard(self, signal: Signal) -> None:
        """A subscriber of the store's signals; where no page is open nobody asks the store."""
        if not self._feed.listeners:
            return
        if signal.topic is Topic.GAP:
            self._feed.tell("reload", {})
        elif signal.topic is Topic.GOAL:
            self._changed.add(signal.key)
            self._bell.ring()
        elif signal.topic is Topic.ROOM:
            self._said[signal.key] = signal.word
            self._bell.ring()

    async def run(self) -> None:
        """Tell the pages, until cancelled."""
        while True:
            await self._bell.wait(IDLE)
            try:
                await self._tell()
            except StoreUnavailable:
                self._feed.tell("reload", {})

    async def _tell(self) -> None:
        changed, self._changed = self._changed, set()
        said, self._said = self._said, {}
        for goal in await self._goals.several(sorted(changed)) if changed else ():
            self._feed.tell("goal", told(goal))
        for message, channel in sorted(said.items()):
            for found in await self._rooms.read(channel, message_id=message, limit=1):
                self._feed.tell("message", shown(found))
