"""A conversation that is kept says what one says that is made of the same steps."""

from collections.abc import Sequence
from typing import Any

import pytest

from goals.agents.conversation import Conversation, live
from goals.agents.talks import REMEMBERED, Talks
from goals.domain.values import Step
from tests.given import NOW


def step(kind: str, number: int = 1, turn: int = 1, **body: Any) -> Step:
    return Step(turn, number, kind, body, NOW)


def reply(*ids: str, counted: int = 0, turn: int = 1) -> Step:
    made = [{"id": id_, "name": "shell", "arguments": "{}"} for id_ in ids]
    return step("reply", turn=turn, text="I look.", calls=made, input=counted)


FIRST = (
    step("prompt", 0, text="go on"),
    reply("a", "b", counted=900),
    step("call", id="a"),
    step("result", id="a", text="fine"),
)
SUMMARY = step("summary", 2, 2, text="in short", summary="in short", kept=1)
LATER = {
    "nothing": (),
    "a result of a call before": (step("result", id="b", text="at last"),),
    "a turn": (step("prompt", 0, 2, text="and now"), reply("a", counted=0, turn=2)),
    "a turn that was counted": (step("prompt", 0, 2, text="and now"), reply("a", counted=2_000, turn=2)),
    "a summary": (step("prompt", 0, 2, text="and now"), SUMMARY),
    "what comes after a summary": (SUMMARY, reply("c", counted=50, turn=2)),
}


def said(talk: Conversation) -> tuple[Any, ...]:
    return talk.messages("head"), talk.tokens, talk.beside


def gone_on(first: Sequence[Step], then: Sequence[Step]) -> Conversation:
    """The conversation of a turn that comes after the first was kept."""
    talks = Talks()
    talks.keep("g7k2", first, talks.take("g7k2", first))
    return talks.take("g7k2", then)


@pytest.mark.parametrize("more", LATER.values(), ids=LATER)
def test_it_goes_on_as_if_it_were_made_anew(more: tuple[Step, ...]) -> None:
    steps = (*FIRST, *more)
    assert said(gone_on(FIRST, steps)) == said(live(steps).conversation())


@pytest.mark.parametrize(
    "others",
    [FIRST[:2], (*FIRST[:3], step("result", id="a", text="no")), (FIRST[0], *LATER["a turn"]), ()],
    ids=["fewer", "another end", "another middle", "none"],
)
def test_of_other_steps_it_is_made_anew(others: tuple[Step, ...]) -> None:
    assert said(gone_on(FIRST, others)) == said(live(others).conversation())


def test_goals_do_not_hear_each_other() -> None:
    talks = Talks()
    talks.keep("g7k2", FIRST, talks.take("g7k2", FIRST))
    assert said(talks.take("g8", LATER["a turn"])) == said(live(LATER["a turn"]).conversation())


def test_a_conversation_belongs_to_who_took_it() -> None:
    talks = Talks()
    talks.keep("g7k2", FIRST, talks.take("g7k2", FIRST))
    talks.take("g7k2", FIRST).add(step("steer", 1, text="not stored"))
    assert said(talks.take("g7k2", FIRST)) == said(live(FIRST).conversation())


def test_only_the_last_ones_are_kept() -> None:
    talks = Talks()
    first = talks.take("g0", FIRST)
    for number in range(REMEMBERED + 1):
        talks.keep(f"g{number}", FIRST, first if number == 0 else Conversation())
    assert talks.take("g0", FIRST) is not first
