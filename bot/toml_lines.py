"""Where in a TOML file a key stands, so that a refusal can name the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence

_HEADER = re.compile(r"\s*\[\[?(?P<key>.+?)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?P<key>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'|\s*\.\s*)+?)\s*=""")


def line_of(text: str, path: Sequence[str]) -> int:
    """The line, from 1, of the longest part of a key's path that the file spells; 1 when it spells none."""
    best, line = 0, 1
    for number, found in _keys(text):
        depth = len(found)
        if depth > best and tuple(path[:depth]) == found:
            best, line = depth, number
    return line


def line_of_syntax_error(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The line, from 1, at which a file stops being TOML."""
    match = re.search(r"at line (\d+)", str(error))
    return int(match[1]) if match else text.count("\n") + 1


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every header and key with its whole path."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if (header := _HEADER.match(line)) is not None:
            table = _parts(header["key"])
            yield number, table
        elif (key := _KEY.match(line)) is not None:
            yield number, (*table, *_parts(key["key"]))


def _parts(key: str) -> tuple[str, ...]:
    """`a."b.c".d` as its parts; empty for what is no key."""
    try:
        found = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(found, dict):
        name, found = next(iter(found.items()))
        parts.append(name)
    return tuple(parts)
