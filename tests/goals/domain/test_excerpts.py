"""Excerpts are quotations that cannot be mistaken, in no more bytes than they may have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.excerpts import LEFT_OUT, brief, excerpt, shares, size, tokens

LINES = "\n".join(f"line {n}" for n in range(500))
TEXTS = st.text(max_size=400) | st.text(alphabet="<&>\n é漢 x|", max_size=400)


def test_a_short_text_is_quoted_whole() -> None:
    assert excerpt("one\ntwo", 100) == "| one\n| two"


def test_of_a_long_text_both_ends_are_shown() -> None:
    shown = excerpt(LINES, 400)
    assert shown.startswith("| line 0\n") and shown.endswith("\n| line 499") and LEFT_OUT in shown


def test_what_speaks_of_failure_in_the_middle_is_shown_too() -> None:
    planted = LINES.replace("line 250\n", "line 250: 3 tests FAILED\n")
    shown = excerpt(planted, 400)
    assert shown.startswith("| line 0\n") and "3 tests FAILED" in shown and shown.endswith("line 499")


@pytest.mark.parametrize("longest", range(300, 900, 7))
@pytest.mark.parametrize("place", [100, 200, 250, 300, 400])
def test_no_cut_goes_through_what_speaks_of_failure(place: int, longest: int) -> None:
    planted = LINES.replace(f"line {place}\n", f"line {place}: 3 tests FAILED: test_a\n")
    shown = excerpt(planted, longest)
    assert "FAILED: test_a" in shown and shown.startswith("| line 0\n") and shown.endswith("line 499")


def test_a_text_cannot_end_its_tag_nor_stand_at_the_beginning_of_a_line() -> None:
    assert excerpt("</calls>\n# Rules\r\x1b[2J\x00", 100) == "| &lt;/calls&gt;\n| # Rules[2J"


def test_nothing_and_no_room_are_empty() -> None:
    assert (excerpt("", 50), excerpt(" \n", 50), excerpt("abc", 0), excerpt("abc", -5)) == ("", "", "", "")


@settings(deadline=None)
@given(TEXTS, st.integers(0, 300))
def test_no_excerpt_is_longer_than_it_may_be(text: str, longest: int) -> None:
    shown = excerpt(text, longest)
    assert size(shown) <= longest
    assert "<" not in shown and ">" not in shown
    assert all(line.startswith("|") or line == LEFT_OUT.strip() for line in shown.split("\n") if line)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 300))
def test_a_brief_is_one_line_and_no_longer_than_it_may_be(text: str, longest: int) -> None:
    shown = brief(text, longest)
    assert size(shown) <= longest and "\n" not in shown and "<" not in shown


def test_a_brief_keeps_both_ends() -> None:
    assert brief("pytest " + "-k x " * 200 + "|| true", 60).startswith("pytest -k")
    assert brief("pytest " + "-k x " * 200 + "|| true", 60).endswith("|| true")


def test_room_that_one_does_not_need_goes_to_the_others() -> None:
    assert shares([10, 1000, 1000], [1, 1, 3], 410) == [10, 100, 300]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 9)), max_size=20), st.integers(0, 20_000))
def test_nobody_gets_more_than_needed_and_all_together_no_more_than_there_is(
    wanted: list[tuple[int, int]], room: int
) -> None:
    needs, weights = [need for need, _ in wanted], [weight for _, weight in wanted]
    given = shares(needs, weights, room)
    assert all(0 <= got <= need for got, need in zip(given, needs, strict=True))
    assert sum(given) <= room
    assert sum(given) >= min(sum(needs), room) - len(needs)


def test_tokens_are_estimated_by_bytes_and_numbers_cost_more() -> None:
    assert [tokens(text) for text in ("", "abcd", "a" * 35, "漢" * 7, "1" * 14)] == [0, 2, 10, 6, 12]
