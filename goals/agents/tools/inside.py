"""Finds what lies inside a workspace and nothing else, whatever its links say and whoever moves things meanwhile.

Every part of a path is opened by itself, from the folder before it, without following links; links are followed
here, and only as long as they stay inside. What is found is held open, so that it cannot be exchanged.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from goals.agents.tools.tool import Refused
from goals.domain.nearest import shown

MOST_PARTS = 200
MOST_LINKS = 20

_LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC


class Kind(Enum):
    NOTHING = "nothing"
    FILE = "a file"
    FOLDER = "a folder"
    SPECIAL = "neither a file nor a folder"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the workspace: `name` in the open `folder`; `fd` is what is there. `path` has no links in it."""

    folder: int
    name: str
    path: str
    fd: int | None

    @property
    def kind(self) -> Kind:
        if self.fd is None:
            return Kind.NOTHING
        mode = os.fstat(self.fd).st_mode
        return {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER}.get(stat.S_IFMT(mode), Kind.SPECIAL)

    def open(self) -> BinaryIO:
        """The file, to be read. Raises Refused for what is no file."""
        if self.kind is not Kind.FILE:
            raise Refused(_not_a_file(self))
        return os.fdopen(
            os.open(f"/proc/self/fd/{self.fd}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb"
        )


@contextmanager
def find(workspace: Path, path: str, *, make: bool = False) -> Iterator[Spot]:
    """What a path of the workspace names, open until the end of the block. Blocks.

    With `make` the folders on the way are made. Raises Refused for what leads outside or passes through what
    is no folder, OSError as it comes.
    """
    with ExitStack() as opened:
        yield _Walk(workspace, opened, make).to(path)


class _Walk:
    """The way to one path; `folders` are open, from the workspace down to where it is."""

    def __init__(self, workspace: Path, opened: ExitStack, make: bool) -> None:
        self.workspace, self.opened, self.make = workspace, opened, make
        root = os.open(workspace, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        opened.callback(os.close, root)
        self.folders, self.names = [root], [""]
        self.parts = self.links = 0

    def to(self, path: str) -> Spot:
        ahead = deque(self._ahead(path, path))
        while ahead:
            name = ahead.popleft()
            if name == "..":
                self._up(path)
                continue
            fd = self._look(name, last=not ahead)
            if fd is None:
                return Spot(self.folders[-1], name, self._path(name), None)
            mode = os.fstat(fd).st_mode
            if stat.S_ISLNK(mode):
                ahead.extendleft(reversed(self._behind(fd, path)))
            elif stat.S_ISDIR(mode):
                self.folders.append(fd)
                self.names.append(name)
            elif ahead:
                raise Refused(f"{shown(self._path(name))} is no folder.")
            else:
                return Spot(self.folders[-1], name, self._path(name), fd)
        return Spot(self.folders[-1], ".", self._path(), self.folders[-1])

    def _ahead(self, target: str, asked: str) -> tuple[str, ...]:
        """The parts of a path; one that is absolute begins at the workspace again."""
        parts = PurePosixPath(target)
        if parts.is_absolute():
            homes = (self.workspace.absolute(), self.workspace.resolve())
            home = next((home for home in homes if parts.is_relative_to(home)), None)
            if home is None:
                raise Refused(_outside(asked))
            del self.folders[1:], self.names[1:]
            parts = parts.relative_to(home)
        return parts.parts

    def _up(self, asked: str) -> None:
        if len(self.folders) == 1:
            raise Refused(_outside(asked))
        self.folders.pop()
        self.names.pop()

    def _look(self, name: str, *, last: bool) -> int | None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise Refused("The path has too many parts.")
        try:
            return self._opened(name)
        except FileNotFoundError:
            if last:
                return None
            if not self.make:
                raise Refused(f"There is no folder {shown(self._path(name))} in the workspace.") from None
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=self.folders[-1])
        return self._opened(name)

    def _opened(self, name: str) -> int:
        fd = os.open(name, _LOOK, dir_fd=self.folders[-1])
        self.opened.callback(os.close, fd)
        return fd

    def _behind(self, link: int, asked: str) -> tuple[str, ...]:
        self.links += 1
        if self.links > MOST_LINKS:
            raise Refused(f"{shown(asked)} passes through too many links.")
        return self._ahead(os.readlink("", dir_fd=link), asked)

    def _path(self, name: str = "") -> str:
        return "/".join(part for part in (*self.names, name) if part) or "."


def _outside(path: str) -> str:
    return f"{shown(path)} leads outside the workspace; use paths relative to it."


def _not_a_file(spot: Spot) -> str:
    if spot.kind is Kind.NOTHING:
        return f"There is no file {shown(spot.path)} in the workspace."
    return f"{shown(spot.path)} is {spot.kind.value}, so it is not touched as a file."
