"""Lets the agent see what lies in a folder of the workspace."""

from __future__ import annotations

import os
import stat
from itertools import islice
from threading import Event
from typing import ClassVar

from goals.agents.tools.inside import Kind, find
from goals.agents.tools.threads import LONGEST, go_on, in_thread
from goals.agents.tools.tool import Bench, InsidePath, Refused, Tool, ToolResult
from goals.domain.nearest import shown

MOST = 1_000
MOST_SORTED = 50_000


class ListFiles(Tool):
    """List a folder of the workspace, not what is deeper: folders first, files with their size in bytes. At most 1,000 entries; `.git` is left out."""

    name: ClassVar[str] = "list_files"
    for_planning: ClassVar[bool] = True

    path: InsidePath = "."

    async def run(self, bench: Bench) -> ToolResult:
        return await in_thread(lambda stop: self._list(bench, stop), bench.seconds(LONGEST))

    def _list(self, bench: Bench, stop: Event) -> ToolResult:
        with find(bench.workspace, self.path) as spot:
            if spot.kind is Kind.NOTHING:
                raise Refused(f"There is no folder {shown(spot.path)} in the workspace.")
            if spot.kind is not Kind.FOLDER:
                raise Refused(f"{shown(spot.path)} is {spot.kind.value}, not a folder.")
            folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=spot.fd)
            try:
                return ToolResult(f"[{spot.path}]\n{_listing(folder, stop)}")
            finally:
                os.close(folder)


def _listing(folder: int, stop: Event) -> str:
    with os.scandir(folder) as found:
        entries = [e for e in islice(found, MOST_SORTED + 1) if e.name != ".git"]
    go_on(stop)
    entries.sort(key=lambda entry: (not entry.is_dir(follow_symlinks=False), entry.name))
    lines = [_line(entry, folder) for entry in entries[:MOST]]
    if len(entries) > MOST:
        there = f"more than {MOST_SORTED:,}" if len(entries) >= MOST_SORTED else f"{len(entries):,}"
        lines.append(f"[… the first {MOST:,} of {there} entries]")
    return "\n".join(lines) or "(nothing)"


def _line(entry: os.DirEntry[str], folder: int) -> str:
    try:
        now = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(now.st_mode):
            return f"{entry.name}/"
        if stat.S_ISLNK(now.st_mode):
            return f"{entry.name} -> {os.readlink(entry.name, dir_fd=folder)}"
        return f"{entry.name}  {now.st_size}" if stat.S_ISREG(now.st_mode) else f"{entry.name}  (special)"
    except OSError:
        return f"{entry.name}  (gone)"
