"""Tells somebody: a new message in the goal's thread that mentions them, or a message in another channel."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel

from goals.domain.reach import Reach
from goals.outbox import Refused
from goals.ports import HookContext, HookEvent
from monitors.hooks.settings import STRICT, Word


def _addressed(value: str) -> str:
    if not re.fullmatch(r"[@#][^\s@#]\S*", value):
        raise ValueError("somebody is written `@who`, a channel `#channel`")
    return value


class NotifySettings(BaseModel):
    model_config = STRICT

    to: Annotated[Word, AfterValidator(_addressed)]


class NotifyHook:
    Settings: ClassVar[type[NotifySettings]] = NotifySettings

    def __init__(self, settings: NotifySettings) -> None:
        self.to = settings.to
        self.reach = Reach(channels=(self.to[1:],)) if self.to.startswith("#") else Reach()

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        if context.tools is None:
            raise Refused("Nobody can be notified from here.")
        await context.tools.notices.notify(context.goal, event, self.to)
