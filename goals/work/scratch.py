"""The /tmp of commands in a sandbox: a directory in our state that they see as /tmp and nobody else sees."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scratch:
    """`tmp` and `shm` are written by commands, `nothing` is an empty file."""

    tmp: Path
    shm: Path
    nothing: Path


class Scratches:
    """Those of all goals, by name. They live on disk: what lies in memory counts for nobody's limit."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def make(self, name: str) -> Scratch:
        place = self._root / name
        made = Scratch(place / "tmp", place / "shm", self._root / "nothing")
        for directory in (made.tmp, made.shm):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        made.nothing.touch()
        return made

    def remove(self, name: str) -> None:
        """What cannot be removed stays until the next start."""
        with suppress(OSError, RecursionError):
            shutil.rmtree(self._root / name, ignore_errors=True)

    def keep(self, names: Collection[str]) -> None:
        """Remove all others."""
        found = self._root.iterdir() if self._root.is_dir() else ()
        for name in {path.name for path in found if path.is_dir()}.difference(names):
            self.remove(name)
