"""Forms go out within Slack's limits, and what was filled in comes back as it was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat import Press
from adapters.language import Start, parse
from adapters.slack.views import (
    Submission,
    ask_modal,
    goal_modal,
    problems,
    read_submission,
)
from adapters.verbs import Place
from goals.domain.contract import Asked
from goals.domain.values import Origin, Person
from tests.given import NOW
from tests.peers.slack.limits import view_problems

THERE = Origin("slack", "C1", "1700.1", "1700.1", "T1")
ANA = Person("U1", "ana", "slack", "T1")


def pressed(action: str, value: str) -> dict[str, Any]:
    return ask_modal(Press("k", ANA, THERE, "1700.2", action, value))


def filled(view: dict[str, Any], **said: str) -> dict[str, Any]:
    """A form as it comes back."""
    values: dict[str, Any] = {name: {name: {"value": text}} for name, text in said.items()}
    return view | {"state": {"values": values}}


def goal_of(view: dict[str, Any]) -> Asked:
    given = read_submission(view)
    assert given is not None
    read = parse(f"/goal {given.text}", Place(thread=False, unfinished=False), NOW)
    assert isinstance(read, Start)
    return read.asked


def test_the_question_of_a_button_is_asked_and_comes_back_with_its_value() -> None:
    view = pressed("deny", "a1b2\nWhy not? The agent is told.")
    asked = view["blocks"][0]["label"]["text"]
    assert (asked, view["blocks"][0]["optional"], read_submission(filled(view, text=" too risky "))) == (
        "Why not? The agent is told.",
        True,
        Submission("C1", "1700.1", "1700.2", "deny", "a1b2", "too risky"),
    )


def test_a_goal_is_made_of_a_message_with_what_was_filled_in() -> None:
    view = goal_modal("fix &lt;it&gt;", THERE, "1700.1")
    assert view["blocks"][0]["element"]["initial_value"] == "fix <it>"
    said = filled(
        view,
        objective="fix <it>\nverify: this is no option",
        criteria="- it is fixed\n\nit stays fixed",
        verify="pytest -q",
        constraints="no new dependency",
        budget="$5, 20 turns, 2h",
    )
    assert goal_of(said) == Asked(
        "fix <it>\nverify: this is no option",
        criteria=("it is fixed", "it stays fixed"),
        constraints=("no new dependency",),
        verify=("pytest -q",),
        max_usd=5.0,
        max_turns=20,
        max_seconds=7200.0,
    )


def test_who_is_not_sure_yet_gets_a_draft() -> None:
    view = filled(goal_modal("fix it", THERE, "1700.1"), objective="fix it")
    view["state"]["values"]["draft"] = {"draft": {"selected_options": [{"value": "draft"}]}}
    given = read_submission(view)
    assert given is not None and given.text == "draft fix it"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (
            {"objective": "fix it", "budget": "20 turns, plenty"},
            {"budget": "“plenty” is no limit: write $5, 20 turns, 2h or 50k tokens."},
        ),
        (
            {"objective": "  "},
            {"objective": "The objective is blank (0 characters): say what is to be reached."},
        ),
        ({"objective": "fix it", "budget": "$5"}, {}),
    ],
)
def test_what_is_not_understood_is_said_beside_its_input(said: dict[str, str], wrong: dict[str, str]) -> None:
    assert problems(filled(goal_modal("", THERE, "1700.1"), **said)) == wrong


def test_a_form_of_somebody_else_is_left_alone() -> None:
    assert read_submission({"callback_id": "theirs", "private_metadata": "{}"}) is None


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=50), st.integers(1, 200))
def test_every_form_fits_into_what_slack_takes(text: str, times: int) -> None:
    views = (
        goal_modal(text * times, THERE, "1"),
        pressed("deny", f"a1b2\n{text * times}"),
        pressed("x", "v"),
    )
    assert [view_problems(view) for view in views] == [[], [], []]


def test_what_a_form_knows_of_its_place_is_ids_only() -> None:
    assert json.loads(pressed("deny", "a1b2")["private_metadata"]) == {
        "channel": "C1",
        "thread": "1700.1",
        "message": "1700.2",
        "action": "deny",
        "value": "a1b2",
        "text": "",
    }
