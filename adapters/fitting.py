"""What a platform can carry of a message: its own people are addressed, and no text has what no wire takes."""

from __future__ import annotations

from dataclasses import replace

from adapters.chat import Body
from goals.clean import without


def fit(body: Body, platform: str) -> Body:
    """The same without people of other platforms and halves of characters; files stay as they are."""
    addressed = tuple(person for person in body.addressed if person.platform == platform)
    said = without(replace(body, files=(), addressed=()), _sound)
    return replace(said, files=body.files, addressed=addressed)


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
