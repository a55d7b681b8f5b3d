"""The files that decide what a goal's tests find: an agent may change them, and then people and the judge are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from re import split
from typing import Any

from goals.domain import runners
from goals.domain.protected import Kept, among, cover
from goals.domain.values import FileChange, Goal, Request, VerifierSpec

NAMED = 3
"""Files that are named in a sentence."""

_EVERY = tuple(dict.fromkeys(glob for runner in runners.RUNNERS.values() for glob in runner.files))


def kept(request: Request) -> Kept | None:
    """What of a goal's workspace is recorded even where git would ignore it, if anything."""
    watched = globs(request)
    return Kept(request.protect, watched) if request.protect or watched else None


def globs(request: Request) -> tuple[str, ...]:
    """What is watched for the goal's `test` verifiers, also for those inside `all`, `any` and `not`."""
    return tuple(dict.fromkeys(glob for spec in _tests(request.verifiers) for glob in _globs(spec.settings)))


def changed(goal: Goal, files: Sequence[FileChange] | None = None) -> tuple[str, ...]:
    """The watched files among those that differ from the base, but for the protected ones."""
    differing = goal.files if files is None else files
    found = among(globs(goal.request), differing) if differing else ()
    return tuple(path for path in found if not cover(goal.request.protect, path))


def told(paths: Sequence[str]) -> str:
    """`tests changed: tests/test_a.py, conftest.py and 2 more`; empty for none."""
    if not paths:
        return ""
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"tests changed: {', '.join(paths[:NAMED])}{more}"


def _tests(specs: Sequence[VerifierSpec]) -> Iterator[VerifierSpec]:
    for spec in specs:
        if spec.type == "test":
            yield spec
        yield from _tests(spec.parts)


def _globs(test: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the runner, or of every one where it is not known which; and the files that the command names."""
    line = test.get("command") or " ".join(test.get("argv") or ())
    runner = runners.of(line)
    return (*(runner.files if runner else _EVERY), *_files(line, test.get("cwd", ".")))


def _files(line: str, folder: str) -> Iterator[str]:
    for word in split(r"[\s;&|=:'\"]+", line):
        path = PurePosixPath(folder, word)
        if path.suffix and not word.startswith(("-", "/", "~")) and ".." not in path.parts:
            yield f"/{path}"
