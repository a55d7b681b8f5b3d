"""Snapshots of workspaces on a volume that several machines mount: a bare repository for each goal.

libgit2 writes there, as into the shadow repositories: it starts no process and asks nobody whose files these are.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from goals.domain.errors import StaleGoal, StoreUnavailable
from goals.domain.values import Goal
from goals.work.durable import flush
from goals.work.libgit import pygit2
from goals.work.snapshots import Unsaved, ref

LANDING = "refs/landing"
"""Where a commit arrives before it becomes the goal's last one."""


@dataclass(frozen=True, slots=True)
class Volume:
    place: Path

    async def newest(self, goal_id: str, at: Path) -> str:
        return await asyncio.to_thread(self._newest, goal_id)

    async def push(self, goal: Goal, commit: str, known: str, at: Path) -> None:
        await asyncio.to_thread(self._push, goal.id, commit, known, at)

    async def fetch(self, goal_id: str, commit: str, at: Path) -> None:
        await asyncio.to_thread(self._fetch, goal_id, at)

    async def kept(self, at: Path) -> list[str]:
        return await asyncio.to_thread(lambda: [path.stem for path in self.place.glob("[!.]*.git")])

    async def forget(self, goal_id: str, at: Path) -> None:
        await asyncio.to_thread(shutil.rmtree, self._of(goal_id), True)

    def _of(self, goal_id: str) -> Path:
        return self.place / f"{goal_id}.git"

    @property
    def _missing(self) -> str:
        return f"There is no directory {self.place} for the snapshots of workspaces: is the volume mounted?"

    def _newest(self, goal_id: str) -> str:
        if not self.place.is_dir():
            raise StoreUnavailable(self._missing)
        with _reaching(self.place):
            path = self._of(goal_id)
            return _target(pygit2.Repository(str(path)), goal_id) if path.is_dir() else ""

    def _fetch(self, goal_id: str, at: Path) -> None:
        with _reaching(self.place):
            theirs = pygit2.Repository(str(at)).remotes.create_anonymous(str(self._of(goal_id)))
            theirs.fetch([f"+{ref(goal_id)}:refs/found/{goal_id}"])

    def _push(self, goal_id: str, commit: str, known: str, at: Path) -> None:
        path = self._of(goal_id)
        try:
            if not self.place.is_dir():
                raise Unsaved(self._missing)
            if not path.is_dir():
                _make(path)
            _land(path, goal_id, commit, at)
            _put(path, goal_id, commit, known)
        except (OSError, pygit2.GitError) as error:
            raise Unsaved(f"The workspace could not be copied to {self.place}: {error}.") from error


@contextmanager
def _reaching(place: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pygit2.GitError) as error:
        raise StoreUnavailable(f"The snapshots of workspaces in {place} cannot be read: {error}.") from error


def _target(repository: pygit2.Repository, goal_id: str) -> str:
    found = repository.references.get(ref(goal_id))
    return str(found.target) if found else ""


def _make(path: Path) -> None:
    """A bare repository, as a whole or not at all."""
    half_made = path.with_name(f".{path.name}.half-made")
    shutil.rmtree(half_made, ignore_errors=True)
    pygit2.init_repository(half_made, bare=True)
    half_made.rename(path)


def _land(path: Path, goal_id: str, commit: str, at: Path) -> None:
    """Bring a commit there, durably, with what it needs."""
    packs = path / "objects" / "pack"
    before = set(packs.glob("*"))
    ours = pygit2.Repository(str(at)).remotes.create_anonymous(str(path))
    ours.push([f"+{ref(goal_id)}:{LANDING}/{commit}"])
    for pack in {*packs.glob("*")} - before:
        flush(pack)
    flush(packs)


def _put(path: Path, goal_id: str, commit: str, known: str) -> None:
    """Make a commit that has landed the goal's last one. Raises StaleGoal where that is not the one that is known."""
    repository = pygit2.Repository(str(path))
    found = repository.references.get(ref(goal_id))
    if (str(found.target) if found else "") not in (known, commit):
        raise StaleGoal(goal_id)
    try:
        if found:
            found.set_target(commit)
        else:
            repository.references.create(ref(goal_id), commit)
    except (pygit2.GitError, ValueError) as error:  # somebody was faster
        if _target(repository, goal_id) not in (known, commit):
            raise StaleGoal(goal_id) from error
        raise
    flush(path / ref(goal_id))
    repository.references.delete(f"{LANDING}/{commit}")
