"""Discord as the settings want it: its token, its server, and what of theirs is offered while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app import Core
from bot.sections import DiscordSection
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.discord import DiscordAdapter, Pace
    from adapters.offers import Named


def discord(core: Core, section: DiscordSection, pace: Pace | None) -> DiscordAdapter:
    """Raises SettingsError where the token is missing."""
    from adapters.discord import Access, DiscordAdapter  # Takes long to import, and most never need it.

    if section.token is None:
        raise core.settings.refusal(
            ("discord",), "Discord needs the bot's token: set GOALWARD_DISCORD__TOKEN in the environment."
        )
    access = Access(section.api, section.token, section.guild, section.message_content)
    return DiscordAdapter(access, core.clock, core.store.registrations, _named(core.settings), pace)


def _named(settings: Settings) -> Named:
    from adapters.offers import Named

    model = settings.model
    models = tuple(dict.fromkeys(filter(None, (model.agent, model.judge)))) if model else ()
    hooks = tuple(f"command:{name}" for name in settings.hooks.commands)
    return Named(tuple(settings.verifiers), tuple(settings.agent_specs()), models, hooks)
