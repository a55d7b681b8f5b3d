"""Gives each goal its directory, records it turn by turn, and shows what changed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path
from stat import S_ISDIR

import pygit2

from goals.clean import Clean
from goals.domain.errors import BadRequest, StoreUnavailable
from goals.domain.values import Goal
from goals.ports import Executor, Snapshot
from goals.work.origin import bring
from goals.work.shadow import Shadow, read_no_configuration
from goals.work.tree import LARGEST, Size

FULL = (ENOSPC, EDQUOT)
LEAST_ROOM = 2_000_000
"""Bytes: what the largest stored file and its commit may take."""
REMEMBERED = 256


class LocalWorkspaces:
    """Workspaces under the state directory; with `fixed`, every goal works in that directory itself."""

    def __init__(
        self,
        state: Path,
        executor: Executor,
        *,
        fixed: Path | None = None,
        largest: Size = LARGEST,
        clean: Clean = str,
    ) -> None:
        self.state = state.absolute()
        self.executor = executor
        self.fixed = fixed.absolute() if fixed else None
        self.largest = largest
        self.clean = clean
        self.shadows: dict[str, Shadow] = {}
        read_no_configuration()

    async def open(self, goal: Goal) -> Path:
        directory = self._directory(goal)
        shadow = self._shadow(goal.id)
        if not self._ready(directory, shadow):
            with _room(shadow.path):
                await self._make(goal, directory)
                await self._begin(shadow, directory, kept=bool(self.fixed or goal.home))
        return directory

    async def snapshot(self, goal: Goal, turn: int) -> Snapshot:
        """Raises BadRequest for a tree that is gone or has grown too large, StoreUnavailable while the disk is full."""
        shadow, directory = self._shadow(goal.id), self._directory(goal)
        with _room(shadow.path):
            return await asyncio.to_thread(self._snapshot, shadow, directory, turn)

    async def diff(self, goal_id: str, turn: int | None = None) -> str:
        """Without the secrets in it."""
        shadow = self._shadow(goal_id)
        return await asyncio.to_thread(lambda: self.clean(shadow.diff(turn)))

    def _ready(self, directory: Path, shadow: Shadow) -> bool:
        return self._stands(directory) and shadow.begun

    def _snapshot(self, shadow: Shadow, directory: Path, turn: int) -> Snapshot:
        if not self._stands(directory):
            raise BadRequest(f"The workspace {directory} is gone: it was removed while the agent worked.")
        return shadow.snapshot(directory, turn)

    async def _make(self, goal: Goal, directory: Path) -> None:
        if self.fixed:
            await asyncio.to_thread(_usable, directory, self.state)
        elif not await asyncio.to_thread(directory.is_dir):
            await bring(goal, directory, self.state, self.executor, self.largest)

    async def _begin(self, shadow: Shadow, directory: Path, *, kept: bool) -> None:
        """Record the base; what turns out to be too large goes again, unless it was there before the goal."""
        try:
            await asyncio.to_thread(shadow.snapshot, directory, 0)
        except BadRequest:
            if not kept:
                await asyncio.to_thread(shutil.rmtree, directory, True)
            raise

    def _stands(self, directory: Path) -> bool:
        """A link in a workspace's place would lead our reading, and the verifiers, to what is not the goal's."""
        if self.fixed:
            return directory.is_dir()
        try:
            mode = directory.lstat().st_mode
        except FileNotFoundError:
            return False
        if not S_ISDIR(mode):
            raise BadRequest(
                f"The workspace {directory} was replaced by a link or a file; remove that first."
            )
        return True

    def _directory(self, goal: Goal) -> Path:
        return self.fixed or self.state / "workspaces" / (goal.home or goal.id)

    def _shadow(self, goal_id: str) -> Shadow:
        """The goal's shadow; the ones used last are kept in memory."""
        path = self.state / "shadow" / f"{goal_id}.git"
        shadow = self.shadows.pop(goal_id, None) or Shadow(path, goal_id, self.largest)
        self.shadows[goal_id] = shadow
        if len(self.shadows) > REMEMBERED:
            self.shadows.pop(next(iter(self.shadows)))
        return shadow


@contextmanager
def _room(shadow: Path) -> Iterator[None]:
    """A full disk is nobody's mistake: the goal waits until there is room."""
    try:
        yield
    except (OSError, pygit2.GitError) as error:
        if getattr(error, "errno", None) in FULL or _is_full(shadow):
            raise StoreUnavailable("The disk that holds the workspaces is full.") from error
        raise


def _is_full(place: Path) -> bool:
    """libgit2 does not say why it could not write, so look."""
    there = next(p for p in (place, *place.parents) if p.exists())
    return shutil.disk_usage(there).free < LEAST_ROOM


def _usable(directory: Path, state: Path) -> None:
    if not directory.is_dir():
        raise BadRequest(f"There is no directory {directory} to work in.")
    if state.resolve().is_relative_to(directory.resolve()):
        raise BadRequest(f"The state directory {state} may not lie inside the workspace {directory}.")
