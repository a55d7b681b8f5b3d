"""Whatever we say, at any length, fits into what Discord takes, and nothing of it is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chat import Body, Card, File
from adapters.discord.parts import Part, Parts, parts, plain
from adapters.discord.shown import box, under
from goals.domain.values import Person
from tests.adapters.slack.test_parts import bodies as slack_bodies
from tests.adapters.slack.test_parts import short, wanted
from tests.peers.discord import limits
from tests.peers.discord.world import COMPONENTS_V2, Refused
from tests.peers.slack import gallery

ANA = Person("17", "ana", "discord", "1")

bodies = slack_bodies.map(
    lambda body: Body(
        body.text, body.card, body.buttons, (), "", False, body.warns, (ANA,) if body.addressed else ()
    )
)


def payloads(part: Part) -> list[dict[str, Any]]:
    """What Discord is sent for a part: words, a box, or both one after the other; and what an edit makes of it."""
    said = {"content": part.text, "components": under(part).to_components() if part.colour is None else []}
    drawn = {"components": box(part, 7).to_components(), "flags": COMPONENTS_V2}
    return [one for one in (said if part.text else {}, drawn) if one]


def refusals(made: Parts) -> list[Any]:
    found = []
    for part in made.messages:
        for payload in payloads(part):
            try:
                limits.message(payload, set())
            except Refused as refusal:
                found.append(refusal.body)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies)
def test_whatever_is_said_fits_into_what_discord_takes(body: Body) -> None:
    assert (refusals(parts(body)), refusals(plain(body))) == ([], [])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies)
def test_nothing_that_is_said_is_lost(body: Body) -> None:
    made = parts(body)
    if made.files:
        assert made.files == (File("whole.txt", body.text),)
        return
    said = squeezed("".join(texts(made)))
    lines = wanted(body) if body.card else [] if body.addressed else [body.text]
    assert [line for line in lines if squeezed(line) not in said] == []


def texts(made: Parts) -> list[str]:
    """All paragraphs, without what is said about which message belongs to which."""
    first, *rest = made.messages
    shown = [*first.shown, *(one for part in rest for one in (part.shown[1:] if part.colour else part.shown))]
    return [
        *(part.text for part in made.messages if part.colour is None),
        *(t for t in shown if isinstance(t, str)),
    ]


def squeezed(text: str) -> str:
    """Letters alone: markup and what is escaped differ, and words are cut anywhere."""
    return "".join(re.findall(r"[^\W_]", text))


@settings(max_examples=25, deadline=None)
@given(short.filter(str.strip), st.integers(1, 100))
def test_every_card_of_ours_fits_at_any_length(text: str, times: int) -> None:
    said = text * times
    shown = (gallery.card(said), gallery.approval(said), gallery.warning(said), gallery.audit(said))
    assert [refusals(parts(body)) for body in shown] == [[]] * 4


def test_the_card_of_a_goal_is_one_message_that_can_be_edited_in_place() -> None:
    assert parts(gallery.card("a very long objective " * 180)).rest == ()


def test_a_box_is_said_in_words_first_and_what_goes_on_from_it_is_not() -> None:
    body = Body("Goal g7k2 waits, @ana", Card("x", lines=("y" * 3_000,) * 3), addressed=(ANA,))
    assert [part.text for part in parts(body).messages] == ["Goal g7k2 waits, <@17>", "", ""]


@pytest.mark.parametrize("card", [None, Card(" ")])
def test_blank_words_are_something_all_the_same(card: Card | None) -> None:
    assert parts(Body(" \n", card)).first.text == "…"
