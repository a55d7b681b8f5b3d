"""Forms ask for the parts of a goal, and what was filled in is a goal of the language."""

from __future__ import annotations

import pytest

from adapters import forms
from adapters.buttons import Act
from adapters.language import Start, parse
from adapters.verbs import Place
from goals.domain.contract import Asked
from tests.given import NOW


def goal_of(**said: str) -> Asked:
    read = parse(f"/goal {forms.goal_text(said)}", Place(), NOW)
    assert isinstance(read, Start)
    return read.asked


def test_every_part_that_is_asked_for_comes_into_the_goal() -> None:
    said = dict(zip((part.name for part in forms.GOAL), ("a", "- b\n\nc", "d", "e", "$5, 2h"), strict=True))
    assert goal_of(**said) == Asked(
        "a", criteria=("b", "c"), verify=("d",), constraints=("e",), max_usd=5.0, max_seconds=7200.0
    )


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"objective": "fix it"}, {}),
        ({"objective": "fix it", "budget": "$5, 20 turns"}, {}),
        (
            {"objective": "fix it", "budget": "20 turns, plenty"},
            {"budget": "“plenty” is no limit: write $5, 20 turns, 2h or 50k tokens."},
        ),
        ({}, {"objective": "The objective is blank (0 characters): say what is to be reached."}),
    ],
)
def test_what_is_not_understood_is_said_of_its_input(said: dict[str, str], wrong: dict[str, str]) -> None:
    assert forms.problems(said) == wrong


def test_a_draft_is_asked_for_with_the_objective_alone() -> None:
    assert forms.draft_text({"objective": " fix it \n", "budget": "lots"}) == "draft fix it"


@pytest.mark.parametrize(
    ("action", "title", "optional"),
    [(Act.DENY, "Deny", True), (Act.EDIT, "Edit the goal", False), ("x", "Goalward", False)],
)
def test_a_button_that_wants_a_text_says_what_is_asked(action: str, title: str, optional: bool) -> None:
    asked = forms.question(action)
    assert (asked.title, asked.optional) == (title, optional)
