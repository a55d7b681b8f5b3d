"""Where monitors look: at a directory where it is, or at a copy of a repository's newest commit that they share."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from goals.domain.errors import BadRequest
from goals.domain.values import Goal
from goals.ports import Clock, Executor
from goals.work import origin

SELDOM = timedelta(minutes=1)
"""The least time between two questions to a repository."""
FOLDER = "lookouts"


@dataclass(slots=True)
class Copies:
    """The copies of one branch: which is the newest, since when that is known, and who looks at which."""

    place: Path
    commit: str = ""
    newest: Path | None = None
    asked_at: datetime | None = None
    lacks: str = ""
    looking: Counter[Path] = field(default_factory=Counter)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Lookouts:
    def __init__(self, state: Path, executor: Executor, clock: Clock) -> None:
        self._root = state.absolute() / FOLDER
        self._state = state.absolute()
        self._executor = executor
        self._clock = clock
        self._empty: Path | None = None
        self._copies: dict[str, Copies] = {}

    @asynccontextmanager
    async def at(self, goal: Goal) -> AsyncIterator[Path]:
        """The directory, as it stays for the block; an empty one for a goal without a repository.

        A repository elsewhere, or a branch that is named, is read from a copy: at most so often as the goal looks, and
        once a minute. Raises BadRequest with a sentence when it cannot be had.
        """
        if not goal.request.repo:
            yield await self._nothing()
        elif not goal.request.branch and not origin.REMOTE.match(goal.request.repo):
            yield await asyncio.to_thread(origin.standing, goal.request.repo, self._state)
        else:
            async with self._copy(goal) as place:
                yield place

    async def sweep(self) -> None:
        """Remove the copies that an earlier process of ours left."""
        await asyncio.to_thread(shutil.rmtree, self._root, True)

    async def _nothing(self) -> Path:
        if self._empty is None:
            empty = self._root / "empty"
            await asyncio.to_thread(empty.mkdir, parents=True, exist_ok=True)
            self._empty = empty
        return self._empty

    @asynccontextmanager
    async def _copy(self, goal: Goal) -> AsyncIterator[Path]:
        copies = self._of(goal)
        async with copies.lock:
            await self._refreshed(goal, copies)
            place = copies.newest
            assert place is not None
            copies.looking[place] += 1
        try:
            yield place
        finally:
            copies.looking[place] -= 1
            if not copies.looking[place] and place != copies.newest:
                await asyncio.to_thread(shutil.rmtree, place, True)

    def _of(self, goal: Goal) -> Copies:
        name = sha256(f"{goal.request.repo}\0{goal.request.branch}".encode()).hexdigest()[:16]
        return self._copies.setdefault(name, Copies(self._root / name))

    async def _refreshed(self, goal: Goal, copies: Copies) -> None:
        """Raises BadRequest, also for as long as a question that failed is not asked again."""
        watch, now = goal.request.watch, self._clock.now()
        seldom = max(SELDOM, timedelta(seconds=watch.every) if watch else SELDOM)
        if copies.asked_at is None or now - copies.asked_at >= seldom:
            copies.asked_at, copies.lacks = now, ""
            try:
                await self._fetch(goal, copies)
            except BadRequest as refused:
                copies.lacks = str(refused)
            except BaseException:
                copies.asked_at = None
                raise
        if copies.lacks:
            raise BadRequest(copies.lacks)

    async def _fetch(self, goal: Goal, copies: Copies) -> None:
        await asyncio.to_thread(copies.place.mkdir, parents=True, exist_ok=True)
        commit = await origin.newest(goal, copies.place, self._executor)
        if copies.commit == commit:
            return
        place = copies.place / uuid4().hex
        await asyncio.to_thread(place.mkdir)
        try:
            await origin.copy(goal, place, self._executor)
        except BaseException:
            await asyncio.to_thread(shutil.rmtree, place, True)
            raise
        before, copies.newest, copies.commit = copies.newest, place, commit
        if before is not None and not copies.looking[before]:
            await asyncio.to_thread(shutil.rmtree, before, True)
