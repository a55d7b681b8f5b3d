"""Where goals work on this machine, and how their workspaces get to others."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from bot.ground import Ground
from goals.domain.errors import StoreUnavailable
from goals.ports import Clock, Executor, Goals
from goals.work.moving import Moving
from goals.work.snapshots import Elsewhere, Snapshots, directory
from goals.work.volume import Volume
from goals.work.workspace import LocalWorkspaces

log = logging.getLogger(__name__)

PRUNE_EVERY = 3600.0
"""Seconds."""


def workspaces(on: Ground, fixed: Path | None) -> LocalWorkspaces:
    """Goals that all work in one `fixed` directory do so on this machine only."""
    snapshots = None if fixed else snapshots_at(on.settings.workspaces.snapshots, on.executor)
    return LocalWorkspaces(
        on.settings.state / on.role.beside, on.executor, fixed=fixed, clean=on.clean, snapshots=snapshots
    )


def snapshots_at(place: str, executor: Executor) -> Snapshots | None:
    if volume := directory(place):
        return Volume(volume)
    return Elsewhere(place, executor) if place else None


def pruning(on: Ground, workspaces: LocalWorkspaces) -> Pruning | None:
    if workspaces.moving is None:
        return None
    keep = timedelta(seconds=on.settings.workspaces.keep)
    return Pruning(workspaces.moving, on.store.goals, on.clock, keep)


class Pruning:
    """Takes away what is stored of goals that ended longer than `keep` ago. Any number of processes may do so."""

    def __init__(self, moving: Moving, goals: Goals, clock: Clock, keep: timedelta) -> None:
        self._moving = moving
        self._goals = goals
        self._clock = clock
        self._keep = keep

    async def run(self) -> None:
        """Look once an hour, until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("old snapshots are not taken away: %s", error)
            await self._clock.sleep(PRUNE_EVERY)

    async def look(self) -> None:
        """Raises StoreUnavailable."""
        for goal_id in await self._moving.kept():
            goal = await self._goals.load(goal_id)
            if goal and goal.ended_at and goal.ended_at + self._keep <= self._clock.now():
                await self._moving.forget(goal_id)
