"""The platforms of the settings beside the local channel: made for a core, listened to, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.app import Core
from bot.sections import SlackSection
from bot.settings import Settings
from goals.domain.errors import GoalError

if TYPE_CHECKING:
    from adapters.slack import Access, Pace, SlackAdapter
    from adapters.slack.installed import Everywhere


class Platforms:
    """Made before the core starts."""

    def __init__(self, core: Core, pace: Pace | None = None) -> None:
        """Raises SettingsError where a token is missing."""
        self._core = core
        self._slack = _slack(core, core.settings.slack, pace) if core.settings.slack else None

    @property
    def doors(self) -> Mapping[str, Any]:
        """The ASGI apps at which platforms call us, by their paths."""
        return self._slack.doors if self._slack else {}

    async def start(self) -> None:
        """Raises GoalError for tokens that a platform does not take."""
        if self._slack:
            from adapters.slack import Ear

            core = self._core
            await self._slack.start(Ear(core.inbox.accept, core.concerns, core.after_gap), core.service)

    async def stop(self) -> None:
        """Hear nothing more, before the core stops."""
        if self._slack:
            await self._slack.stop()

    async def close(self) -> None:
        """Once the core has stopped: until then it has something to say."""
        if self._slack:
            await self._slack.close()

    async def until(self, stop: asyncio.Event) -> None:
        """Return when `stop` is set. Raises GoalError where a platform cannot be heard any more: started anew we may."""
        deaf = self._slack.hopeless if self._slack else asyncio.Event()
        waiting = [asyncio.create_task(event.wait(), name="until the end") for event in (stop, deaf)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if deaf.is_set():
            raise GoalError("Slack is not heard any more, whatever is tried; start Goalward again.")


def _slack(core: Core, section: SlackSection, pace: Pace | None) -> SlackAdapter:
    from adapters.slack import SlackAdapter  # Takes long to import, and most never need it.

    access = _access(core.settings, section)
    slack = SlackAdapter(access, core.clock, pace, _everywhere(core, section))
    core.bring("slack", slack.port, slack.introduce)
    core.watch(slack.problems)
    core.hear("slack", slack.unheard)
    return slack


def _access(settings: Settings, section: SlackSection) -> Access:
    from adapters.slack import Access

    for name in section.needs:
        if not getattr(section, name):
            sentence = (
                f"Slack in {section.mode} mode needs GOALWARD_SLACK__{name.upper()} in the environment."
            )
            raise settings.refusal(("slack",), sentence)
    return Access(
        section.mode, f"{section.api}/", section.bot_token, section.app_token, section.signing_secret
    )


def _everywhere(core: Core, section: SlackSection) -> Everywhere | None:
    """How workspaces install the app by themselves, where they may."""
    if not section.client_id:
        return None
    from adapters.slack.installed import Everywhere, Seal

    assert section.client_secret is not None and section.installation_key is not None
    seal = Seal(section.installation_key)
    rows = core.store.slack_installations
    return Everywhere(section.client_id, section.client_secret, section.url, rows, seal)
