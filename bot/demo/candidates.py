"""Where a failing test's fault may be, and small edits that may mend it: found by reading the files, as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.demo.repair import Edit, File, attributes, comparisons, names, numbers, operators

KINDS = (comparisons, numbers, attributes, operators, names)
"""The likeliest kind of fault first."""


@dataclass(frozen=True, slots=True)
class Change:
    """`old` is in the file exactly once and becomes `new`; `what` says it in a few words."""

    path: str
    old: str
    new: str
    what: str


def tested(path: str, text: str) -> str:
    """The file that a test file imports its subject from; empty where it is none beside it."""
    for node in _parsed(text).body:
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            folder = PurePosixPath(path).parents[node.level - 1]
            return str(folder / f"{node.module.replace('.', '/')}.py")
    return ""


def changes(path: str, source: str, test: str, method: str) -> Iterator[Change]:
    """Edits of the functions that a test's method calls, and of those that they call."""
    file = File(path, source.encode())
    places = _reached(file.tree, _called_by(_parsed(test), method))
    for kind in KINDS:
        for place in places:
            for body in file.functions(place):
                yield from (_change(source, edit) for edit in kind(file, body))


def _called_by(tree: ast.Module, method: str) -> set[str]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == method)
    return {name for function in functions for name in _names(function)}


def _reached(tree: ast.Module, called: set[str]) -> list[int]:
    """The first lines of the functions by these names, nearest first."""
    known = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    waiting, seen = sorted(called & known.keys()), list[str]()
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.append(name)
            waiting += sorted(_names(known[name]) & known.keys())
    return [min([f.lineno, *(d.lineno for d in f.decorator_list)]) for f in (known[name] for name in seen)]


def _names(function: ast.FunctionDef) -> set[str]:
    """Every name that a function uses, of attributes too."""
    nodes = [node for part in function.body for node in ast.walk(part)]
    return {n.id for n in nodes if isinstance(n, ast.Name)} | {
        n.attr for n in nodes if isinstance(n, ast.Attribute)
    }


def _change(source: str, edit: Edit) -> Change:
    """The edit with so many lines around it that its text is in the file once."""
    lines = source.split("\n")
    line = lines[edit.line - 1].encode()
    there = line[: edit.at] + edit.new.encode() + line[edit.at + len(edit.old.encode()) :]
    first = last = edit.line - 1
    while source.count("\n".join(lines[first : last + 1])) > 1:
        first, last = max(0, first - 1), min(len(lines) - 1, last + 1)
    old = "\n".join(lines[first : last + 1])
    new = "\n".join([*lines[first : edit.line - 1], there.decode(), *lines[edit.line : last + 1]])
    return Change(edit.path, old, new, f"line {edit.line}: `{edit.old}` → `{edit.new}`")


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.Module([], [])
