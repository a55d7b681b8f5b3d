"""Where the commands that look after goals and hooks find them: a state, the settings, the running server's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bot.settings import Settings, load


@dataclass(frozen=True, slots=True)
class Place:
    """What the options of `placed` said; without a `state` it is the settings'."""

    state: Path | None
    file: Path | None
    key: str
    environ: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """Read anew. Raises SettingsError."""
        return load(self.file, self.environ)


def placed(state: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of a group of commands that say where; `state` is what is said of its directory."""
    options = (
        click.option("--state", type=click.Path(path_type=Path, file_okay=False), help=state),
        click.option(
            "--settings",
            "file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="The settings file [goalward.toml].",
        ),
        click.option("--key", default="", help="The running server's key [GOALWARD_LOCAL__KEY]."),
    )

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options
