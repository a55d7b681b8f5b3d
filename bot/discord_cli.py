"""`goalward discord …`: what is needed to set Discord up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from bot.settings import Settings, load
from goals.domain.errors import BadRequest

settings_option = click.option("--settings", "file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def discord() -> None:
    """Set Discord up."""


@discord.command()
@settings_option
@click.pass_obj
def sync(environ: Mapping[str, str], file: Path | None) -> None:
    """Tell Discord the commands anew. `goalward serve` does so by itself where they have changed."""
    from adapters.discord.setting_up import tell_commands

    settings = load(file, environ)
    token, guild = _wanted(settings)
    count = asyncio.run(tell_commands(token, guild))
    where = f"in the server {guild}" if guild else "in every server; that may take some minutes to be seen"
    click.echo(f"Discord has {count} commands {where}.")


@discord.command()
@settings_option
@click.pass_obj
def invite(environ: Mapping[str, str], file: Path | None) -> None:
    """Print the link that lets the bot into a server, with the rights that it needs and no other."""
    from adapters.discord.setting_up import invitation

    token, guild = _wanted(load(file, environ))
    click.echo(asyncio.run(invitation(token, guild)))


def _wanted(settings: Settings) -> tuple[str, str]:
    """The bot's token, and the server if there is only one; from now on Discord is found where the settings say."""
    from adapters.discord.addresses import reach

    section = settings.discord
    if section is None or section.token is None:
        raise BadRequest(
            "Set GOALWARD_DISCORD__TOKEN to the bot's token first; docs/discord.md says where it is."
        )
    reach(section.api)
    return section.token.get_secret_value(), section.guild
