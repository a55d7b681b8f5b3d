"""Whom a text is for, where their names stand in it: each platform mentions them in its own way, once each."""

from __future__ import annotations

from collections.abc import Sequence

from goals.domain.values import Person


def parted(text: str, addressed: Sequence[Person]) -> list[str | Person]:
    """The text with each of them in the place of their name; whose name is not in it stands in front."""
    parts: list[str | Person] = [text]
    for person in addressed:
        found = next(
            (n for n, one in enumerate(parts) if isinstance(one, str) and person.mention in one), None
        )
        if found is None:
            parts[:0] = [person, " "]
        else:
            before, _, after = str(parts[found]).partition(person.mention)
            parts[found : found + 1] = [before, person, after]
    return parts
