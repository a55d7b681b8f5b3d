"""Where the record of a goal's workspace is kept for other machines, and how it gets there.

Elsewhere is a repository for snapshots alone, in which each goal has a ref of its own. Our own git speaks to it, from
the goal's shadow repository.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from goals.domain.errors import StaleGoal, StoreUnavailable
from goals.domain.values import Goal
from goals.ports import Command, Executor
from goals.work.origin import GIT, GIT_ENV, REMOTE, last_line, remote_of, without_password

TIMEOUT = 120.0
QUIET = (*GIT, "-c", "gc.auto=0", "-c", "maintenance.auto=false")
STALE = ("(stale info)", "but expected", "reference already exists")
"""What git says where somebody else has stored something since."""


class Unsaved(Exception):
    """A snapshot could not be stored; the message is a sentence."""


class Snapshots(Protocol):
    """`at` is a repository of ours on this machine: the goal's shadow, or one to look at a goal."""

    async def newest(self, goal_id: str, at: Path) -> str:
        """The goal's last commit; empty where there is none. Raises StoreUnavailable where nobody can say."""

    async def push(self, goal: Goal, commit: str, known: str, at: Path) -> None:
        """Store the last commit in `at`, where the last one stored is still the one that is `known`.

        Raises StaleGoal where it is not, Unsaved where nothing could be stored.
        """

    async def fetch(self, goal_id: str, commit: str, at: Path) -> None:
        """Bring a stored commit, with all before it, into `at`. Raises StoreUnavailable."""

    async def kept(self, at: Path) -> list[str]:
        """The goals of which something is stored. Raises StoreUnavailable."""

    async def forget(self, goal_id: str, at: Path) -> None:
        """Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    url: str
    executor: Executor

    async def newest(self, goal_id: str, at: Path) -> str:
        told = await self._asked(goal_id, at, "ls-remote", "--quiet", "--", self.url, ref(goal_id))
        return told.partition("\t")[0].strip()

    async def push(self, goal: Goal, commit: str, known: str, at: Path) -> None:
        if self.url in (goal.request.repo, await asyncio.to_thread(remote_of, goal.request.repo)):
            raise Unsaved(f"{self._shown} is the goal's own repository: no snapshot is pushed there.")
        lease = f"--force-with-lease={ref(goal.id)}:{known}"
        words = ("push", "--porcelain", lease, "--", self.url, f"{commit}:{ref(goal.id)}")
        code, said = await self._git(goal.id, at, *words)
        if code != 0 and any(sign in said for sign in STALE):
            raise StaleGoal(goal.id)
        if code != 0:
            raise Unsaved(f"The workspace could not be copied to {self._shown}: {last_line(said)}.")

    async def fetch(self, goal_id: str, commit: str, at: Path) -> None:
        words = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", self.url)
        await self._asked(goal_id, at, *words, f"+{ref(goal_id)}:refs/found/{goal_id}")

    async def kept(self, at: Path) -> list[str]:
        told = await self._asked("", at, "ls-remote", "--quiet", "--", self.url, ref("*"))
        return [line.rpartition("/")[2] for line in told.splitlines() if ref("") in line]

    async def forget(self, goal_id: str, at: Path) -> None:
        await self._asked(goal_id, at, "push", "--quiet", "--", self.url, f":{ref(goal_id)}")

    @property
    def _shown(self) -> str:
        return without_password(self.url)

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


def ref(goal_id: str) -> str:
    return f"refs/goals/{goal_id}"


def directory(place: str) -> Path | None:
    """What a place for snapshots names on this machine; None of a URL, and of no place at all."""
    return Path(place).expanduser().absolute() if place and not REMOTE.match(place) else None
