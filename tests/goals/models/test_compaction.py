"""What a summary stands for, and what it is made from: cut only where nothing is torn apart, bounded, in order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain.excerpts import tokens
from goals.domain.values import Step
from goals.models import compaction
from tests.given import NOW

MANY = 10**6


def step(kind: str, turn: int = 1, number: int = 1, **body: Any) -> Step:
    return Step(turn, number, kind, body, NOW)


def turn(number: int, output: str = "fine") -> list[Step]:
    """A prompt, a reply that runs the tests, what came of it, and a last word."""
    call = {"id": "c1", "name": "shell", "arguments": '{"command": "pytest -q"}'}
    return [
        step("prompt", number, 0, text=f"# Turn {number}\n<found>\n- NOT MET: pytest\n</found>"),
        step("reply", number, 1, text="", calls=[call]),
        step("call", number, 1, **call),
        step("result", number, 1, id="c1", text=output, failed=False),
        step("reply", number, 2, text=f"Turn {number} is done.", calls=[]),
    ]


def test_what_is_newest_stays_as_it_is() -> None:
    steps = [*turn(1), *turn(2), *turn(3)]
    last = sum(map(compaction.weight, steps[10:]))
    assert compaction.boundary(steps, last, MANY) == 10


def test_the_last_reply_stays_with_its_results_even_when_these_are_long() -> None:
    steps = [*turn(1), *turn(2, "a long line of output\n" * 100)[:4]]
    assert compaction.boundary(steps, 50, MANY) == 6


def test_results_that_are_too_long_for_that_do_not_stay() -> None:
    steps = [*turn(1), *turn(2, "a long line of output\n" * 100)[:4]]
    assert compaction.boundary(steps, 50, 50) == len(steps)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 5), st.integers(0, 80))
def test_a_reply_is_never_torn_from_its_results(keep: int, most: int, turns: int, lines: int) -> None:
    steps = [s for n in range(1, turns + 1) for s in turn(n, "a line\n" * lines)]
    first = compaction.boundary(steps, keep, most)
    assert first == len(steps) or steps[first].kind in compaction.BEGINS


def test_a_digest_tells_words_calls_and_what_came_of_them_in_order() -> None:
    said = step("steer", text="People said:\n<said>\n- @ben: mind the &lt;docs&gt;\n</said>")
    told = compaction.digest([*turn(1)[:4], said, *turn(2)], 1_000)
    places = [
        told.find(part)
        for part in (
            "## Turn 1",
            "NOT MET",
            "pytest -q",
            "| fine",
            "mind the",
            "## Turn 2",
            "Turn 2 is done.",
        )
    ]
    assert places == sorted(places) and -1 not in places
    assert "mind the &lt;docs&gt;" in told


def test_a_call_that_nobody_knows_the_end_of_is_told_as_such() -> None:
    assert "nobody knows how it ended" in compaction.digest(turn(1)[:3], 1_000)


@pytest.mark.parametrize("room", [60, 400, 5_000])
def test_a_digest_is_bounded_and_its_end_is_kept(room: int) -> None:
    steps = [s for n in range(1, 201) for s in turn(n, "a line of output 123\n" * 90)]
    told = compaction.digest(steps, room)
    assert tokens(told) <= room and "Turn 200 is done." in told


def test_a_summary_without_a_model_begins_with_the_one_before() -> None:
    steps = [s for n in range(1, 201) for s in turn(n)]
    told = compaction.mechanical("ana wants it in Rust", steps, 300)
    assert told.startswith("| ana wants it in Rust") and "Turn 200 is done." in told and tokens(told) <= 310
