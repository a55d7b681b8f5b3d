"""What the bot knows to stand in a platform already: each post's key with its message, read back where there is doubt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

MOST = 5_000
"""Keys and threads that are remembered."""
PART, FILE = " part ", " file "
"""Behind the key of a message, before what belongs to it."""
SKEW = 300
"""Seconds by which a platform's clock and ours may differ."""


def part(key: str, number: int) -> str:
    """The key of the `number`th message, from 1, of what is too long for one."""
    return key if number == 1 else f"{key}{PART}{number}"


def attached(key: str, name: str) -> str:
    """The key of a file that belongs to the message with a key."""
    return f"{key}{FILE}{name}"


def refused(key: str, name: str) -> str:
    """The key of the message that says that such a file cannot be attached."""
    return f"{key}{PART}{name}"


def whole(key: str) -> str:
    """The key of what a part belongs to."""
    return key.partition(PART)[0]


class Memory:
    """Bounded, and only of this process: what an earlier one posted is read back once per thread."""

    def __init__(self, started: float) -> None:
        """`started` is the time of this process's start, in seconds since 1970."""
        self._started = started
        self._posted: OrderedDict[str, str] = OrderedDict()
        self._read: OrderedDict[str, None] = OrderedDict()
        self._doubtful: set[str] = set()

    def posted(self, key: str) -> str:
        """The id of the message with a key; empty where none is known."""
        return self._posted.get(key, "")

    def keep(self, known: Mapping[str, str]) -> None:
        self._posted |= known
        _shorten(self._posted)

    def doubt(self, key: str) -> None:
        """It, or what follows it, may or may not have been posted."""
        self._doubtful.add(whole(key))

    def needs_reading(self, key: str, thread_key: str, began: float | None) -> bool:
        """Whether only the platform knows if a post is there: it is in doubt, or an earlier process may have posted it.

        `began` is when its thread began, in seconds since 1970; None outside of threads.
        """
        if key in self._doubtful:
            return True
        read = key in self._posted or thread_key in self._read
        return not read and not self._is_younger(began)

    def was_read(self, key: str, thread_key: str) -> None:
        self._doubtful.discard(key)
        self._read[thread_key] = None
        _shorten(self._read)

    def _is_younger(self, began: float | None) -> bool:
        return began is not None and began > self._started + SKEW


def _shorten(known: OrderedDict[str, Any]) -> None:
    while len(known) > MOST:
        known.popitem(last=False)
