"""The command line: serve, run, look after goals, examine the set-up. A mistake gets one sentence and status 2."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from adapters import grammar, language
from bot import logs
from bot.discord_cli import discord
from bot.environment import past_proxies
from bot.goals_cli import goals
from bot.hooks_cli import hooks
from bot.roles import ROLES, WITH_A_WORKER
from bot.settings import Settings, load
from bot.slack_cli import slack
from goals.domain.contract import Asked
from goals.domain.errors import BadRequest, GoalError
from goals.work.redact import Redactor

T = TypeVar("T")

WRONG_USE = 2


class Said(click.ClickException):
    """A sentence for the person at the terminal."""

    exit_code = WRONG_USE

    def show(self, file: Any = None) -> None:
        click.echo(f"goalward: {Redactor(()).clean(self.message)}", err=True)


class Commands(click.Group):
    """Turns what was asked in vain into one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GoalError as error:
            raise Said(str(error)) from None


settings_option = click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file [goalward.toml].",
)
state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="The state directory; overrides the settings.",
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="goalward")
def cli() -> None:
    """Goal mode for team channels: an agent works, verifiers decide when it is done."""
    logs.begin(Redactor(()).clean)


def read_settings(file: Path | None, state: Path | None, environ: Mapping[str, str]) -> Settings:
    settings = load(file, environ)
    return settings if state is None else settings.model_copy(update={"state": state})


def drive(main: Coroutine[Any, Any, T]) -> T:
    gc.freeze()
    gc.enable()
    return asyncio.run(main)


@cli.command()
@click.option("--role", type=click.Choice([*ROLES]), default="all", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@state_option
@settings_option
@click.pass_obj
def serve(
    environ: Mapping[str, str], role: str, host: str, port: int, state: Path | None, file: Path | None
) -> None:
    """Run the bot; it prints one line when it is ready."""
    from bot.hands import Hands
    from bot.hands import command as worker_command
    from bot.serve import serve as serve_bot

    settings = read_settings(file, state, environ)
    if role != "all" and settings.dispatch == "local":
        raise BadRequest(
            f'The role `{role}` is one of several machines: it needs `dispatch = "procrastinate"`.'
        )
    if role == "all" and settings.dispatch != "local":
        hands = Hands(worker_command(settings.state, file), environ)
        drive(serve_bot(settings, host, port, _ready, role=WITH_A_WORKER, hands=hands))
    else:
        drive(serve_bot(settings, host, port, _ready, role=ROLES[role]))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@state_option
@settings_option
@click.pass_obj
def demo(environ: Mapping[str, str], host: str, port: int, state: Path | None, file: Path | None) -> None:
    """Run the bot with a demonstration goal on its way in the local channel.

    The models of the settings do it; without one a scripted model plays.
    """
    from bot.demo.show import show

    given = load(file, environ)
    os.environ.update(past_proxies(os.environ))
    drive(show(state or Path(".goalward") / "demo", host, port, _ready, given))


def _ready(url: str) -> None:
    click.echo(f"goalward ready {url}")
    sys.stdout.flush()


def goal_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the goal language, made from its table."""
    for option in reversed([o for o in grammar.OPTIONS if o.names]):
        names = [f"--{name}" for name in option.names]
        settings: dict[str, Any] = {"is_flag": True} if option.flag else {"metavar": option.argument}
        if option.many:
            settings["multiple"] = True
        command = click.option(*names, option.names[0].replace("-", "_"), help=option.help, **settings)(
            command
        )
    return command


@cli.command()
@click.argument("objective", nargs=-1)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="Where to work [here].",
)
@click.option(
    "--resume", default="", metavar="ID", help="Go on with the goal of an earlier run, where it was."
)
@click.option(
    "--json", "as_json", is_flag=True, help="The last line of stdout is the goal as one JSON object."
)
@state_option
@settings_option
@goal_options
@click.pass_obj
def run(
    environ: Mapping[str, str],
    /,
    objective: tuple[str, ...],
    workspace: Path,
    resume: str,
    as_json: bool,
    state: Path | None,
    file: Path | None,
    **options: Any,
) -> None:
    """Work on one goal here, with live progress, until it ends or pauses.

    Exit status: 0 completed, 1 failed or cancelled, 2 wrong use, 3 paused or waiting for somebody.
    """
    from rich.console import Console

    from adapters.terminal import words
    from bot.desk import run_of
    from bot.run import run as run_goal
    from bot.runs import new_run
    from goals.audit import to_json

    asked: Asked | str = resume
    if resume:
        _refuse_besides(objective, _named(options))
        place, workspace = drive(run_of(load(file, environ), state, resume, environ))
    else:
        place = state.absolute() if state else new_run(environ)
        asked = language.start(" ".join(objective), _named(options), datetime.now(UTC)).asked
    if not workspace.is_dir():
        raise BadRequest(f"The directory {workspace} is gone.")
    _refuse_inside(place, workspace.absolute())
    console = Console(stderr=as_json)
    ask = sys.stdin.isatty() and console.is_terminal
    settings = read_settings(file, place, environ)
    outcome = drive(run_goal(settings, asked, workspace.absolute(), console, ask=ask))
    if as_json:
        click.echo(json.dumps(to_json(outcome.report), ensure_ascii=False))
    else:
        report = outcome.report
        console.print(words(f"{report.id} {report.status}: {report.explanation}"))
        if not report.finished:
            console.print(words(f"It goes on with `goalward run --resume {report.id}`."))
    sys.exit(outcome.exit_code)


def _refuse_besides(objective: tuple[str, ...], given: list[tuple[str, object]]) -> None:
    if objective or given:
        raise BadRequest(
            "`--resume` goes on with a goal as it is: it takes no objective and none of its options."
        )


def _named(options: dict[str, Any]) -> list[tuple[str, object]]:
    """What was given, each as the language's own options are: by name, with its text."""
    given: list[tuple[str, object]] = []
    for name, value in options.items():
        values = value if isinstance(value, tuple) else (value,)
        given += [(name.replace("_", "-"), v) for v in values if v is not None and v is not False]
    return given


def _refuse_inside(state: Path, workspace: Path) -> None:
    if state.resolve().is_relative_to(workspace.resolve()):
        raise BadRequest(
            f"The state may not lie inside the workspace: {state} is in {workspace}; name another place with `--state`."
        )


@cli.command()
@click.option("--json", "as_json", is_flag=True)
@state_option
@settings_option
@click.pass_obj
def doctor(environ: Mapping[str, str], as_json: bool, state: Path | None, file: Path | None) -> None:
    """Say what is wrong with the set-up, and what to do about it."""
    from rich.console import Console

    from bot.doctor import Level, as_table, examine

    findings = drive(examine(file, state, environ))
    if as_json:
        click.echo(json.dumps([{"level": f.level, "what": f.what, "advice": f.advice} for f in findings]))
    else:
        Console().print(as_table(findings))
    sys.exit(1 if any(f.level is Level.FAIL for f in findings) else 0)


@cli.command()
@state_option
@settings_option
@click.pass_obj
def migrate(environ: Mapping[str, str], state: Path | None, file: Path | None) -> None:
    """Bring the store's schema up to date."""
    from goals.store import migrate as migrate_store

    settings = read_settings(file, state, environ)
    found = migrate_store(settings.store, settings.state)
    if settings.dispatch == "procrastinate":
        from bot.dispatch.tables import make_tables

        make_tables(settings.store)
    click.echo(found)


cli.add_command(goals)
cli.add_command(hooks)
cli.add_command(slack)
cli.add_command(discord)
