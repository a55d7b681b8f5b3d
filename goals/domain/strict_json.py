"""JSON that strangers wrote, read without surprises: no repeated keys, no NaN, bounded depth."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 20

_FENCE = "```"

# A text that ends in the middle of an escape has to match too: failing there, once per quote, takes quadratic time.
_MARK = re.compile(r'"(?:\\.|[^"\\])*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


def read(text: str) -> Any:
    """The value of a JSON text. Raises ValueError with what is wrong and where."""
    if any(depth > MAX_DEPTH for _, depth in _depths(text)):
        raise ValueError(f"it is nested more than {MAX_DEPTH} deep")
    return _STRICT.decode(text)


def lone_object(text: str, longest: int) -> dict[str, Any] | None:
    """The one object that a model's answer is, bare or as the only thing in one fence; None for anything else.

    An answer of more than `longest` characters or bytes is none.
    """
    if len(text) > longest or len(text.encode("utf-8", "replace")) > longest:
        return None
    try:
        answer = read(_unfenced(text.strip()))
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def end(text: str) -> int | None:
    """Where the object or list that a text begins with ends; None when it does not."""
    return next((at for at, depth in _depths(text) if depth == 0), None)


def _unfenced(text: str) -> str:
    if not (text.startswith(_FENCE) and text.endswith(_FENCE)):
        return text
    return text[len(_FENCE) : -len(_FENCE)].removeprefix("json").strip()


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """After each bracket outside strings: the position behind it, and how deep that is."""
    depth = 0
    for mark in _MARK.finditer(text):
        step = {"{": 1, "[": 1, "}": -1, "]": -1}.get(mark[0], 0)
        depth += step
        if step:
            yield mark.end(), depth


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key in times if times[key] > 1)
        raise ValueError(f"the key {twice[:60]!r} is there twice")
    return named


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)
