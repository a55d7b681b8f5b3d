"""Reads a file's text as JSON, YAML, TOML or CSV, whatever its ending says, into plain lists, tables and values."""

from __future__ import annotations

import csv
import io
import json
import math
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import yaml

MAX_DEPTH = 100
MAX_NODES = 200_000
MAX_TOML = 500_000
MAX_DOTS = 500
MAX_DIGITS = 100
MAX_KEY_DIGITS = 18
"""Longer whole numbers can be chosen so that a table takes quadratic time over them."""

_WHOLE, _BROKEN = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """The text is not what the file's ending says; the message ends a sentence."""


def read(name: str, text: str) -> Any:
    """Raises Unreadable. Blocks: run it in a thread."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in _READERS:
        raise Unreadable(f"cannot be read: an expression needs a file that ends in {', '.join(_READERS)}")
    try:
        return _READERS[ending](text)
    except (ValueError, yaml.YAMLError, csv.Error, RecursionError) as wrong:
        raise Unreadable(f"is not valid {ending[1:].upper()}: {_first_line(wrong)}") from None


def _yaml(text: str) -> Any:
    """YAML without repetition that grows: references are counted as what they stand for before they are followed."""
    _fathom(text)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        _weigh(node, {}, set())
        return loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _fathom(text: str) -> None:
    """Refuse what is nested too deep before the library recurses over it: in C that ends the process."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise ValueError("it is nested too deep")
        if count > 2 * MAX_NODES:
            raise ValueError("it holds too much")


def _weigh(node: Any, known: dict[int, int], above: set[int]) -> int:
    if id(node) in above:
        raise ValueError("it contains itself")
    if id(node) in known:
        return known[id(node)]
    _measure(node)
    above.add(id(node))
    weight = 1 + sum(_weigh(child, known, above) for child in _children(node))
    above.discard(id(node))
    if weight > MAX_NODES:
        raise ValueError("its references stand for too much")
    known[id(node)] = weight
    return weight


def _measure(node: Any) -> None:
    """Refuse numbers that take the library time with the square of their length (`1:59:59:…`), or a table's keys."""
    if node is not None and node.tag in (_WHOLE, _BROKEN) and len(node.value) > MAX_DIGITS:
        raise ValueError("it holds a number that is too large")
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if any(key.tag == _WHOLE and len(key.value) > MAX_KEY_DIGITS for key in keys):
        raise ValueError("it has a number that is too large as a key")


def _children(node: Any) -> list[Any]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _toml(text: str) -> Any:
    """TOML without long dotted keys: the library's memory grows with the square of their parts."""
    if len(text) > MAX_TOML or any(line.count(".") > MAX_DOTS for line in text.splitlines()):
        raise ValueError("it holds too much")
    return tomllib.loads(text)


def _csv(text: str) -> list[dict[str, Any]]:
    """A row per line under the header; a cell that is written like a number is one."""
    lines = csv.reader(io.StringIO(text))
    names = next(lines, [])
    rows: list[dict[str, Any]] = []
    for line in lines:
        rows.append(dict(zip(names, map(_cell, line), strict=False)))
        if len(rows) * max(len(names), 1) > MAX_NODES:
            raise ValueError("it holds too much")
    return [row for row in rows if row]


def _cell(cell: str) -> Any:
    try:
        number = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    return number if type(number) in (int, float) and math.isfinite(number) else cell


def _json_lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


_READERS: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".jsonl": _json_lines,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
    ".csv": _csv,
}
