"""`goalward goals …`: look after goals, through the running server or on a stopped one's state."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from adapters import grammar, log
from adapters.figures import cut, plural
from adapters.grammar import Group
from adapters.printable import printable
from bot.place import Place, placed
from bot.printed import print_json, print_table
from goals.domain.errors import BadRequest
from goals.domain.values import Mode

if TYPE_CHECKING:
    from bot.desk import Desk

HEADS = ("id", "status", "objective", "so far", "channel", "owner", "state")


@click.group()
@placed("The state directory [the settings', then all runs].")
@click.pass_context
def goals(ctx: click.Context, /, **where: Any) -> None:
    """Look after goals: of the running server, or of a stopped one's state and of finished runs."""
    ctx.obj = Place(**where, environ=ctx.obj)


def reading(name: str, help_: str) -> None:
    """A command that prints what is known of a goal."""

    @goals.command(name, help=help_)
    @click.argument("goal_id", metavar="ID")
    @click.option("--json", "as_json", is_flag=True)
    @click.pass_obj
    def command(place: Place, goal_id: str, as_json: bool) -> None:
        async def look(desk: Desk) -> Any:
            return await desk.read(goal_id, name)

        told = asyncio.run(_with_desk(place, goal_id, look))
        if as_json:
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            _print(name, told)


def changing(name: str, help_: str, argument: str = "") -> None:
    """A command that does something to a goal, as somebody in the channel would."""

    @goals.command(name.replace(" ", "-"), help=help_)
    @click.argument("goal_id", metavar="ID")
    @click.argument("words", nargs=-1, metavar=argument)
    @click.option("--json", "as_json", is_flag=True)
    @click.pass_obj
    def command(place: Place, goal_id: str, words: tuple[str, ...], as_json: bool) -> None:
        if words and not argument:
            raise BadRequest(f"`goalward goals {name}` takes an id and nothing more.")

        async def act(desk: Desk) -> Any:
            said = await desk.say(goal_id, " ".join((name, *words)))
            return said, await desk.read(goal_id, "show")

        said, report = asyncio.run(_with_desk(place, goal_id, act))
        if as_json:
            click.echo(json.dumps(report, ensure_ascii=False))
        else:
            stands = f"Goal {goal_id} is {report['status']}. {report['explanation']}".strip()
            click.echo(printable(said or stands))


async def _with_desk(place: Place, goal_id: str, use: Any) -> Any:
    from bot.desk import open_desk

    async with open_desk(place.settings, place.state, place.key, goal_id, place.environ) as desk:
        return await use(desk)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


@goals.command("list")
@click.option("--status", default="", help="Only goals in this status.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_(place: Place, status: str, as_json: bool) -> None:
    """Every goal there is: of the running server, of the state, of all runs; each newest first."""

    from bot.desk import every_goal

    found = asyncio.run(every_goal(place.settings, place.state, place.key, status, place.environ))
    if as_json:
        click.echo(json.dumps({"goals": found}, ensure_ascii=False))
    else:
        print_table(HEADS, map(_row, found))


def _row(goal: dict[str, Any]) -> tuple[str, ...]:
    status = f"{goal['status']} ({goal['reason']})" if goal["reason"] else goal["status"]
    where = (goal["channel"], goal["owner"], goal["state"])
    return (goal["id"], status, goal["objective"][:60], _worked(goal), *where)


def _worked(goal: dict[str, Any]) -> str:
    watched = goal["mode"] == Mode.MONITOR
    return plural(goal["checks"], "check") if watched else plural(goal["turns"], "turn")


def _print(name: str, told: Any) -> None:
    if name == "diff":
        sys.stdout.write(printable(told["diff"]) if sys.stdout.isatty() else told["diff"])
    else:
        print_json(told)


@goals.command("log", help=_sentence(grammar.verb("log").help))
@click.argument("goal_id", metavar="ID")
@click.option("--verify", is_flag=True, help="Say whether the trail holds: who did what, row by sealed row.")
@click.option("--export", is_flag=True, help="The trail as JSON lines.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def log_(place: Place, goal_id: str, verify: bool, export: bool, as_json: bool) -> None:
    what = "trail" if verify or export else "log"

    async def look(desk: Desk) -> Any:
        return await desk.read(goal_id, what)

    told = asyncio.run(_with_desk(place, goal_id, look))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    elif what == "log":
        _print_log(told["events"])
    else:
        _print_trail(told, export=export)
    if not told.get("holds", True):
        sys.exit(1)


def _print_log(events: list[dict[str, Any]]) -> None:
    """On a terminal no line is longer than it is wide."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else log.WIDTH
    for line in log.lines([(datetime.fromisoformat(one["at"]), one["said"]) for one in events]):
        click.echo(cut(printable(line), width))


def _print_trail(told: dict[str, Any], *, export: bool) -> None:
    """The rows, if they are wanted, on stdout for others to read; then what is to be said of them apart."""
    for row in told["rows"] if export else ():
        click.echo(json.dumps(row, ensure_ascii=False))
    click.echo(printable(told["says"]), err=export)


READ = ("show", "audit", "summary", "log", "diff")
"""What a desk reads of a goal without a word to the bot."""


for _verb in grammar.VERBS:
    if _verb.name in READ and _verb.name != "log":
        reading(_verb.name, _sentence(_verb.help))
    elif _verb.group not in (Group.LOOK, Group.CHANNEL):
        changing(_verb.name, _sentence(_verb.help), _verb.argument.removeprefix("ID "))
