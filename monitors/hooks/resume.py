"""Wakes a parked or paused goal of the same channel."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel

from goals.outbox import Refused
from goals.ports import HookContext, HookEvent
from monitors.hooks.settings import STRICT, Word


class ResumeSettings(BaseModel):
    model_config = STRICT

    id: Word


class ResumeHook:
    Settings: ClassVar[type[ResumeSettings]] = ResumeSettings

    def __init__(self, settings: ResumeSettings) -> None:
        self.id = settings.id

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        if context.tools is None:
            raise Refused("No goal can be woken from here.")
        await context.tools.links.wake(context.goal, event, self.id)
