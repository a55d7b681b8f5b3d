"""What differs between two stored trees: files with line counts, and text for people."""

from __future__ import annotations

from goals.domain.values import FileChange
from goals.work.libgit import pygit2

LONGEST = 2_000_000


def changes(before: pygit2.Tree, after: pygit2.Tree) -> tuple[FileChange, ...]:
    if before.id == after.id:
        return ()
    return tuple(_change(patch) for patch in before.diff_to_tree(after) if patch)


def text(before: pygit2.Tree, after: pygit2.Tree) -> str:
    """A unified diff; what does not fit in LONGEST characters is left out, file by file, and said at the end."""
    shown: list[str] = []
    room, left_out = LONGEST, 0
    for patch in before.diff_to_tree(after):
        piece = patch.data.decode("utf-8", "replace") if patch else ""
        if len(piece) <= room:
            shown.append(piece)
            room -= len(piece)
        else:
            left_out += 1
    if left_out:
        shown.append(f"[… the changes of {left_out} more files are too long to be shown …]\n")
    return "".join(shown)


def _change(patch: pygit2.Patch) -> FileChange:
    path = patch.delta.new_file.raw_path.decode("utf-8", "replace")
    if patch.delta.is_binary:
        return FileChange(path)
    _, added, removed = patch.line_stats
    return FileChange(path, added, removed)
