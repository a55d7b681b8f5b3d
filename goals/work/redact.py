"""Takes secrets out of a text before anybody reads it: the configured ones first, then known shapes, then chance."""

from __future__ import annotations

from collections.abc import Collection

from goals.work import entropy, shapes
from goals.work.forms import Secrets

REDACTED = "[redacted]"

MOST_LOOKS = 5
"""What is taken out may bring to light what stood beside it."""


class Redactor:
    """Knows the configured secrets. Both methods take time linear in the text, and doing them again changes nothing."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = Secrets(secrets, REDACTED)

    def clean(self, text: str) -> str:
        """The same text with [redacted] for every secret: what people and models are shown."""
        for _ in range(MOST_LOOKS):
            before, text = text, entropy.clean(shapes.clean(self.own(text), REDACTED), REDACTED)
            if text == before:
                break
        return text

    def own(self, text: str) -> str:
        """The text without the configured secrets: for what is carried out, where a shape may be anything."""
        return self._secrets.clean(text)
