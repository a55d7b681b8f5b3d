"""A platform's own commands with fields to fill in, as the text of the goal language that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters import language
from adapters.definitions import MONITOR, START, Definition
from adapters.language import Start
from adapters.spelling import spelled
from adapters.verbs import Place, is_named
from goals.domain.errors import BadRequest
from goals.domain.nearest import shown

GOAL = "goal"
OBJECTIVE = "objective"

Given = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Typed:
    """The text, and the verb that it is; empty where it starts a goal."""

    text: str
    verb: str = ""


def typed(command: Definition, given: Given, now: datetime) -> Typed:
    """What was filled in, by the names of the command's arguments. `now` (aware) is what deadlines are counted from.

    Raises BadRequest for what cannot be read right.
    """
    if command.name in (START, MONITOR):
        return Typed(_start(command.name == MONITOR, given, now))
    verb = command.name.replace("-", " ")
    return Typed(_verb(verb, given), verb)


def _start(monitor: bool, given: Given, now: datetime) -> str:
    """As somebody would write it, where that is read as the same; else with everything spelled out."""
    named = [(name, value) for name, value in given.items() if name != OBJECTIVE and value is not False]
    named += [("monitor", True)] if monitor else []
    objective = str(given.get(OBJECTIVE, ""))
    asked = language.start(objective, named, now).asked
    written = " ".join(("/goal", *(_option(name, value) for name, value in named), objective))
    return written if _reads_as(written, Start(asked), now) else spelled(asked)


def _option(name: str, value: str | int | bool) -> str:
    if value is True:
        return f"--{name}"
    text = str(value)
    return f'--{name} "{text}"' if not text or " " in text else f"--{name} {text}"


def _reads_as(text: str, start: Start, now: datetime) -> bool:
    try:
        return language.parse(text, Place(), now) == start
    except BadRequest:
        return False


def _verb(verb: str, given: Given) -> str:
    goal = str(given.get(GOAL, "")).strip().lower()
    if goal and not is_named(goal):
        raise BadRequest(f"{shown(goal)} is no goal's id; ids look like `g7k2`.")
    argument = next((str(value) for name, value in given.items() if name != GOAL), "").strip()
    return " ".join(part for part in ("/goal", goal, verb, argument) if part)
