"""Where the work is done: commands, how far they are kept in, and a goal's workspace."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from goals.domain.values import (
    FileChange,
    Goal,
)


@dataclass(frozen=True, slots=True)
class Confinement:
    """How far a command is kept in, wherever there is a sandbox.

    It may write `inside` only, which is the directory it runs in where none is named. It has a /tmp of its own:
    commands with the same `scratch` share one, without a name it is gone when the command ends. Without a name Python
    also reads no bytecode that was there before the command, sandbox or not. One that does not even write `inside` is
    left with its /tmp.
    """

    inside: Path | None = None
    network: bool = False
    scratch: str = ""
    writes: bool = True


CLOSED = Confinement()


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: `argv`, or `shell` text for /bin/sh. Sizes in bytes, times in seconds.

    `stdin` is written and closed. stdout and stderr come back merged, in order, head and tail of each bounded.
    Without a `confinement` it is our own, and no sandbox is put around it.
    """

    cwd: Path
    argv: tuple[str, ...] = ()
    shell: str = ""
    stdin: bytes = b""
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 120.0
    goal_id: str = ""
    confinement: Confinement | None = CLOSED


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended. `exit_code` is None when it was stopped; `stopped` says by which limit."""

    exit_code: int | None
    head: str
    tail: str
    size: int
    seconds: float
    stopped: Literal["", "timeout", "output", "memory", "processes", "disk", "cancelled"] = ""

    @property
    def output(self) -> str:
        if not self.tail:
            return self.head
        return f"{self.head}\n[… {self.size} bytes in all …]\n{self.tail}"


class Runner(Protocol):
    async def run(self, command: Command) -> Ran:
        """Run a command to its end; its whole tree of processes is dead on return, also when cancelled."""


class Executor(Runner, Protocol):
    async def kill(self, goal_id: str) -> None:
        """End what runs for a goal."""

    async def sweep(self) -> int:
        """End what an earlier process of ours left behind; returns how many trees there were."""

    async def forget(self, goal_id: str) -> None:
        """Remove what a goal's commands left in their /tmp."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A workspace's state: `tree` names its content, `changed` what differs from the snapshot before."""

    tree: str
    changed: tuple[FileChange, ...] = ()
    files: tuple[FileChange, ...] = ()


class Workspaces(Protocol):
    async def open(self, goal: Goal) -> Path:
        """The goal's directory, made at the first call. Raises BadRequest with a sentence when it cannot be."""

    def seen(self, goal: Goal) -> AbstractAsyncContextManager[Path]:
        """The goal's directory for somebody who only looks: where another machine works on it a copy, for the block, of
        what that has stored last. The goal stays where it is.

        Raises BadRequest with a sentence where neither can be had, StoreUnavailable while nobody can say.
        """

    def nothing(self) -> AbstractAsyncContextManager[Path]:
        """An empty directory, for what looks at no workspace."""

    async def snapshot(self, goal: Goal, turn: int) -> Snapshot:
        """Record the tree as it is; turn 0 is the base. The same content gives the same tree, at no cost."""

    async def diff(self, goal_id: str, turn: int | None = None) -> str:
        """A unified diff of one turn, or of everything since the base."""

    async def since_base(self, goal: Goal, tree: str) -> tuple[FileChange, ...]:
        """What differs between the base and a tree that was recorded."""

    async def base(self, goal: Goal) -> str:
        """The tree with which the record begins."""

    async def save(self, goal: Goal) -> str:
        """Store what is on record where other machines find it, if goals may move at all.

        Returns a sentence where that cannot be done, once until it can. Raises StaleGoal where another has gone on.
        """

    async def news(self, goal: Goal) -> str:
        """What the agent has to be told of its workspace, until it has `heard` it; empty for nothing."""

    async def heard(self, goal: Goal) -> None: ...

    def fresh(self, goal: Goal, tree: str) -> AbstractAsyncContextManager[Path]:
        """A directory with a recorded tree, its protected paths as they are in the base, and nothing else.

        It is gone after the block. Raises BadRequest for what cannot be written out again.
        """
