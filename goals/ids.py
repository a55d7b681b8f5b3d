"""The ids of goals and drafts: four characters that read well and are no word."""

from __future__ import annotations

import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"
GOALS_END, DRAFTS_END = LETTERS, DIGITS
"""What ids end with: the costs of a draft are booked under its own, which no other goal may have."""


def new_id(last: str = GOALS_END) -> str:
    """A letter, then one digit at least."""
    while True:
        middle = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(2))
        wanted = secrets.choice(LETTERS) + middle + secrets.choice(last)
        if any(c in DIGITS for c in wanted):
            return wanted
