"""The language as platforms want commands defined: plain data, small enough for the strictest of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adapters import grammar
from adapters.grammar import OPTIONS, VERBS, Group, Option, Takes, VerbShape, priority
from goals.domain import amounts

START, MONITOR = "start", "monitor"
"""The commands that begin a goal."""

_WATCHED_TOO = ("verify", "deadline", "repo", "branch", "replace")

Kind = Literal["text", "whole", "yes_or_no"]


@dataclass(frozen=True, slots=True)
class Argument:
    """What a command takes; where there are `choices` it is one of them."""

    name: str
    description: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """One command: a verb, or `start` and `monitor`, which begin a goal. Names are lower case, with `-` between words."""

    name: str
    group: str
    description: str
    arguments: tuple[Argument, ...] = ()


def definitions() -> tuple[Definition, ...]:
    """`start` and `monitor` first, then every verb, in the order of the grammar."""
    return (_start(), _monitor(), *map(_verb, VERBS))


def _start() -> Definition:
    options = [option for option in OPTIONS if option.names and option.group is not Group.WATCH]
    objective = Argument("objective", "what is to be reached", required=True)
    return Definition(START, Group.START, "start a goal, or queue it", (objective, *map(_argument, options)))


def _monitor() -> Definition:
    """Its options are those of every goal that mean something without an agent, and those of monitors alone."""
    options = [
        option
        for option in OPTIONS
        if option.names and option.field != grammar.MONITOR
        if option.group is Group.WATCH or option.field in _WATCHED_TOO
    ]
    objective = Argument("objective", "what is waited for", required=True)
    return Definition(
        MONITOR, Group.START, "only watch, and say when it is met", (objective, *map(_argument, options))
    )


def _argument(option: Option) -> Argument:
    whole = option.read in (amounts.count, priority)
    kind: Kind = "yes_or_no" if option.flag else "whole" if whole else "text"
    choices = tuple(option.argument.split("|")) if "|" in option.argument else ()
    return Argument(option.names[0], option.help, kind, choices=choices)


def _verb(verb: VerbShape) -> Definition:
    goal = () if verb.group is Group.CHANNEL else (_goal(verb),)
    taken = () if verb.takes in (Takes.NOTHING, Takes.ID) else (_taken(verb),)
    needed_first = sorted((*goal, *taken), key=lambda argument: not argument.required)
    return Definition(verb.name.replace(" ", "-"), verb.group, verb.help, tuple(needed_first))


def _goal(verb: VerbShape) -> Argument:
    required = verb.takes in (Takes.ID, Takes.MOVE)
    return Argument("goal", "its id, like g7k2; in its thread it is known", required=required)


def _taken(verb: VerbShape) -> Argument:
    optional = verb.argument.startswith("[")
    name = verb.takes.value if verb.takes not in (Takes.FREE, Takes.WISH) else "text"
    kind: Kind = "whole" if verb.takes is Takes.NUMBER else "text"
    return Argument(name, f"{verb.help}: {verb.argument.removeprefix('ID ')}", kind, required=not optional)
