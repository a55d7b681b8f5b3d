"""Cuts what a model is shown to a size that leaves room for the rest: the middle of a text, the end of a line."""

from __future__ import annotations

HEAD = 4_000
TAIL = 8_000
LINE = 2_000


def middle_out(text: str, size: int | None = None) -> str:
    """The first HEAD and last TAIL characters; `size` in bytes is said where more was printed than is here."""
    if len(text) <= HEAD + TAIL:
        return text
    left_out = f"{len(text) - HEAD - TAIL:,} characters" if size is None else f"of {size:,} bytes the middle"
    return f"{text[:HEAD]}\n[… {left_out} left out …]\n{text[-TAIL:]}"


def line(text: str, longest: int = LINE) -> str:
    if len(text) <= longest:
        return text
    return f"{text[:longest]} [… this line goes on]"
