"""Starts a goal: a chain. It works in a thread of its own in the same channel, for the owner of the goal before it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel

from goals.outbox import Refused
from goals.ports import HookContext, HookEvent
from monitors.hooks.settings import STRICT, Text


class GoalSettings(BaseModel):
    """`objective` is read as what stands behind `/goal`, options included."""

    model_config = STRICT

    objective: Text


class GoalHook:
    Settings: ClassVar[type[GoalSettings]] = GoalSettings

    def __init__(self, settings: GoalSettings) -> None:
        self.objective = settings.objective

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        if context.tools is None:
            raise Refused("No goal can be started from here.")
        await context.tools.links.begin(context.goal, event, self.objective)
