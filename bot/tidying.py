"""Leaves nothing in the /tmp of commands whose goal has ended."""

from __future__ import annotations

import asyncio

from goals.domain.change import Change
from goals.domain.values import Status
from goals.ports import Executor
from goals.ports.sharing import Signal, Topic

ENDED = frozenset(status.value for status in Status if status.terminal)


class Tidying:
    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._tasks: set[asyncio.Task[None]] = set()

    def changed(self, change: Change) -> None:
        """A subscriber of the journal."""
        if change.goal.status.terminal:
            self._forget(change.goal.id)

    def heard(self, signal: Signal) -> None:
        """Another process may have ended a goal that worked here."""
        if signal.topic is Topic.GOAL and signal.word in ENDED:
            self._forget(signal.key)

    def _forget(self, goal_id: str) -> None:
        task = asyncio.create_task(self._executor.forget(goal_id), name=f"forget {goal_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
