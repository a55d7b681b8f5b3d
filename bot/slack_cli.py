"""`goalward slack …`: what is needed to set Slack up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from bot.settings import load
from goals.domain.errors import BadRequest


@click.group()
def slack() -> None:
    """Set Slack up."""


@slack.command()
@click.option(
    "--mode", type=click.Choice(["socket", "http"]), help="How Slack reaches the bot [that of the settings]."
)
@click.option("--url", default="", help="Where Slack reaches the bot in the mode `http`: https://HOST")
@click.option(
    "--sessions/--no-sessions",
    default=None,
    help="Declare the app as an agent, with sessions in threads [as the settings have it].",
)
@click.option("--json", "as_json", is_flag=True, help="JSON, not YAML.")
@click.option("--settings", "file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def manifest(
    environ: Mapping[str, str],
    mode: str | None,
    url: str,
    sessions: bool | None,
    as_json: bool,
    file: Path | None,
) -> None:
    """Print the manifest to make the app from: https://api.slack.com/apps, Create New App, From a manifest."""
    import yaml

    from adapters.slack.manifest import manifest as made

    section = load(file, environ).slack
    mode = mode or (section.mode if section else "socket")
    if mode == "http" and not url.startswith("https://"):
        raise BadRequest("In the mode `http` Slack calls the bot: say where with `--url https://HOST`.")
    agent = sessions if sessions is not None else bool(section and section.sessions)
    app = made(mode, url, agent=agent)
    click.echo(json.dumps(app, indent=2) if as_json else yaml.safe_dump(app, sort_keys=False), nl=as_json)


@slack.command()
def key() -> None:
    """Make a key to seal the tokens of many workspaces with: GOALWARD_SLACK__INSTALLATION_KEY."""
    from adapters.slack.installed import new_key

    click.echo(new_key())
