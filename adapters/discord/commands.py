"""`/goal` as Discord's own command, with its parts and their fields made from the language's table, and the commands in
a message's menu.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any

import discord
from discord import app_commands

from adapters.definitions import Argument, Definition, definitions
from adapters.figures import cut
from adapters.grammar import Group
from adapters.offers import FIELDS, Offer
from adapters.typed import Given

GOAL = "goal"
MAKE, DRAFT = "Make this a goal", "Draft a goal from this"
DIRECT = (Group.START, Group.DECIDE, Group.RUN)
"""What stands right behind `/goal`; the rest is in groups, since Discord takes 25 of each."""
OFTEN = ("status", "steer", "board", "help")
"""What stands there too."""
LONGEST = 100
"""Characters of a choice."""

KINDS: Mapping[str, Any] = {"text": str, "whole": int, "yes_or_no": bool}

Typed = Callable[[discord.Interaction, Definition, Given], Awaitable[None]]
Typing = Callable[[discord.Interaction, Definition, str, str], Awaitable[Sequence[Offer]]]
"""What can be meant by what was typed so far in a field, best first."""
Tree = app_commands.CommandTree[Any]
Picked = Callable[[discord.Interaction, discord.Message], Awaitable[None]]


def tree(client: discord.Client, typed: Typed, typing: Typing, make: Picked, draft: Picked) -> Tree:
    """Every command. `make` and `draft` are told of the message in whose menu they were picked."""
    commands: Tree = app_commands.CommandTree(client)
    commands.add_command(_goal(typed, typing))
    for name, told in ((MAKE, make), (DRAFT, draft)):
        commands.add_command(_in_menu(name, told))
    return commands


def listed(client: discord.Client) -> Tree:
    """The same to be shown only: nobody is told when one is used."""

    async def nobody(*_: Any) -> Any:
        return []

    return tree(client, nobody, nobody, nobody, nobody)


def _goal(typed: Typed, typing: Typing) -> app_commands.Group:
    root = app_commands.Group(
        name=GOAL, description="Goals: an agent works, verifiers decide when it is done"
    )
    groups: dict[str, app_commands.Group] = {}
    for one in definitions():
        parent = root
        if one.group not in DIRECT and one.name not in OFTEN:
            parent = groups.get(one.group) or _group(root, one.group)
            groups[one.group] = parent
        parent.add_command(_command(one, typed, typing))
    return root


def _group(root: app_commands.Group, name: str) -> app_commands.Group:
    about = {
        Group.LOOK: "what was done and found",
        Group.CHANGE: "change a goal while it runs",
        Group.CHANNEL: "this channel",
    }
    return app_commands.Group(name=name, description=about.get(Group(name), name), parent=root)


def _command(one: Definition, typed: Typed, typing: Typing) -> app_commands.Command[Any, ..., None]:
    names = {argument.name.replace("-", "_"): argument for argument in one.arguments}

    async def filled_in(interaction: discord.Interaction, **given: Any) -> None:
        said = {names[name].name: value for name, value in given.items() if value is not None}
        await typed(interaction, one, said)

    parameters = [Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD)]
    parameters += [_parameter(name, argument) for name, argument in names.items()]
    filled_in.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    made: Any = filled_in
    made = app_commands.describe(**{name: argument.description for name, argument in names.items()})(made)
    made = app_commands.rename(**{name: argument.name for name, argument in names.items()})(made)
    fixed = {name: argument.choices for name, argument in names.items() if argument.choices}
    made = app_commands.choices(**{name: _choices(map(Offer, choices)) for name, choices in fixed.items()})(
        made
    )
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=one.name, description=one.description, callback=made
    )
    for name, argument in names.items():
        if argument.name in FIELDS and not argument.choices:
            command.autocomplete(name)(_offering(one, argument.name, typing))
    return command


def _parameter(name: str, argument: Argument) -> Parameter:
    kind = KINDS[argument.kind]
    default = Parameter.empty if argument.required else None
    annotation = kind if argument.required else kind | None
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _offering(one: Definition, field: str, typing: Typing) -> Any:
    async def offer(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return _choices(await typing(interaction, one, field, current))

    return offer


def _choices(offered: Iterable[Offer]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=cut(one.shown, LONGEST), value=one.value) for one in offered]


def _in_menu(name: str, told: Picked) -> app_commands.ContextMenu:
    async def picked(interaction: discord.Interaction, message: discord.Message) -> None:
        await told(interaction, message)

    return app_commands.ContextMenu(name=name, callback=picked)
