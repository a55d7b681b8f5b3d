"""Gives each goal its directory, records it turn by turn, and shows what changed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from stat import S_ISDIR
from uuid import uuid4

from goals.clean import Clean
from goals.domain import protected, watched
from goals.domain.errors import BadRequest, NotNow, StoreUnavailable
from goals.domain.values import FileChange, Goal
from goals.ports import Executor, Snapshot
from goals.work import checkout
from goals.work.libgit import pygit2
from goals.work.moving import Moving, heard, news, tell
from goals.work.origin import bring, cloned_at
from goals.work.restoring import LOST, laid_beside
from goals.work.shadow import Shadow
from goals.work.shadows import Shadows
from goals.work.snapshots import Snapshots
from goals.work.tree import LARGEST, Size

FULL = (ENOSPC, EDQUOT)
NOT_HERE = "The workspace of this goal is not on this machine, and no snapshot of it is stored."
LEAST_ROOM = 2_000_000
"""Bytes: what the largest stored file and its commit may take."""


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
        snapshots: Snapshots | None = None,
    ) -> None:
        """Where there are `snapshots`, goals may go on on other machines."""
        self.state = state.absolute()
        self.executor = executor
        self.fixed = fixed.absolute() if fixed else None
        self.largest = largest
        self.clean = clean
        self.checkouts = self.state / "checkouts"
        self.lost: set[str] = set()
        self.shadows = Shadows(self.state / "shadow", largest)
        self.moving = Moving(snapshots, self.shadows, self.state, executor, largest) if snapshots else None

    async def open(self, goal: Goal) -> Path:
        directory = self._directory(goal)
        shadow = self.shadows.of(goal.id)
        with _room(shadow.path):
            if self.moving:
                await self.moving.arrive(goal, directory)
            if not self._ready(directory, shadow):
                cloned_at = await self._make(goal, directory)
                await self._begin(goal, shadow, directory, cloned_at)
        return directory

    @asynccontextmanager
    async def seen(self, goal: Goal) -> AsyncIterator[Path]:
        directory = self._directory(goal)
        if self.moving and (newest := await self.moving.elsewhere(goal, directory)):
            async with self._copy(self.moving, goal, newest) as place:
                yield place
        elif await asyncio.to_thread(self._stands, directory):
            yield directory
        elif goal.base_tree:
            raise BadRequest(NOT_HERE)
        else:
            yield await self.open(goal)

    @asynccontextmanager
    async def nothing(self) -> AsyncIterator[Path]:
        empty = self.state / "empty"
        await asyncio.to_thread(empty.mkdir, parents=True, exist_ok=True)
        yield empty

    @asynccontextmanager
    async def _copy(self, moving: Moving, goal: Goal, commit: str) -> AsyncIterator[Path]:
        at = self.checkouts / f"{goal.id}.{uuid4().hex[:8]}"
        place = laid_beside(at)
        try:
            await moving.copy(goal, commit, at)
            yield place
        finally:
            await asyncio.shield(asyncio.to_thread(checkout.remove, place))

    async def save(self, goal: Goal) -> str:
        return await self.moving.save(goal) if self.moving else ""

    async def news(self, goal: Goal) -> str:
        if self.moving is None and goal.id not in self.lost:
            return ""
        return await asyncio.to_thread(news, self._directory(goal))

    async def heard(self, goal: Goal) -> None:
        self.lost.discard(goal.id)
        await asyncio.to_thread(heard, self._directory(goal))

    async def snapshot(self, goal: Goal, turn: int) -> Snapshot:
        """Raises BadRequest for a tree that is gone or has grown too large, and where a goal protects files whose
        first state is not on record any more; StoreUnavailable while the disk is full.
        """
        shadow = self.shadows.of(goal.id)
        with _room(shadow.path):
            return await asyncio.to_thread(self._snapshot, shadow, goal, turn)

    async def touched(self, goal: Goal) -> tuple[str, ...]:
        """The protected files that are not as they were."""
        globs, shadow, directory = goal.request.protect, self.shadows.of(goal.id), self._directory(goal)
        if not globs:
            return ()
        with _room(shadow.path):
            found = await asyncio.to_thread(shadow.glance, directory, watched.kept(goal.request))
        return protected.among(globs, found)

    async def since_base(self, goal: Goal, tree: str) -> tuple[FileChange, ...]:
        return await asyncio.to_thread(self.shadows.of(goal.id).since_base, tree)

    async def base(self, goal: Goal) -> str:
        return await asyncio.to_thread(self.shadows.of(goal.id).begins_with)

    @asynccontextmanager
    async def fresh(self, goal: Goal, tree: str) -> AsyncIterator[Path]:
        place = self.checkouts / f"{goal.id}.{uuid4().hex[:8]}"
        order = checkout.Order(self._directory(goal), goal.request.protect)
        making = asyncio.create_task(
            asyncio.to_thread(self._check_out, self.shadows.of(goal.id), tree, place, order),
            name=f"check out {place.name}",
        )
        try:
            await asyncio.shield(making)
            yield place
        finally:
            order.stop.set()
            await asyncio.shield(asyncio.create_task(_taken_away(making, place), name=f"remove {place.name}"))

    async def sweep(self) -> None:
        """Take away what an earlier process of ours checked out or fetched to look at."""
        left = await asyncio.to_thread(lambda: list(self.checkouts.glob("*")))
        for place in (*left, self.state / "mirrors"):
            await asyncio.to_thread(checkout.remove, place)

    async def diff(self, goal_id: str, turn: int | None = None) -> str:
        """Without the secrets in it. Raises NotNow where it is elsewhere, and that cannot be reached."""
        try:
            mirror = await self.moving.mirror(goal_id) if self.moving else None
        except StoreUnavailable as away:
            raise NotNow(str(away)) from away
        shadow = mirror or self.shadows.of(goal_id)
        return await asyncio.to_thread(lambda: self.clean(shadow.diff(turn)))

    def _ready(self, directory: Path, shadow: Shadow) -> bool:
        return self._stands(directory) and shadow.begun

    def _snapshot(self, shadow: Shadow, goal: Goal, turn: int) -> Snapshot:
        directory = self._directory(goal)
        if not self._stands(directory):
            raise BadRequest(f"The workspace {directory} is gone: it was removed while the agent worked.")
        settled = bool(goal.base_tree)
        taken = shadow.snapshot(directory, turn, watched.kept(goal.request), settled=settled)
        if goal.request.protect and goal.base_tree and shadow.begins_with() != goal.base_tree:
            raise BadRequest(
                "How the protected files were at the start is not on record any more: nothing can be proven."
            )
        return taken

    def _check_out(self, shadow: Shadow, tree: str, place: Path, order: checkout.Order) -> None:
        with _room(shadow.path):
            place.mkdir(parents=True)
            shadow.check_out(tree, place, order)

    async def _make(self, goal: Goal, directory: Path) -> str:
        """Returns the commit of the repository with which it begins, where another machine may have to know."""
        if self.fixed:
            await asyncio.to_thread(_usable, directory, self.state)
        elif not await asyncio.to_thread(directory.is_dir):
            if self.moving:
                await asyncio.to_thread(self.moving.refuse_ours, goal)
            if goal.base_tree:
                self.lost.add(goal.id)
                await asyncio.to_thread(tell, directory, LOST)
            await bring(goal, directory, self.state, self.executor, self.largest)
            return await asyncio.to_thread(cloned_at, directory) if self.moving else ""
        return ""

    async def _begin(self, goal: Goal, shadow: Shadow, directory: Path, cloned_at: str) -> None:
        """Record the base; what turns out to be too large goes again, unless it was there before the goal."""
        always = watched.kept(goal.request)
        try:
            if goal.reopens and always and always.protected:
                await asyncio.to_thread(shadow.inherit, self.shadows.of(goal.reopens), directory, always)
            await asyncio.to_thread(lambda: shadow.snapshot(directory, 0, always, cloned_at=cloned_at))
        except BadRequest:
            if not (self.fixed or goal.home):
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


async def _taken_away(making: asyncio.Task[None], place: Path) -> None:
    """Once nothing is written there any more."""
    with suppress(Exception):
        await making
    await asyncio.to_thread(checkout.remove, place)


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
