"""Where the record of a goal's workspace is kept for other machines: a volume that they share, or a repository elsewhere.

On a volume each goal has a bare repository of its own, elsewhere each has a ref of its own in one repository. Only
our own git speaks to them, from the goal's shadow repository.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from goals.domain.errors import StaleGoal, StoreUnavailable
from goals.domain.values import Goal
from goals.ports import Command, Executor
from goals.work.libgit import pygit2
from goals.work.origin import GIT, GIT_ENV, REMOTE, last_line, remote_of, without_password

TIMEOUT = 120.0
QUIET = (*GIT, "-c", "gc.auto=0", "-c", "maintenance.auto=false")
STALE = ("(stale info)", "but expected", "reference already exists")
"""What git says where somebody else has stored something since."""

DURABLE = {"core.fsync": "committed,loose-object", "gc.auto": "0", "receive.autogc": "false"}


class Unsaved(Exception):
    """A snapshot could not be stored; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """`place` is a directory, which has to be there, or the URL of a repository that is for snapshots alone."""

    place: str
    executor: Executor

    @property
    def volume(self) -> Path | None:
        return volume(self.place)

    async def newest(self, goal_id: str, at: Path) -> str:
        """The goal's last commit; empty where there is none. Raises StoreUnavailable where nobody can say."""
        if not await asyncio.to_thread(self._there, goal_id):
            return ""
        words = ("ls-remote", "--quiet", "--", self._address(goal_id), _ref(goal_id))
        return (await self._asked(goal_id, at, *words)).partition("\t")[0].strip()

    async def push(self, goal: Goal, commit: str, known: str, at: Path) -> None:
        """Store a commit of the shadow repository `at`, where the last one stored is still the one that is `known`.

        Raises StaleGoal where it is not, Unsaved where nothing could be stored.
        """
        await asyncio.to_thread(self._make, goal)
        lease = f"--force-with-lease={_ref(goal.id)}:{known}"
        words = ("push", "--porcelain", lease, "--", self._address(goal.id), f"{commit}:{_ref(goal.id)}")
        code, said = await self._git(goal.id, at, *words)
        if code != 0 and any(sign in said for sign in STALE):
            raise StaleGoal(goal.id)
        if code != 0:
            raise Unsaved(f"The workspace could not be copied to {self._shown}: {last_line(said)}.")

    async def fetch(self, goal_id: str, commit: str, at: Path) -> None:
        """Bring a stored commit, with all before it, into a repository. Raises StoreUnavailable."""
        words = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", self._address(goal_id))
        await self._asked(goal_id, at, *words, f"+{_ref(goal_id)}:refs/found/{goal_id}")
        if pygit2.Repository(str(at)).get(commit) is None:
            raise StoreUnavailable(f"The snapshots in {self._shown} are not complete.")

    async def kept(self, at: Path) -> list[str]:
        """The goals of which something is stored. Raises StoreUnavailable."""
        volume = self.volume
        if volume:
            return await asyncio.to_thread(lambda: [path.stem for path in volume.glob("*.git")])
        told = await self._asked("", at, "ls-remote", "--quiet", "--", self.place, "refs/goals/*")
        return [line.rpartition("/")[2] for line in told.splitlines() if "refs/goals/" in line]

    async def forget(self, goal_id: str, at: Path) -> None:
        """Raises StoreUnavailable where the repository elsewhere cannot be reached."""
        if volume := self.volume:
            await asyncio.to_thread(shutil.rmtree, volume / f"{goal_id}.git", True)
        else:
            await self._asked(goal_id, at, "push", "--quiet", "--", self.place, f":{_ref(goal_id)}")

    @property
    def _shown(self) -> str:
        return without_password(self.place)

    def _address(self, goal_id: str) -> str:
        return str(self.volume / f"{goal_id}.git") if self.volume else self.place

    def _there(self, goal_id: str) -> bool:
        """Raises StoreUnavailable for a volume that is not mounted: then nobody knows what is on it."""
        if self.volume and not self.volume.is_dir():
            raise StoreUnavailable(self._not_mounted)
        return self.volume is None or Path(self._address(goal_id)).is_dir()

    @property
    def _not_mounted(self) -> str:
        return f"There is no directory {self._shown} for the snapshots of workspaces: is the volume mounted?"

    def _make(self, goal: Goal) -> None:
        if self.volume and not self.volume.is_dir():
            raise Unsaved(self._not_mounted)
        if self.volume is None and self.place in (goal.request.repo, remote_of(goal.request.repo)):
            raise Unsaved(f"{self._shown} is the goal's own repository: no snapshot is pushed there.")
        path = Path(self._address(goal.id))
        if self.volume is None or path.is_dir():
            return
        try:
            _made(path)
        except (OSError, pygit2.GitError) as error:
            raise Unsaved(f"Nothing can be stored in {self._shown}: {error}.") from error

    async def _asked(self, goal_id: str, at: Path, *words: str) -> str:
        code, said = await self._git(goal_id, at, *words)
        if code != 0:
            raise StoreUnavailable(
                f"The snapshots of workspaces in {self._shown} cannot be reached: {last_line(said)}."
            )
        return said

    async def _git(self, goal_id: str, at: Path, *words: str) -> tuple[int | None, str]:
        env = {**GIT_ENV, "GIT_DIR": str(at)}
        command = Command(at, (*QUIET, *words), env=env, timeout=TIMEOUT, goal_id=goal_id, confinement=None)
        ran = await self.executor.run(command)
        slow = f"it took longer than {TIMEOUT:.0f} seconds"
        return ran.exit_code, slow if ran.stopped == "timeout" else ran.output


def volume(place: str) -> Path | None:
    """The directory that a place for snapshots names; None of a URL, and of none at all."""
    return Path(place).expanduser().absolute() if place and not REMOTE.match(place) else None


def _ref(goal_id: str) -> str:
    return f"refs/goals/{goal_id}"


def _made(path: Path) -> None:
    """A bare repository, as a whole or not at all; where two make one at once, the first counts."""
    half_made = path.with_name(f".{path.name}.half-made")
    shutil.rmtree(half_made, ignore_errors=True)
    config = pygit2.init_repository(half_made, bare=True).config
    for key, value in DURABLE.items():
        config[key] = value
    half_made.rename(path)
