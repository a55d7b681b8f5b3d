"""Finds where the output of a program speaks of failure, whatever its exit code was."""

from __future__ import annotations

import re

ENDING = 200
"""Characters; the rarer words are looked for only so far from the end of an output."""

_LOUD = ("FAILED", "Traceback", "ERROR", "Error:", "Exception:")
_COMMON = ("fail", "error")
_RARER = ("exception", "fatal", "panic", "abort", "denied", "refused", "timed out", "not found", "not ok ")
_NONE = re.compile(r"(?:^|\W)(?:0|no) $", re.IGNORECASE)
_TRIES = 10
_LONGEST_LINE = 300


def speaks(text: str) -> bool:
    """Whether there may be talk of failure. Quick, and rather once too often."""
    low = text.lower()
    if "fail" in low or "error" in low:
        return True
    ending = low[-ENDING:]
    for word in _RARER:  # noqa: SIM110 (a generator takes twice the time, and this is asked thousands of times)
        if word in ending:
            return True
    return False


def spot(text: str) -> int | None:
    """Where the last and loudest talk of failure is; "0 failed" and "no errors" are none."""
    if not speaks(text):
        return None
    low = text.lower()
    for talk, words in ((text, _LOUD), (low, _COMMON), (low, _RARER)):
        at = max(_last(talk, word) for word in words)
        if at >= 0:
            return at
    return None


def line(text: str) -> str | None:
    """The line that speaks of failure, at most 300 characters of it; None where none does."""
    at = spot(text)
    if at is None:
        return None
    begin = max(text.rfind("\n", 0, at) + 1, at - _LONGEST_LINE // 2)
    return text[begin : begin + _LONGEST_LINE].partition("\n")[0]


def _last(text: str, word: str) -> int:
    """Where the word stands last without being denied; -1 when it does not."""
    at = text.rfind(word)
    for _ in range(_TRIES):
        if at < 0 or not _NONE.search(text[max(0, at - 4) : at]):
            return at
        at = text.rfind(word, 0, at)
    return -1
