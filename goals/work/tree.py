"""Names the content of a directory: walks it, reads only what changed since the last walk, stores it as a git tree.

Nothing that lies in the directory is obeyed: no configuration, attribute, filter or link. Only plain .gitignore
files count, and only for files that were not kept before and are not to be kept in any case.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from goals.domain.errors import BadRequest
from goals.domain.protected import Kept
from goals.work.ignore import Ignores
from goals.work.libgit import pygit2

LARGE = 1_000_000
STANDS_IN = "a large file\n"
LARGEST_IGNORE = 64 * 1024
MOST_IGNORES = 512 * 1024
MOST_LOOKED_AT = 10
"""Entries of ignored folders, for each file that a workspace may have."""
RACY_NS = 50_000_000
NEVER: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """How large a workspace may be, counted without what git would ignore."""

    files: int = 50_000
    bytes: int = 1_000_000_000
    levels: int = 200


LARGEST = Size()


@dataclass(frozen=True, slots=True)
class File:
    """A file or link as it was kept; `seen` is its stat then, NEVER when it must be read again."""

    seen: tuple[int, ...]
    mode: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory as it was kept; `tree` names its content."""

    files: dict[str, File] = field(default_factory=dict)
    folders: dict[str, Folder] = field(default_factory=dict)
    tree: bytes = b""


def kept(tree: pygit2.Tree) -> Folder:
    """What a stored tree kept, to be compared with a directory that was not walked yet."""
    files: dict[str, File] = {}
    folders: dict[str, Folder] = {}
    for entry in tree:
        name = os.fsdecode(entry.raw_name or b"")
        if isinstance(entry, pygit2.Tree):
            folders[name] = kept(entry)
        else:
            files[name] = File(NEVER, entry.filemode, entry.id.raw)
    return Folder(files, folders, tree.id.raw)


class Walk:
    """One walk over `root`. `written` are the objects that it stored; `always` is kept also where it is ignored.

    Raises BadRequest when it is larger than `largest`.
    """

    def __init__(
        self, store: pygit2.Repository, root: Path, largest: Size, always: Kept | None = None
    ) -> None:
        self.store, self.root, self.largest, self.always = store, str(root), largest, always
        self.certain_before = time.time_ns() - RACY_NS
        self.written: list[bytes] = []
        self.files = self.bytes = self.looked_at = 0
        self.rules = 0

    def run(self, known: Folder) -> Folder:
        """The directory as it is; `known` itself when nothing changed."""
        folder = self._folder("", known, Ignores(), 0)
        return folder if folder.tree else Folder(tree=self._tree({}, {}))

    def _folder(self, inside: str, known: Folder, ignores: Ignores | None, depth: int) -> Folder:
        """A directory below the root; its `tree` is empty when it holds nothing to keep.

        Without `ignores` it is left out itself: only what was kept before, or always is, counts.
        """
        entries = _entries(f"{self.root}/{inside}")
        if ignores is None and self.always:
            self._look_at(len(entries))
        ignores = ignores and self._with_own(ignores, inside, entries)
        files: dict[str, File] = {}
        folders: dict[str, Folder] = {}
        for entry in entries:
            path = inside + entry.name
            if entry.is_dir(follow_symlinks=False):
                before = known.folders.get(entry.name)
                out = ignores is None or ignores.leave_out(path, folder=True)
                if before or not out or (self.always and self.always.folder(path)):
                    self._deeper(depth)
                    below = self._folder(f"{path}/", before or Folder(), None if out else ignores, depth + 1)
                    if below.tree:
                        folders[entry.name] = below
            else:
                last = known.files.get(entry.name)
                if last or self._in(ignores, path):
                    file = self._file(entry, last)
                    if file:
                        files[entry.name] = file
        if known.tree and _same(files, known.files) and _same(folders, known.folders):
            return known
        return Folder(files, folders, self._tree(files, folders) if files or folders else b"")

    def _in(self, ignores: Ignores | None, path: str) -> bool:
        """Whether a file that was not kept before is kept."""
        if ignores and not ignores.leave_out(path, folder=False):
            return True
        return self.always is not None and self.always.file(path)

    def _with_own(self, ignores: Ignores, inside: str, entries: list[os.DirEntry[str]]) -> Ignores:
        """With the rules that a directory brings itself, until there were too many in all."""
        own = next((entry for entry in entries if entry.name == ".gitignore" and _obeyed(entry)), None)
        text = self._rules(own) if own else ""
        self.rules += len(text)
        return ignores.below(inside, text) if text and self.rules <= MOST_IGNORES else ignores

    def _rules(self, entry: os.DirEntry[str]) -> str:
        try:
            return os.fsdecode(read(entry.path))
        except OSError:
            return ""

    def _file(self, entry: os.DirEntry[str], last: File | None) -> File | None:
        """None for what is no file or link, or cannot be read."""
        try:
            now = entry.stat(follow_symlinks=False)
        except OSError:
            return None
        self._count(now.st_size)
        seen = (now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino, now.st_mode)
        if last and last.seen == seen:
            return last
        content = self._content(entry, now)
        if content is None:
            return None
        certain = max(now.st_mtime_ns, now.st_ctime_ns) < self.certain_before
        name = _name(content)
        if last is None or last.content != name:
            self._store(pygit2.enums.ObjectType.BLOB, content)
        return File(seen if certain else NEVER, _mode(now.st_mode), name)

    def _content(self, entry: os.DirEntry[str], now: os.stat_result) -> bytes | None:
        try:
            if stat.S_ISLNK(now.st_mode):
                return os.fsencode(os.readlink(entry.path))  # noqa: PTH115
            return read(entry.path) if stat.S_ISREG(now.st_mode) else None
        except OSError:
            return None

    def _tree(self, files: dict[str, File], folders: dict[str, Folder]) -> bytes:
        rows = [(name, file.mode, file.content) for name, file in files.items()]
        rows += [(name, stat.S_IFDIR, folder.tree) for name, folder in folders.items()]
        return self._store(pygit2.enums.ObjectType.TREE, listed(rows))

    def _store(self, kind: pygit2.enums.ObjectType, content: bytes) -> bytes:
        name: bytes = self.store.write(kind, content).raw
        self.written.append(name)
        return name

    def _count(self, size: int) -> None:
        self.files += 1
        self.bytes += size
        if self.files > self.largest.files:
            raise BadRequest(
                f"{self.root} has more than {self.largest.files:,} files that git would not ignore."
            )
        if self.bytes > self.largest.bytes:
            raise BadRequest(
                f"{self.root} has more than {self.largest.bytes / 1e9:g} GB that git would not ignore."
            )

    def _look_at(self, entries: int) -> None:
        self.looked_at += entries
        if self.looked_at > MOST_LOOKED_AT * self.largest.files:
            raise BadRequest(
                f"{self.root} has too many ignored files to look for protected ones among them: "
                "protect them with globs that begin with a folder, like `tests/**`."
            )

    def _deeper(self, depth: int) -> None:
        if depth >= self.largest.levels:
            raise BadRequest(f"{self.root} has directories more than {self.largest.levels} levels deep.")


