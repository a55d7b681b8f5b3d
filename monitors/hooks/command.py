"""Runs a command of the settings, by its name: the event comes on its stdin, exit code 0 is done."""

from __future__ import annotations

import json
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ValidationInfo

from goals.domain.nearest import nearest
from goals.outbox import Failed, Refused
from goals.ports import Command, HookContext, HookEvent, Ran
from monitors.hooks.settings import STRICT, Word

TIMEOUT = 120.0
LAST_WORDS = 300
"""Characters of what a command said last that people are told when it fails."""


def _known(name: str, info: ValidationInfo) -> str:
    """A command of the settings, where they are at hand."""
    names = info.context.get("commands") if info.context else None
    if names is not None and name not in names:
        hint = nearest(name, names).rstrip(".") or " The settings have none"
        raise ValueError(f"there is no such command under `[hooks.commands]`.{hint}")
    return name


class CommandSettings(BaseModel):
    model_config = STRICT

    name: Annotated[Word, AfterValidator(_known)]


class CommandHook:
    Settings: ClassVar[type[CommandSettings]] = CommandSettings
    runs_commands: ClassVar[bool] = True

    def __init__(self, settings: CommandSettings) -> None:
        self.name = settings.name

    async def fire(self, event: HookEvent, context: HookContext) -> None:
        line = context.tools.commands.get(self.name) if context.tools else None
        if line is None:
            raise Refused(f"There is no command `{self.name}` in the settings.")
        # Of no goal: what stops a goal's own commands does not end what is done about its end.
        ran = await context.executor.run(
            Command(
                context.directory,
                shell=line,
                stdin=json.dumps(event.document).encode(),
                env=_environment(event, context),
                timeout=TIMEOUT,
                confinement=context.confinement,
            )
        )
        if ran.exit_code != 0:
            raise Failed(_why(ran))


def _environment(event: HookEvent, context: HookContext) -> dict[str, str]:
    return {
        "GOALWARD_GOAL": context.goal.id,
        "GOALWARD_HOOK_EVENT": event.moment.value,
        "GOALWARD_HOOK_KEY": event.key,
    }


def _why(ran: Ran) -> str:
    said = " ".join(ran.output.split())[-LAST_WORDS:]
    ended = f"it was stopped by its limit ({ran.stopped})" if ran.stopped else f"exit code {ran.exit_code}"
    return f"{ended}: {said}" if said else ended
