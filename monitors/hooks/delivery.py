"""Fires the hooks that are due: for the goal's owner, with the rights that they have now."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from goals.audit import Report
from goals.clean import Clean
from goals.domain.errors import GoalError, StoreUnavailable
from goals.domain.values import Goal, Person
from goals.hook_rights import HookRights
from goals.hook_rows import hook_of
from goals.outbox import Failed, Later, Refused
from goals.ports import Confinement, Firing, HookContext, HookTools, Outgoing, Runner
from monitors.hooks.telling import told

log = logging.getLogger(__name__)


class Desk(Protocol):
    """Where a hook learns how its goal stands."""

    async def find(self, goal_id: str) -> Goal: ...

    async def report_of(self, goal: Goal) -> Report: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where commands of a goal's hooks run, and how far they are kept in."""

    directory: Path
    confinement: Confinement


@dataclass(frozen=True, slots=True)
class Means:
    """What hooks are fired with. `tools` are those of a goal's channel; `place` may make a directory first."""

    executor: Runner
    tools: Callable[[Goal], HookTools]
    place: Callable[[Goal], AbstractAsyncContextManager[Place]]
    nowhere: Place


Known = Callable[[Person], Awaitable[Person]]
"""Somebody as their platform knows them now, with the groups that they are in. Raises Later."""


class HookDelivery:
    """The outbox's sender of hooks."""

    def __init__(self, desk: Desk, known: Known, rights: HookRights, means: Means, clean: Clean) -> None:
        self._desk = desk
        self._known = known
        self._rights = rights
        self._means = means
        self._clean = clean

    async def send(self, row: Outgoing) -> None:
        try:
            goal = await self._now(row.goal_id)
            hook = self._rights.granted(hook_of(row), goal.owner, goal.origin)
            event = told(row, goal, await self._desk.report_of(goal), self._clean)
            async with self._place(goal, hook) as at:
                tools = self._means.tools(goal)
                context = HookContext(goal, self._means.executor, at.directory, at.confinement, tools)
                await hook.fire(event, context)
        except GoalError as refused:
            raise Refused(str(refused)) from refused
        except (Later, Failed, Refused, StoreUnavailable):
            raise
        except Exception as error:  # a hook may be a stranger's code
            log.exception("the hook %s failed", row.key)
            raise Failed(self._clean(f"{type(error).__name__}: {error}")) from error

    async def _now(self, goal_id: str) -> Goal:
        """The goal, with its owner as they are now: who has left a group has its rights no more."""
        goal = await self._desk.find(goal_id)
        return replace(goal, owner=await self._known(goal.owner))

    @asynccontextmanager
    async def _place(self, goal: Goal, hook: Firing) -> AsyncIterator[Place]:
        """Where it runs its commands, if it has some. Raises Failed where that cannot be had now."""
        if not getattr(hook, "runs_commands", False):
            yield self._means.nowhere
            return
        async with AsyncExitStack() as doors:
            try:
                place = await doors.enter_async_context(self._means.place(goal))
            except (GoalError, StoreUnavailable) as lacking:
                raise Failed(str(lacking)) from lacking
            yield place
