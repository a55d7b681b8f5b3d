"""Where an output speaks of failure."""

import pytest

from goals.domain import failures


@pytest.mark.parametrize(
    "output",
    [
        "collected 3 items\n3 tests FAILED",
        "1 failed, 2 passed in 0.03s",
        "Traceback (most recent call last):\n  File x\nValueError: no",
        "make: *** [all] Error 2",
        "npm ERR! Test failed.",
        "fatal: not a git repository",
        "sh: 1: rufff: not found",
        "not ok 3 - adds",
        "panic: runtime error",
    ],
)
def test_talk_of_failure_is_found(output: str) -> None:
    assert failures.speaks(output) and failures.spot(output) is not None


@pytest.mark.parametrize("output", ["", "12 passed", "0 failed, 12 passed", "No errors found", "(0 errors)"])
def test_talk_of_no_failure_is_none(output: str) -> None:
    assert failures.spot(output) is None


def test_ten_failures_are_not_none() -> None:
    assert failures.line("ok\n10 failed\nbye") == "10 failed"


def test_the_loudest_line_is_told() -> None:
    assert failures.line("error log opened\nE  FAILED test_a\nerror log closed") == "E  FAILED test_a"


def test_a_line_without_end_is_cut_around_its_failure() -> None:
    told = failures.line("x" * 5_000 + " FAILED " + "y" * 5_000)
    assert told is not None and "FAILED" in told and len(told) == 300
