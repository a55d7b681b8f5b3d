"""Takes the secrets out of values: every text in them is cleaned, all else stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from goals.codec import from_plain, to_plain

Clean = Callable[[str], str]
"""Gives a text without the secrets in it; doing it again changes nothing."""

T = TypeVar("T")


def without(value: T, clean: Clean) -> T:
    """A frozen value of ours, cleaned; itself where there is nothing to take out."""
    plain = to_plain(value)
    cleaned = every_text(plain, clean)
    return value if cleaned is plain else from_plain(type(value), cleaned)


def every_text(plain: Any, clean: Clean) -> Any:
    """Lists, dicts and scalars with every text cleaned; the very same object where there is nothing to take out."""
    texts = dict.fromkeys(_texts(plain))
    # One look at all of them is much cheaper than one at each.
    together = "\0".join(texts)
    if clean(together) == together:
        return plain
    return _with(plain, {text: clean(text) for text in texts})


def _texts(plain: Any) -> Iterator[str]:
    if isinstance(plain, str):
        yield plain
    elif isinstance(plain, dict):
        for key, value in plain.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from _texts(value)


def _with(plain: Any, known: dict[str, str]) -> Any:
    if isinstance(plain, str):
        return known[plain]
    if isinstance(plain, dict):
        return {_with(key, known): _with(value, known) for key, value in plain.items()}
    return [_with(value, known) for value in plain] if isinstance(plain, list) else plain
