"""Slack as the settings want it: its tokens, its wire, and whether workspaces install the app by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app import Core
from bot.sections import SlackSection
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.slack import Access, Pace, SlackAdapter
    from adapters.slack.installed import Everywhere


def slack(core: Core, section: SlackSection, pace: Pace | None) -> SlackAdapter:
    """Raises SettingsError where a token is missing."""
    from adapters.slack import SlackAdapter  # Takes long to import, and most never need it.

    return SlackAdapter(_access(core.settings, section), core.clock, pace, _everywhere(core, section))


def _access(settings: Settings, section: SlackSection) -> Access:
    from adapters.slack import Access

    for name in section.needs:
        if not getattr(section, name):
            sentence = (
                f"Slack in {section.mode} mode needs GOALWARD_SLACK__{name.upper()} in the environment."
            )
            raise settings.refusal(("slack",), sentence)
    return Access(
        section.mode,
        f"{section.api}/",
        section.bot_token,
        section.app_token,
        section.signing_secret,
        section.sessions,
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
