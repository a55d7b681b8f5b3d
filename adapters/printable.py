"""What strangers wrote, for a terminal: shown, never obeyed."""

from __future__ import annotations

import re

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with every character that steers a terminal, or the direction of writing, replaced by �."""
    return _OBEYED.sub("�", text)
