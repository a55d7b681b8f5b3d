"""Leaves nothing in the /tmp of commands whose goal has ended."""

from __future__ import annotations

import asyncio

from goals.domain.change import Change
from goals.ports import Executor


class Tidying:
    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._tasks: set[asyncio.Task[None]] = set()

    def changed(self, change: Change) -> None:
        """A subscriber of the journal."""
        if change.goal.status.terminal:
            goal_id = change.goal.id
            task = asyncio.create_task(self._executor.forget(goal_id), name=f"forget {goal_id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
