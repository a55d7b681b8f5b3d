"""Long texts in pieces: nothing is lost, each fits, and they end where a reader would pause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cutting import pieces


def heavy(text: str) -> int:
    """Each x counts for three."""
    return len(text) + 2 * text.count("x")


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        ("short", ["short"]),
        ("just so 10", ["just so 10"]),
        ("one two\nthree four", ["one two\n", "three four"]),
        ("no-spaces-at-all", ["no-spaces", "-at-all"]),
        ("xxx xxx xxx", ["xxx ", "xxx ", "xxx"]),
    ],
)
def test_a_text_is_cut_behind_lines_else_words_else_anywhere(text: str, cut: list[str]) -> None:
    assert list(pieces(text, 10, heavy)) == cut


@given(st.text("ax \n", max_size=300), st.integers(3, 40))
def test_no_piece_is_too_heavy_and_nothing_is_lost(text: str, room: int) -> None:
    cut = list(pieces(text, room, heavy))
    assert ("".join(cut), [piece for piece in cut if heavy(piece) > room or not piece]) == (text, [])
