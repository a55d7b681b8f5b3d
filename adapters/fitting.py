"""What a platform can carry of a message: its own people are addressed, and no text has what its wire refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adapters.chat import Body
from goals.clean import without


def fit(body: Body, platform: str, sound: Callable[[str], str]) -> Body:
    """The same without people of other platforms, each text made `sound`; files stay as they are."""
    addressed = tuple(person for person in body.addressed if person.platform == platform)
    said = without(replace(body, files=(), addressed=()), sound)
    return replace(said, files=body.files, addressed=addressed)
