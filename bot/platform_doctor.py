"""What the platforms of the settings say of their set-up: each is asked where there is a section of it."""

from __future__ import annotations

from pydantic import SecretStr

from bot.findings import Finding, Level, failure, fine, warning
from bot.plugged import sectioned
from bot.settings import Settings
from goals.domain.errors import GoalError
from goals.domain.rules import EVERYBODY, ROLE
from goals.plugins import Plugins


async def slack(settings: Settings) -> list[Finding]:
    """What Slack says of the set-up, where there is one."""
    section = settings.slack
    if section is None:
        return []
    from adapters.slack.examine import Setup
    from adapters.slack.examine import examined as examined_slack

    setup = Setup(
        api=section.api,
        mode=section.mode,
        bot_token=section.bot_token,
        app_token=section.app_token,
        missing=tuple(name for name in section.needs if not getattr(section, name)),
        channels=_channels(settings, "slack"),
        sessions=section.sessions,
    )
    asked = [Finding(Level(one.level), one.what, one.advice) for one in await examined_slack(setup)]
    return [*_seal(section.installation_key), *asked]


async def discord(settings: Settings) -> list[Finding]:
    """What Discord says of the set-up, where there is one."""
    section = settings.discord
    if section is None:
        return []
    from adapters.discord.addresses import reach
    from adapters.discord.examine import Setup
    from adapters.discord.examine import examined as examined_discord

    reach(section.api)
    setup = Setup(section.token, section.guild, _channels(settings, "discord"), section.message_content)
    asked = [Finding(Level(one.level), one.what, one.advice) for one in await examined_discord(setup)]
    return [*asked, *_direct(settings)]


def _direct(settings: Settings) -> list[Finding]:
    """Rights in Discord's direct messages that nobody has by them."""
    return [
        warning(
            f'`[channels."{key}"]` names everybody or a role, and in direct messages neither counts.',
            "Name people by their ids.",
        )
        for key, section in settings.channels.items()
        if key.startswith("discord:dm:")
        and any(who == EVERYBODY or who.startswith(ROLE) for right in section.rights for who in right or ())
    ]


def _channels(settings: Settings, platform: str) -> tuple[str, ...]:
    """The channels of a platform that the settings name, without its name."""
    begins = f"{platform}:"
    return tuple(key.removeprefix(begins) for key in settings.channels if key.startswith(begins))


def _seal(keys: SecretStr | None) -> list[Finding]:
    """Whether tokens of workspaces can be sealed, where they are to be."""
    if keys is None:
        return []
    from adapters.slack.installed import Seal

    try:
        Seal(keys)
    except GoalError as wrong:
        return [failure(str(wrong), "Keep it: what a key has sealed nothing else opens.")]
    return [fine("Tokens of workspaces that install the Slack app are sealed before they are kept.")]


def others(settings: Settings, plugins: Plugins) -> list[Finding]:
    """Whether the platforms that other packages bring are there, and set up; what they look at is not asked."""
    return [_other(settings, name, plugins) for name in settings.platforms]


def _other(settings: Settings, name: str, plugins: Plugins) -> Finding:
    try:
        sectioned(settings, name, plugins)
    except GoalError as wrong:
        return failure(str(wrong), f"Install what brings `{name}`, or correct `[platforms.{name}]`.")
    return fine(f"The platform `{name}` is installed, and its settings are right.")
