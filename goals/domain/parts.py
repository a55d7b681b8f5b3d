"""The parts into which the work is divided where several processes share a store, and how many processes do each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    TALK = "talk"
    """Hear the platforms, carry out what people say, deliver what is said to them, show the page."""
    DRIVE = "drive"
    """Work on goals."""
    WATCH = "watch"
    """Poll what goals wait for and what monitors watch."""
    FIRE = "fire"
    """Deliver hooks."""
    DRAFT = "draft"
    """Have drafts written."""


Absent = Mapping[Part, datetime]
"""The parts of which people are told that nobody does them, and since when."""
EVERYBODY_THERE: Absent = {}


def said(parts: Iterable[Part]) -> str:
    """What a process says of the parts that it does."""
    return " ".join(sorted(parts))


def counted(processes: Iterable[str | None]) -> dict[Part, int]:
    """How many of the processes do each part, by what they have said.

    One that says nothing is older than the question: it may do any of them. Words that only a later version knows
    count for nothing.
    """
    told = [None if each is None else each.split() for each in processes]
    return {part: sum(each is None or part in each for each in told) for part in Part}
