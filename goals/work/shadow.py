"""A goal's shadow repository: its workspace turn by turn, kept where the agent cannot write.

One chain of commits per goal, `turn 0` is the base; a turn that changed nothing has no commit. libgit2 runs no
hooks, filters or monitors, and its own configuration is all that it reads.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from goals.domain.errors import BadRequest
from goals.domain.protected import Kept
from goals.domain.values import FileChange
from goals.ports import Snapshot
from goals.work import checkout, diffs
from goals.work.durable import flush, line, replace_line
from goals.work.libgit import pygit2
from goals.work.tree import Folder, Size, Walk, kept

NOBODY = ("goalward", "goalward@localhost", 0, 0)
FEW = 64
BEFORE = -1
"""The turn of a base that is not how the workspace stood when the goal began."""
TOGETHER = 8


class Shadow:
    """Blocking; one thread at a time is let in."""

    def __init__(self, path: Path, goal_id: str, largest: Size) -> None:
        self.path, self.largest = path, largest
        self.ref = path / "refs" / "goals" / goal_id
        self.lock = threading.Lock()
        self.store: pygit2.Repository | None = None
        self.folder: Folder | None = None
        self.base: pygit2.Tree | None = None
        self.files: tuple[bytes, tuple[FileChange, ...]] = (b"", ())

    @property
    def begun(self) -> bool:
        return self.ref.exists()

    @property
    def head(self) -> str:
        """The name of the last commit; empty before there is one."""
        return line(self.ref) if self.begun else ""

    def snapshot(
        self,
        workspace: Path,
        turn: int,
        always: Kept | None = None,
        *,
        settled: bool = False,
        cloned_at: str = "",
    ) -> Snapshot:
        """Record the workspace at a turn. The last turn may be recorded again; an earlier one is only compared, and
        so is a base that is `settled`.

        `always` is recorded also where it is ignored, and `cloned_at` with the base.
        """
        with self.lock:
            repository = self._opened()
            self._look(repository, workspace, always)
            return self._recorded(repository, turn, settled, cloned_at)

    def inherit(self, older: Shadow, workspace: Path, always: Kept) -> None:
        """Begin where an older goal's workspace stands, with its protected files as they were when that began."""
        with older.lock, self.lock:
            if not older.begun or self.begun:
                return
            theirs, repository = older._opened(), self._opened()
            self._look(repository, workspace, always)
            files = checkout.files(self._seen(repository), older._base(theirs), always.protected)
            written = checkout.copied(files, theirs, repository)
            name, trees = checkout.tree_of(repository, files)
            self._flush([*written, *trees])
            begun = cloned_at(next(older._chain(theirs)))
            self._commit(repository, _tree(repository, pygit2.Oid(raw=name)), None, BEFORE, begun)

    def holds(self, name: str) -> bool:
        """Whether a commit is one of this goal's."""
        with self.lock:
            return self.begun and any(str(commit.id) == name for commit in self._chain(self._opened()))

    @property
    def tree(self) -> str:
        """What the last commit holds; empty before there is one."""
        with self.lock:
            head = self._head(self._opened())
            return str(head.tree.id) if head else ""

    def claim(self) -> str:
        """Commit what is on record once more, as a commit that nobody else has; returns its name."""
        with self.lock:
            repository = self._opened()
            head = self._head(repository)
            assert head
            self._commit(repository, head.tree, head, turn_of(head), uuid4().hex)
            return line(self.ref)

    def made(self) -> Path:
        """Where its repository is, made where there was none: something may be fetched into it."""
        with self.lock:
            self._opened()
            return self.path

    def adopt(self, name: str) -> None:
        """Go on from a commit that was fetched."""
        with self.lock:
            replace_line(self.ref, f"{name}\n")
            self.folder = self.base = None
            self.files = (b"", ())

    def glance(self, workspace: Path, always: Kept | None = None) -> tuple[FileChange, ...]:
        """What differs from the base now; no turn is recorded."""
        with self.lock:
            if not self.begun:
                return ()
            repository = self._opened()
            self._look(repository, workspace, always)
            return self._since_base(repository, self._seen(repository))

    def since_base(self, name: str) -> tuple[FileChange, ...]:
        """What differs between the base and a tree that was recorded."""
        with self.lock:
            repository = self._opened()
            return self._since_base(repository, _tree(repository, name))

    def begins_with(self) -> str:
        """The tree that is the base; empty before there is one."""
        with self.lock:
            return str(self._base(self._opened()).id) if self.begun else ""

    def check_out(self, name: str, place: Path, order: checkout.Order) -> None:
        """Write a recorded tree to an empty directory, as the order says. Nobody else is kept waiting for it."""
        with self.lock:
            repository = self._opened()
            files = checkout.files(_tree(repository, name), self._base(repository), order.protected)
        checkout.write(pygit2.Repository(str(self.path)), files, place, order)

    def diff(self, turn: int | None) -> str:
        """A unified diff of a turn, or of everything since the base; empty when there is none."""
        with self.lock:
            if not self.begun:
                return ""
            repository = self._opened()
            chain = list(self._chain(repository))
            if turn is None:
                return diffs.text(chain[-1].tree, chain[0].tree)
            of_turn = [commit for commit in chain if turn_of(commit) == turn and commit.parents]
            return "".join(diffs.text(c.parents[0].tree, c.tree) for c in of_turn)

    def _opened(self) -> pygit2.Repository:
        if not self.begun:
            self.store = self.folder = self.base = None
        if self.store is None:
            if not self.ref.parent.is_dir():
                self._make()
            self.store = pygit2.Repository(str(self.path))
        return self.store

    def _make(self) -> None:
        """All or nothing: one that was half made by a process that was killed stays locked for ever."""
        half_made = self.path.with_name(f".{self.path.name}.half-made")
        for leftover in (half_made, self.path):
            shutil.rmtree(leftover, ignore_errors=True)
        pygit2.init_repository(half_made, bare=True)
        (half_made / self.ref.parent.relative_to(self.path)).mkdir(parents=True)
        half_made.rename(self.path)

    def _look(self, repository: pygit2.Repository, workspace: Path, always: Kept | None) -> None:
        """Walk the workspace and store what is new in it, durably."""
        walk = Walk(repository, workspace, self.largest, always)
        self.folder = walk.run(self.folder or self._remembered(repository))
        self._flush(walk.written)

    def _remembered(self, repository: pygit2.Repository) -> Folder:
        head = self._head(repository)
        return kept(head.tree) if head else Folder()

    def _recorded(
        self, repository: pygit2.Repository, turn: int, settled: bool, cloned_at: str = ""
    ) -> Snapshot:
        tree = self._seen(repository)
        head = self._head(repository)
        before = head
        if head and turn_of(head) == turn:
            before = head.parents[0] if head.parents else None
        kept = head is not None and (turn_of(head) > turn or (settled and before is None))
        if head is None or (head.tree.id != tree.id and not kept):
            self._commit(repository, tree, before, turn, cloned_at)
        changed = diffs.changes(before.tree, tree) if before else ()
        return Snapshot(str(tree.id), changed, self._since_base(repository, tree))

    def _seen(self, repository: pygit2.Repository) -> pygit2.Tree:
        assert self.folder
        tree = repository[pygit2.Oid(raw=self.folder.tree)]
        assert isinstance(tree, pygit2.Tree)
        return tree

    def _base(self, repository: pygit2.Repository) -> pygit2.Tree:
        self.base = self.base or [commit.tree for commit in self._chain(repository)][-1]
        return self.base

    def _commit(
        self,
        repository: pygit2.Repository,
        tree: pygit2.Tree,
        parent: pygit2.Commit | None,
        turn: int,
        more: str = "",
    ) -> None:
        parents = [parent.id] if parent else []
        told = f"turn {turn}\n\n{more}".strip()
        nobody = pygit2.Signature(*NOBODY)
        commit = repository.create_commit(None, nobody, nobody, told, tree.id, parents)
        self._flush([commit.raw])
        replace_line(self.ref, f"{commit}\n")
        if not parent:
            self.base, self.files = tree, (b"", ())

    def _since_base(self, repository: pygit2.Repository, tree: pygit2.Tree) -> tuple[FileChange, ...]:
        if self.files[0] != tree.id.raw:
            self.files = tree.id.raw, diffs.changes(self._base(repository), tree)
        return self.files[1]

    def _head(self, repository: pygit2.Repository) -> pygit2.Commit | None:
        if not self.begun:
            return None
        head = repository[line(self.ref)]
        assert isinstance(head, pygit2.Commit)
        return head

    def _chain(self, repository: pygit2.Repository) -> Iterator[pygit2.Commit]:
        """The commits from the last to the base."""
        commit = self._head(repository)
        while commit:
            yield commit
            commit = commit.parents[0] if commit.parents else None

    def _flush(self, names: Iterable[bytes]) -> None:
        """Bring stored objects to the disk, together: a disk writes several in hardly more time than one.

        What is in a pack already was stored before, and fetched from there.
        """
        places = {self.path / "objects" / name.hex()[:2] / name.hex()[2:] for name in names}
        paths = {path for path in places if path.exists()}
        if not paths:
            return
        if len(paths) > FEW:
            os.sync()
            return
        with ThreadPoolExecutor(TOGETHER) as threads:
            list(threads.map(flush, paths | {path.parent for path in paths}))


def _tree(repository: pygit2.Repository, name: str | pygit2.Oid) -> pygit2.Tree:
    """Raises BadRequest for one that is not on record."""
    tree = repository.get(name)
    if not isinstance(tree, pygit2.Tree):
        raise BadRequest("What the workspace looked like is no longer on record.")
    return tree


def turn_of(commit: pygit2.Commit) -> int:
    return int(commit.message.split()[1])


def cloned_at(commit: pygit2.Commit) -> str:
    """The commit of the goal's repository with which its workspace began, where that was noted."""
    while commit.parents:
        commit = commit.parents[0]
    return "".join(commit.message.split()[2:])
