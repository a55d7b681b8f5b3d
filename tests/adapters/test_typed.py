"""What is filled into a platform's command is said as somebody would say it, and read as exactly that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import language
from adapters.definitions import definitions
from adapters.language import Start
from adapters.typed import Typed, typed
from adapters.verbs import Place
from goals.domain.errors import BadRequest
from tests.given import NOW

COMMANDS = {command.name: command for command in definitions()}

SAID = [
    ("start", {"objective": "fix it"}, Typed("/goal fix it")),
    (
        "start",
        {"objective": "fix the --tests", "verify": "pytest -q", "max-turns": 5, "max-usd": "$5"},
        Typed('/goal --verify "pytest -q" --max-turns 5 --max-usd $5 fix the --tests'),
    ),
    (
        "start",
        {"objective": "fix it", "auto-approve": True, "replace": False},
        Typed("/goal --auto-approve fix it"),
    ),
    ("start", {"objective": "status"}, Typed('/goal {\n  "objective": "status"\n}')),
    (
        "monitor",
        {"objective": "the shop answers", "every": "1m"},
        Typed("/goal --every 1m --monitor the shop answers"),
    ),
    ("board", {}, Typed("/goal board", "board")),
    ("wrap-up", {}, Typed("/goal wrap up", "wrap up")),
    ("status", {"goal": " G7K2 "}, Typed("/goal g7k2 status", "status")),
    ("deny", {"goal": "g7k2-1", "reason": "too risky"}, Typed("/goal g7k2-1 deny too risky", "deny")),
    ("remove", {"number": 2}, Typed("/goal remove 2", "remove")),
    ("move", {"goal": "g7k2", "move": "up"}, Typed("/goal g7k2 move up", "move")),
    ("budget", {"amount": "+$2"}, Typed("/goal budget +$2", "budget")),
    ("help", {"word": "--verify"}, Typed("/goal help --verify", "help")),
]


@pytest.mark.parametrize(("command", "given_", "said"), SAID, ids=[f"{c} {list(g)}" for c, g, _ in SAID])
def test_a_command_is_said_like_this(command: str, given_: dict[str, Any], said: Typed) -> None:
    assert typed(COMMANDS[command], given_, NOW) == said


def test_every_verb_with_what_it_takes_is_read_as_that_verb() -> None:
    taken = {"amount": "+$2", "duration": "30m", "move": "up", "number": 1, "word": "verify", "goal": "g7k2"}
    wrong = []
    for name, command in COMMANDS.items():
        filled = {argument.name: taken.get(argument.name, "so it is") for argument in command.arguments}
        said = typed(command, filled, NOW) if name not in ("start", "monitor") else None
        if said and getattr(language.parse(said.text, Place(True, True), NOW), "name", None) != said.verb:
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize(
    ("command", "given_", "sentence"),
    [
        ("status", {"goal": "the first"}, "“the first” is no goal's id; ids look like `g7k2`."),
        ("start", {"objective": "x", "max-usd": "lots"}, "`--max-usd` wants an amount above 0"),
        ("start", {"objective": "x", "priority": 500}, "`--priority` wants a whole number from -100 to 100"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(command: str, given_: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadRequest) as refused:
        typed(COMMANDS[command], given_, NOW)
    assert str(refused.value).startswith(sentence)


WORDS = st.text(alphabet="ab \"'“”-—{}$\\:=`", min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_whatever_is_filled_in_is_read_as_it_was_meant(accept: str, constraint: str) -> None:
    named = {"accept": accept, "constraint": constraint}
    said = typed(COMMANDS["start"], {"objective": "fix it", **named}, NOW)
    meant = language.start("fix it", list(named.items()), NOW)
    assert language.parse(said.text, Place(), NOW) == Start(meant.asked)
