"""The platforms of the settings beside the local channel: made for a core, listened to, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from adapters.ear import Ear
from adapters.platform import Platform
from bot.app import Core
from bot.on_discord import discord
from bot.on_slack import slack
from bot.plugged import plugged
from goals.domain.errors import GoalError
from goals.domain.parts import Part

MAKERS: Mapping[str, Callable[[Core, Any, Any], Platform]] = {"slack": slack, "discord": discord}
"""What makes the platform of a section of the settings, by the section's name; others are those of `[platforms]`."""


class Platforms:
    """Made before the core starts."""

    def __init__(self, core: Core, paces: Mapping[str, Any] | None = None) -> None:
        """`paces` are how often each platform is looked after, by its section, where that is not as usual.

        Raises SettingsError where a token is missing, or a platform is not installed.
        """
        self._core = core
        self._made: dict[str, Platform] = {
            name: make(core, section, (paces or {}).get(name))
            for name, make in MAKERS.items()
            if (section := getattr(core.settings, name))
        }
        self._made |= {
            name: plugged(core.settings, name, core.plugins, core.clock) for name in core.settings.platforms
        }
        for name, platform in self._made.items():
            core.bring(name, platform.port, platform.introduce, platform.signs)
            core.watch(platform.problems)
            core.hear(name, platform.unheard)

    @property
    def doors(self) -> Mapping[str, Any]:
        """The ASGI apps at which platforms call us, by their paths."""
        return {path: door for platform in self._made.values() for path, door in platform.doors.items()}

    async def start(self) -> None:
        """Raises GoalError for tokens that a platform does not take."""
        for name, platform in self._made.items():
            if self._core.role.does(Part.TALK):
                await platform.start(self._ear(name), self._core.service)
            else:
                await platform.open()

    def _ear(self, name: str) -> Ear:
        core = self._core
        return Ear(core.inbox.accept, core.concerns, core.after_gap, core.voices.lease(name), core.way)

    async def stop(self) -> None:
        """Hear nothing more, before the core stops."""
        await asyncio.gather(*(platform.stop() for platform in self._made.values()))

    async def close(self) -> None:
        """Once the core has stopped: until then it has something to say."""
        await asyncio.gather(*(platform.close() for platform in self._made.values()))

    async def until(self, stop: asyncio.Event) -> None:
        """Return when `stop` is set. Raises GoalError where a platform cannot be heard any more: started anew we may."""
        ends = {"": stop, **{name: platform.hopeless for name, platform in self._made.items()}}
        waiting = [asyncio.create_task(event.wait(), name="until the end") for event in ends.values()]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        for name, event in ends.items():
            if name and event.is_set():
                raise GoalError(
                    f"{name.title()} is not heard any more, whatever is tried; start Goalward again."
                )
