"""What an agent may wait for: a time, within bounds. Everything else it names is said to it, and it goes on."""

from __future__ import annotations

from goals.domain import amounts
from goals.domain.findings import Parks

SHORTEST, LONGEST = 1.0, 7 * 86_400.0
"""Seconds that an agent may wait for at once."""


def parks(on: str, why: str = "") -> Parks:
    """What is waited for as an agent wrote it, with its seconds where it is a time within the bounds."""
    seconds = amounts.period(on)
    within = seconds is not None and SHORTEST <= seconds <= LONGEST
    return Parks(on, seconds if within else None, why)


def news(wanted: Parks) -> str:
    """What an agent that wanted to wait is told before its next turn."""
    why = f" ({wanted.why})" if wanted.why else ""
    if wanted.seconds is not None:
        return f"Before this turn you asked to wait for {wanted.on}{why}."
    return (
        f"You asked to wait for “{wanted.on}”{why}, which cannot be waited for yet:"
        " say a time from 1s to 7d, like 10m."
    )
