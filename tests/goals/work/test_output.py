"""What a command printed is cleaned before it is cut, and where it was cut no half of a word stays."""

import pytest

from goals.work.output import LONGEST_LINE, readable, unbroken
from goals.work.redact import Redactor

KEY = "hunter2-correct-horse"
CLEAN = Redactor([KEY]).clean


@pytest.mark.parametrize("at", [LONGEST_LINE // 2 - 5, LONGEST_LINE // 2, LONGEST_LINE])
def test_a_secret_through_which_a_long_line_is_cut_is_taken_out_before(at: int) -> None:
    line = ("a " * (at // 2) + KEY + " b" * LONGEST_LINE)[: 2 * LONGEST_LINE]
    shown = readable(line.encode(), CLEAN)
    assert (KEY[:6] in shown, KEY[-6:] in shown, "characters …" in shown) == (False, False, True)


def test_a_secret_with_terminal_codes_in_it_is_taken_out() -> None:
    raw = f"it is {KEY[:7]}\x1b[31m{KEY[7:]}\x1b[0m".encode()
    assert readable(raw, CLEAN) == "it is [redacted]"


@pytest.mark.parametrize(
    ("head", "tail", "kept"),
    [
        (b"all of it", b"", (b"all of it", b"")),
        (b"one two ghp_ab", b"cdef three four", (b"one two ", b" three four")),
        (b"one two\n", b"\nthree", (b"one two\n", b"\nthree")),
        (b"x" * 2_000, b"y" * 2_000, (b"x" * 1_488, b"y" * 1_488)),
        (b"short", b"words", (b"", b"")),
    ],
)
def test_the_word_through_which_an_output_was_cut_goes(
    head: bytes, tail: bytes, kept: tuple[bytes, bytes]
) -> None:
    assert unbroken(head, tail) == kept
