"""Writes a recorded tree to a directory of its own, and takes that away again whatever was left in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_IFDIR, S_ISLNK
from threading import Event

from goals.domain.bytecode import compiled
from goals.domain.errors import BadRequest
from goals.domain.nearest import shown
from goals.domain.protected import cover
from goals.work.libgit import pygit2
from goals.work.tree import is_stand_in, listed, read

PATIENCE = 60.0
"""Seconds for taking away what our own means cannot."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to check out: `protected` paths as they are in the base; large files, which are not on record, from `source`.

    Once `stop` is set no further file is written.
    """

    source: Path
    protected: tuple[str, ...] = ()
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Entry:
    mode: int
    content: pygit2.Oid


def files(tree: pygit2.Tree, base: pygit2.Tree, protected: Sequence[str]) -> dict[str, Entry]:
    """The files of a tree by their paths, the protected ones as they are in the base; bytecode only from there."""
    before = dict(_entries(base))
    ours = {path: entry for path, entry in before.items() if _covered(path, protected)} if protected else {}
    folders = {str(folder) for path in ours for folder in PurePosixPath(path).parents}
    theirs = {
        path: entry
        for path, entry in _entries(tree)
        if path not in folders
        and not _covered(path, protected)
        and (not compiled(path) or before.get(path) == entry)
    }
    return dict(sorted((theirs | ours).items()))


def tree_of(store: pygit2.Repository, entries: Mapping[str, Entry]) -> tuple[bytes, list[bytes]]:
    """Store the tree of files that are stored; returns its name and those of all trees that it took."""
    rows, below = [], defaultdict[str, dict[str, Entry]](dict)
    for path, entry in entries.items():
        name, _, inside = path.partition("/")
        if inside:
            below[name][inside] = entry
        else:
            rows.append((name, entry.mode, entry.content.raw))
    made: list[bytes] = []
    for name, inner in below.items():
        tree, more = tree_of(store, inner)
        rows.append((name, S_IFDIR, tree))
        made += more
    tree = store.write(pygit2.enums.ObjectType.TREE, listed(rows)).raw
    return tree, [*made, tree]


def copied(entries: Mapping[str, Entry], of: pygit2.Repository, to: pygit2.Repository) -> list[bytes]:
    """Store what is not there yet of some files; returns the names."""
    missing = {entry.content for entry in entries.values() if entry.content not in to}
    return [to.create_blob(stored(of, content)).raw for content in missing]


def write(store: pygit2.Repository, entries: Mapping[str, Entry], place: Path, order: Order) -> None:
    """Raises BadRequest for a large file that is not in the source as it was recorded."""
    for path, entry in entries.items():
        if order.stop.is_set():
            return
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, entry.mode, stored(store, entry.content), order.source / path)


def remove(place: Path) -> None:
    """Take a directory away, also one in which a program has forbidden that, or nested folders without end."""
    with suppress(RecursionError):
        shutil.rmtree(place, ignore_errors=True)
    if not os.path.lexists(place):
        return
    for words in (("chmod", "-R", "u+rwx"), ("rm", "-rf")):
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                (*words, "--", str(place)), stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False
            )


def stored(store: pygit2.Repository, name: pygit2.Oid) -> bytes:
    blob = store[name]
    assert isinstance(blob, pygit2.Blob)
    return blob.data


def _write(target: Path, mode: int, content: bytes, source: Path) -> None:
    if S_ISLNK(mode):
        target.symlink_to(os.fsdecode(content))
        return
    permissions = 0o777 if mode & 0o100 else 0o666
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, permissions)
    with os.fdopen(fd, "wb") as file:
        if is_stand_in(content):
            _copy(source, content, file.fileno())
        else:
            file.write(content)


def _copy(source: Path, stand_in: bytes, fd: int) -> None:
    if not is_as_recorded(source, stand_in):
        raise BadRequest(f"The large file {shown(source.name)} is not in the workspace as it was recorded.")
    with source.open("rb") as found, os.fdopen(os.dup(fd), "wb") as file:
        shutil.copyfileobj(found, file)


def is_as_recorded(source: Path, content: bytes) -> bool:
    try:
        return read(str(source)) == content
    except OSError:
        return False


def _covered(path: str, globs: Sequence[str]) -> bool:
    return cover(tuple(globs), path)


def _entries(tree: pygit2.Tree, inside: str = "") -> Iterator[tuple[str, Entry]]:
    for entry in tree:
        path = inside + os.fsdecode(entry.raw_name or b"")
        if isinstance(entry, pygit2.Tree):
            yield from _entries(entry, f"{path}/")
        else:
            yield path, Entry(entry.filemode, entry.id)
