"""Lets a goal go on on another machine: its record is stored after each turn, and where another machine has gone on
with it, its workspace is laid out again as that left it.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from goals.domain.errors import StaleGoal, StoreUnavailable
from goals.domain.values import Goal
from goals.ports import Executor
from goals.work import restoring
from goals.work.durable import line, replace_line
from goals.work.origin import REMOTE, refuse_within, standing
from goals.work.shadow import Shadow
from goals.work.shadows import Shadows
from goals.work.snapshots import Snapshots, Unsaved
from goals.work.tree import Size
from goals.work.volume import Volume

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Held:
    """A goal whose workspace is here. `stored` is its last commit in the snapshots, None while nobody can say.

    `epoch` is the goal's while this process drives it, and nobody else can; None of one that is only looked at.
    """

    stored: str | None
    epoch: int | None = None
    told: bool = False


class Moving:
    def __init__(
        self, snapshots: Snapshots, shadows: Shadows, state: Path, executor: Executor, largest: Size
    ) -> None:
        self.snapshots = snapshots
        self._shadows = shadows
        self._state = state
        self._mirrors = Shadows(state / "mirrors", largest)
        self._executor = executor
        self._largest = largest
        self._held: dict[str, Held] = {}

    async def arrive(self, goal: Goal, directory: Path) -> None:
        """Bring the workspace up to date with what other machines did to it.

        Raises StoreUnavailable while nobody can say what that is.
        """
        held = self._held.get(goal.id)
        if held is not None and held.epoch == goal.epoch:
            return
        try:
            stored: str | None = await self._caught_up(goal, directory)
        except StoreUnavailable:
            if not await asyncio.to_thread(self._as_recorded, goal, directory):
                raise
            stored = None
        self._held[goal.id] = Held(stored)

    def refuse_ours(self, goal: Goal) -> None:
        """Raises BadRequest for a goal that would begin with what is stored of others. Blocks."""
        snapshots, repo = self.snapshots, goal.request.repo
        if isinstance(snapshots, Volume) and repo and not REMOTE.match(repo):
            refuse_within(standing(repo, self._state), snapshots.place)

    async def save(self, goal: Goal) -> str:
        """Store what is on record of the goal. Returns a sentence where that cannot be done, once until it can.

        Raises StaleGoal where another machine has gone on with the goal.
        """
        shadow, held = self._shadows.of(goal.id), self._held.get(goal.id)
        head = await asyncio.to_thread(lambda: shadow.head)
        if held is None or not head:
            return ""
        held.epoch = goal.epoch
        if head == held.stored:
            return ""
        try:
            known = await self._known(goal.id, held)
            await asyncio.to_thread(note, shadow, known, head)
            held.stored = None
            await self.snapshots.push(goal, head, known, shadow.path)
        except StaleGoal:
            del self._held[goal.id]
            raise
        except (Unsaved, StoreUnavailable) as error:
            log.warning("goal %s is not stored for other machines: %s", goal.id, error)
            told, held.told = held.told, True
            return "" if told else f"{error} Until it can be, the goal can go on on this machine alone."
        held.stored, held.told = head, False
        return ""

    async def mirror(self, goal_id: str) -> Shadow | None:
        """The record of a goal whose workspace this process has not opened; None of others, and where nothing is stored."""
        if goal_id in self._held:
            return None
        shadow = self._mirrors.of(goal_id)
        place = await asyncio.to_thread(shadow.made)
        newest = await self.snapshots.newest(goal_id, place)
        if not newest:
            return None
        if newest != shadow.head:
            await self.snapshots.fetch(goal_id, newest, place)
            await asyncio.to_thread(shadow.adopt, newest)
        return shadow

    async def elsewhere(self, goal: Goal, directory: Path) -> str:
        """The last commit of a goal with which another machine has gone on; empty where its workspace is here.

        Raises StoreUnavailable.
        """
        place = await asyncio.to_thread(self._mirrors.of(goal.id).made)
        newest = await self.snapshots.newest(goal.id, place)
        if not newest or not await asyncio.to_thread(directory.is_dir):
            return newest
        ours = await asyncio.to_thread(wrote, self._shadows.of(goal.id), newest)
        return "" if ours else newest

    async def copy(self, goal: Goal, commit: str, at: Path) -> None:
        """Lay out what is stored of a goal, beside `at`, for somebody who only looks: the goal stays where it is.

        Raises BadRequest, StoreUnavailable.
        """
        place = await asyncio.to_thread(self._mirrors.of(goal.id).made)
        await self.snapshots.fetch(goal.id, commit, place)
        await restoring.lay_out(goal, place, commit, at, self._state, self._executor, self._largest)

    async def forget(self, goal_id: str) -> None:
        """Take away what is stored of a goal. Raises StoreUnavailable."""
        self._held.pop(goal_id, None)
        mirror = self._mirrors.of(goal_id)
        await self.snapshots.forget(goal_id, await asyncio.to_thread(mirror.made))
        await asyncio.to_thread(shutil.rmtree, mirror.path, True)

    async def kept(self) -> list[str]:
        """The goals of which something is stored. Raises StoreUnavailable."""
        mirror = self._mirrors.of("any")
        return await self.snapshots.kept(await asyncio.to_thread(mirror.made))

    async def _newest(self, goal_id: str) -> str:
        place = await asyncio.to_thread(self._shadows.of(goal_id).made)
        return await self.snapshots.newest(goal_id, place)

    async def _known(self, goal_id: str, held: Held) -> str:
        """What is stored of the goal. Raises StaleGoal where that is another machine's, StoreUnavailable."""
        if held.stored is not None:
            return held.stored
        newest = await self._newest(goal_id)
        if newest and not await asyncio.to_thread(wrote, self._shadows.of(goal_id), newest):
            raise StaleGoal(goal_id)
        return newest

    def _as_recorded(self, goal: Goal, directory: Path) -> bool:
        """Whether the workspace here is the one of which the store speaks, or is yet to begin."""
        if not goal.base_tree:
            return not goal.reopens
        return directory.is_dir() and self._shadows.of(goal.id).tree == goal.tree

    async def _caught_up(self, goal: Goal, directory: Path) -> str:
        """Lay out what others have stored last, if they have. Returns what is stored of the goal then."""
        stored = await self._newest(goal.id)
        if stored:
            return await self._with(goal, goal.id, stored, directory)
        if goal.reopens and (old := await self._newest(goal.reopens)):
            await self._with(goal, goal.reopens, old, directory)
        return ""

    async def _with(self, goal: Goal, source: str, newest: str, directory: Path) -> str:
        shadow = self._shadows.of(source)
        stands = await asyncio.to_thread(directory.is_dir)
        if stands and await asyncio.to_thread(wrote, shadow, newest):
            return newest
        await self.snapshots.fetch(source, newest, shadow.path)
        laid = await restoring.lay_out(
            goal, shadow.path, newest, directory, self._state, self._executor, self._largest
        )
        await asyncio.to_thread(tell, directory, laid.told)
        await asyncio.to_thread(restoring.put_in_place, directory)
        await asyncio.to_thread(shadow.adopt, newest)
        log.info("the workspace of goal %s was laid out here as after turn %d", goal.id, laid.turn)
        return await self._claimed(goal, shadow, newest) if source == goal.id else newest

    async def _claimed(self, goal: Goal, shadow: Shadow, newest: str) -> str:
        """Say that the goal is here now: who had it before does not take their own workspace for the last one again."""
        claim = await asyncio.to_thread(shadow.claim)
        await asyncio.to_thread(note, shadow, newest, claim)
        try:
            await self.snapshots.push(goal, claim, newest, shadow.path)
        except Unsaved as error:
            raise StoreUnavailable(str(error)) from error
        return claim


def wrote(shadow: Shadow, commit: str) -> bool:
    """Whether a commit is one of this machine's own: nobody else has gone on with the goal since."""
    with suppress(FileNotFoundError):
        if commit in line(_noted(shadow)).split():
            return True
    return shadow.holds(commit)


def note(shadow: Shadow, *commits: str) -> None:
    """Remember what is stored, or will be in a moment."""
    replace_line(_noted(shadow), " ".join(commits))


def _noted(shadow: Shadow) -> Path:
    return shadow.path / "stored"


def tell(directory: Path, news: str) -> None:
    """Keep what the agent has to be told of its workspace until it was."""
    path = restoring.beside(directory, "news")
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_line(path, news)


def news(directory: Path) -> str:
    try:
        return restoring.beside(directory, "news").read_text()
    except FileNotFoundError:
        return ""


def heard(directory: Path) -> None:
    restoring.beside(directory, "news").unlink(missing_ok=True)