def listed(rows: Iterable[tuple[str, int, bytes]]) -> bytes:
    """A directory the way git stores it: sorted as if a folder's name ended in a slash."""
    ended = (
        (os.fsencode(name) + b"/" * (mode == stat.S_IFDIR), mode, content) for name, mode, content in rows
    )
    lines = (b"%o %s\0%s" % (mode, name.rstrip(b"/"), content) for name, mode, content in sorted(ended))
    return b"".join(lines)


def _entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return [entry for entry in found if entry.name != ".git"]
    except OSError:
        return []


def _obeyed(entry: os.DirEntry[str]) -> bool:
    """Only a plain, small .gitignore is ever opened: a pipe would hang, a link leads elsewhere."""
    return (
        entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_size <= LARGEST_IGNORE
    )


def _same(now: dict[str, File] | dict[str, Folder], before: dict[str, File] | dict[str, Folder]) -> bool:
    return len(now) == len(before) and all(value is before.get(name) for name, value in now.items())


def _name(content: bytes) -> bytes:
    """How git names a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).digest()


def _mode(mode: int) -> int:
    if stat.S_ISLNK(mode):
        return stat.S_IFLNK
    return 0o100755 if mode & stat.S_IXUSR else 0o100644


def read(path: str) -> bytes:
    """The content; of a large file its size and hash, one line each.

    So that no file is taken for a large one, what begins like that text is kept in the same way.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        start = file.read(LARGE + 1)
        if len(start) <= LARGE and not start.startswith(STANDS_IN.encode()):
            return start
        digest, size = hashlib.sha256(start), len(start)
        while piece := file.read(LARGE):
            digest.update(piece)
            size += len(piece)
        return f"{STANDS_IN}bytes {size}\nsha256 {digest.hexdigest()}\n".encode()


def is_stand_in(content: bytes) -> bool:
    """Whether a content is what is kept of a large file."""
    return content.startswith(STANDS_IN.encode()) and len(content) < 200
