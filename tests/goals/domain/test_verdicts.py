"""Case 18: a finding that differs only in noise is the same finding."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain.verdicts import HEAD, TAIL, fingerprint, fold, piece

SAME = [
    ("3 failed in 0.12s", "3 failed in 14.5s"),
    ("3 failed in 61.02s (0:01:01)", "3 failed in 9.99s (0:00:09)"),
    ("took 12 ms", "took 981.3 ms"),
    ("Ran 4 tests in 0.001s", "Ran 4 tests in 1.204s"),
    ("done in 1m 3s", "done in 2m 41s"),
    ("at 2026-11-02T14:02:33.120Z", "at 2026-11-03T09:00:01.004Z"),
    ("[14:02:33] FAIL", "[09:31:07] FAIL"),
    ("Mon Nov 2 14:02:33 2026 x", "Tue Nov 13 04:12:31 2026 x"),
    ("open /tmp/tmpab12cd34/out.json", "open /tmp/tmpzz99yy11/out.json"),
    ("see /tmp/pytest-of-root/pytest-12/test_a0", "see /tmp/pytest-of-root/pytest-13/test_a0"),
    ("<Order object at 0x7f3a1c0>", "<Order object at 0x55d0ffee>"),
    ("commit 4583d10 failed", "commit 9ab0c12 failed"),
    ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-4266141740ff"),
    ("killed pid 4711", "killed pid 12"),
    ("listening on 127.0.0.1:43123", "listening on 127.0.0.1:9"),
    ("\x1b[31mFAILED\x1b[0m here", "FAILED here"),
    ("one  space \n", "one space"),
]
DIFFERENT = [
    ("3 failed, 9 passed", "2 failed, 10 passed"),
    ("test_a failed", "test_b failed"),
    ("shop.py:14: AssertionError", "shop.py:15: AssertionError"),
    ("coverage 81%", "coverage 82%"),
    ("expected 100 got 99", "expected 100 got 98"),
    ("exit code 1", "exit code 2"),
    ("1234567 rows are wrong", "1234568 rows are wrong"),
    ("the wall is defaced", "the wall is effaced"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_noise_makes_no_new_finding(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_a_different_finding_stays_different(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@given(failed=st.integers(0, 999), one=st.floats(0, 1e4), other=st.floats(0, 1e4))
def test_only_the_count_tells_two_summaries_apart(failed: int, one: float, other: float) -> None:
    first = fold(f"{failed} failed in {one:.2f}s")
    assert first == fold(f"{failed} failed in {other:.2f}s")
    assert first != fold(f"{failed + 1} failed in {one:.2f}s")


@given(st.text(max_size=300))
def test_any_text_folds_to_a_bounded_one(text: str) -> None:
    assert len(fold(text * 40)) <= HEAD + TAIL


@pytest.mark.parametrize(
    "piece", ["/tmp", "/a", "0", "a", "f0", "1:", "12 ", "-", " ", "\t", "<duration>", "\x1b[", "tmp"]
)
def test_folding_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    fold(piece * (150_000 // len(piece)))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("begin", "end", "kept"),
    [
        (0, 13, "one two three"),
        (0, 5, "one "),
        (5, 13, " three"),
        (4, 7, "two"),
        (5, 6, ""),
        (0, 3, "one"),
        (0, 99, "one two three"),
    ],
)
def test_a_piece_of_a_text_has_whole_words_only(begin: int, end: int, kept: str) -> None:
    assert piece("one two three", begin, end) == kept
