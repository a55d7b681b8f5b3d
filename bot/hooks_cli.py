"""`goalward hooks …`: what became of hooks, and trying those again that were given up."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from adapters.figures import plural
from bot.place import Place, placed
from bot.printed import print_table

if TYPE_CHECKING:
    from bot.desk import HooksDesk

HEADS = ("number", "goal", "when", "hook", "state", "tries", "error")


@click.group()
@placed("The state directory [the settings'].")
@click.pass_context
def hooks(ctx: click.Context, /, **where: Any) -> None:
    """Look after hooks: of the running server, or of a stopped one's state."""
    ctx.obj = Place(**where, environ=ctx.obj)


@hooks.command("list")
@click.argument("goal_id", metavar="[ID]", default="")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_(place: Place, goal_id: str, as_json: bool) -> None:
    """The hooks of a goal; without an id all that wait or were given up."""

    async def look(desk: HooksDesk) -> Any:
        return await desk.hooks(goal_id)

    found = asyncio.run(_with_desk(place, look))
    if as_json:
        click.echo(json.dumps({"hooks": found}, ensure_ascii=False))
    elif found:
        print_table(HEADS, map(_row, found))
    else:
        click.echo("No hook came due yet." if goal_id else "No hook waits, and none was given up.")


@hooks.command()
@click.argument("which", metavar="[NUMBER|ID]", default="")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def retry(place: Place, which: str, as_json: bool) -> None:
    """Try again what was given up: the hook of this number, those of this goal, or all."""

    async def again(desk: HooksDesk) -> Any:
        return await desk.retry(which)

    found, note = asyncio.run(_with_desk(place, again))
    if as_json:
        click.echo(json.dumps({"hooks": found}, ensure_ascii=False))
    else:
        click.echo(f"{plural(len(found), 'hook')} will be tried again.{note}")


async def _with_desk(place: Place, use: Any) -> Any:
    from bot.desk import open_hooks

    async with open_hooks(place.settings, place.state, place.key) as desk:
        return await use(desk)


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    first = (str(one["number"]), one["goal"], one["moment"], one["hook"])
    return (*first, one["state"], str(one["tries"]), one["error"])
