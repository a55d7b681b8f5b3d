"""Takes the secrets out of values: every text in them is cleaned, all else stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, TypeVar

from goals.codec import from_plain, to_plain

Clean = Callable[[str], str]
"""Gives a text without the secrets in it; doing it again changes nothing."""

T = TypeVar("T")

REMEMBERED = 20_000
"""Texts."""

_NO_TEXT = (bool, int, float, NoneType, datetime, timedelta, Enum)
_WORDLESS = frozenset(_NO_TEXT)
_MANY = (tuple, list, set, frozenset)


class Once:
    """Cleans texts; what was found clean is not looked through again. Called from any thread.

    `known` are the hashes of texts in which there is nothing to take out.
    """

    def __init__(self, clean: Clean) -> None:
        self._clean = clean
        self.known: dict[int, None] = {}

    def __call__(self, text: str) -> str:
        if hash(text) in self.known:
            return text
        cleaned = self._clean(text)
        if cleaned == text:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[hash(text)] = None
        return cleaned


def without(value: T, clean: Clean) -> T:
    """Frozen values of ours, lists, dicts and scalars, cleaned; the very same where there is nothing to take out.

    Each text is looked at by itself: what stands beside it could hide what is in it.
    """
    if all(clean(text) == text for text in _texts(value)):
        return value
    cleaned: T = _cleaned(value, clean)
    return cleaned


def _texts(value: Any) -> Iterable[str]:
    """Every text in a value, once, in order."""
    found: dict[str, None] = {}
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = one.__class__
        if kind is str:
            found[one] = None
        elif kind not in _WORDLESS:
            waiting += reversed(_inside(kind)(one))
    return found


@cache
def _inside(kind: type) -> Callable[[Any], list[Any]]:
    """How to take a value of this kind apart."""
    if issubclass(kind, _NO_TEXT):
        return lambda value: []
    if issubclass(kind, str):
        return lambda value: [str(value)]
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        return lambda value: [getattr(value, name) for name in names]
    if issubclass(kind, dict):
        return lambda value: [*value, *value.values()]
    if issubclass(kind, _MANY):
        return list
    return lambda value: [to_plain(value)]


def _cleaned(value: Any, clean: Clean) -> Any:
    kind = value.__class__
    if issubclass(kind, _NO_TEXT):
        return value
    if issubclass(kind, str):
        return clean(str(value))
    if is_dataclass(kind):
        return replace(value, **{f.name: _cleaned(getattr(value, f.name), clean) for f in fields(kind)})
    if issubclass(kind, dict):
        return {_cleaned(key, clean): _cleaned(inner, clean) for key, inner in value.items()}
    if issubclass(kind, _MANY):
        return kind(_cleaned(inner, clean) for inner in value)
    return from_plain(kind, _cleaned(to_plain(value), clean))
