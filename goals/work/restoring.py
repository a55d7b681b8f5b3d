"""Lays a recorded workspace out again on a machine that has only its record, as near to how it stood as that can be."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from goals.domain.errors import BadRequest
from goals.domain.values import Goal
from goals.ports import Executor
from goals.work import checkout, origin
from goals.work.libgit import pygit2
from goals.work.shadow import cloned_at, turn_of
from goals.work.tree import Size, is_stand_in

MOST_NAMED = 20
"""Files that a sentence names."""


@dataclass(frozen=True, slots=True)
class Laid:
    """`missing` are the large files, of which no machine keeps the content; a `repository` was cloned anew."""

    turn: int
    missing: tuple[str, ...]
    repository: bool

    @property
    def told(self) -> str:
        """What the agent has to know."""
        stands = f"as it stood after turn {self.turn}" if self.turn > 0 else "as it stood at the start"
        said = [
            f"The workspace was moved to another machine, {stands}.",
            "What was changed in it since then is not there, nor are files that git ignores, like installed "
            "packages and build results: make again what you need, and look before you rely on anything.",
        ]
        if self.repository:
            said.append("Commits that were not pushed are gone; what they changed is there, not committed.")
        if self.missing:
            more = len(self.missing) - MOST_NAMED
            also = f" and {more} more" if more > 0 else ""
            said.append(f"These large files are not there: {', '.join(self.missing[:MOST_NAMED])}{also}.")
        return " ".join(said)


LOST = (
    "The workspace is gone, and no snapshot of it is there: "
    "it was begun anew, and everything that was changed in it is to be done again."
)


async def lay_out(
    goal: Goal, shadow: Path, commit: str, directory: Path, state: Path, executor: Executor, largest: Size
) -> Laid:
    """Make the goal's workspace as a commit of a shadow repository has it, beside `directory`: `put_in_place` follows.

    Raises BadRequest with a sentence where the goal's repository cannot be cloned any more.
    """
    source, target = beside(directory, "cloned"), laid_beside(directory)
    await asyncio.to_thread(checkout.remove, target)
    try:
        await origin.fill(goal, source, state, executor, largest)
        cloned = await asyncio.to_thread((source / ".git").is_dir)
        record = await asyncio.to_thread(_Record, shadow, commit)
        if cloned and record.cloned_at:
            await _begin_at(goal, source, record.cloned_at, executor)
        missing = await asyncio.to_thread(record.write, target, source)
        if cloned:
            await asyncio.to_thread((source / ".git").rename, target / ".git")
    finally:
        await asyncio.to_thread(checkout.remove, source)
    return Laid(record.turn, missing, cloned)


def laid_beside(directory: Path) -> Path:
    """Where `lay_out` puts what it makes."""
    return beside(directory, "restored")


def beside(directory: Path, what: str) -> Path:
    return directory.with_name(f".{directory.name}.{what}")


def put_in_place(directory: Path) -> None:
    """Let what was laid out take the place of what is there."""
    old = beside(directory, "outdated")
    checkout.remove(old)
    os.sync()
    if os.path.lexists(directory):
        directory.rename(old)
    laid_beside(directory).rename(directory)
    checkout.remove(old)


async def _begin_at(goal: Goal, clone: Path, commit: str, executor: Executor) -> None:
    """Where the commit is not there any more, the branch begins at the newest."""
    try:
        await origin.begin_at(goal, clone, commit, executor)
    except BadRequest:
        return


class _Record:
    def __init__(self, shadow: Path, commit: str) -> None:
        self._store = pygit2.Repository(str(shadow))
        found = self._store[commit]
        assert isinstance(found, pygit2.Commit)
        self._tree: pygit2.Tree = found.tree
        self.turn: int = turn_of(found)
        self.cloned_at: str = cloned_at(found)

    def write(self, place: Path, source: Path) -> tuple[str, ...]:
        """Write the tree to a new directory; returns the large files that the source has not as they were recorded."""
        entries = checkout.files(self._tree, self._tree, ())
        missing = tuple(path for path, entry in entries.items() if not self._has(path, entry, source))
        place.mkdir(parents=True)
        there = {path: entry for path, entry in entries.items() if path not in missing}
        checkout.write(self._store, there, place, checkout.Order(source))
        return missing

    def _has(self, path: str, entry: checkout.Entry, source: Path) -> bool:
        content = checkout.stored(self._store, entry.content)
        return not is_stand_in(content) or checkout.is_as_recorded(source / path, content)
