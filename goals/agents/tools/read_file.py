"""Lets the agent read a text file of the workspace, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Annotated, BinaryIO, ClassVar

from pydantic import Field

from goals.agents.tools import bounded
from goals.agents.tools.inside import find
from goals.agents.tools.threads import LONGEST, go_on, in_thread
from goals.agents.tools.tool import Bench, InsidePath, Refused, Tool, ToolResult
from goals.clean import Clean

MOST_LINES = 2_000
MOST_BYTES = 64 * 1024
PIECE = 4 * bounded.LINE
PROBE = 8_192


class ReadFile(Tool):
    """Read a text file of the workspace: at most 2,000 lines or 64 KB at once. Very long lines are cut."""

    name: ClassVar[str] = "read_file"
    for_planning: ClassVar[bool] = True

    path: InsidePath
    offset: Annotated[int, Field(ge=1, le=10**9, description="The first line to read, counted from 1.")] = 1
    limit: Annotated[int, Field(ge=1, description="How many lines to read, 2,000 at most.")] = MOST_LINES

    async def run(self, bench: Bench) -> ToolResult:
        return await in_thread(lambda stop: self._read(bench, stop), bench.seconds(LONGEST))

    def _read(self, bench: Bench, stop: Event) -> ToolResult:
        with find(bench.workspace, self.path) as spot, spot.open() as file:
            start = file.read(PROBE)
            if b"\0" in start:
                raise Refused(f"{spot.path} is no text: {_described(file, start)}.")
            file.seek(0)
            window = _window(file, self.offset, min(self.limit, MOST_LINES), bench.clean, stop)
        return ToolResult(f"[{spot.path}: {self._which(window)}]\n{window.text}")

    def _which(self, window: Window) -> str:
        if not window.lines:
            return "it is empty" if window.last == 0 else f"it has only {window.last:,} lines"
        end = self.offset + window.lines - 1
        lines = f"line {end:,}" if window.lines == 1 else f"lines {self.offset:,} to {end:,}"
        if window.more:
            return f"{lines}; it goes on, read on with offset {end + 1}"
        return f"{lines}, which is the end"


@dataclass(frozen=True, slots=True)
class Window:
    """Lines of a file as text. `last` is the number of the last line that was looked at; `more`: others follow."""

    text: str
    lines: int
    last: int
    more: bool


def _window(file: BinaryIO, offset: int, limit: int, clean: Clean, stop: Event) -> Window:
    kept: list[str] = []
    size = number = 0
    for number, raw in enumerate(_lines(file, stop), 1):
        if number < offset:
            continue
        size += len(raw)
        if len(kept) == limit or (kept and size > MOST_BYTES):
            return Window("\n".join(kept), len(kept), number, more=True)
        kept.append(_line(raw, clean))
    return Window("\n".join(kept), len(kept), number, more=False)


def _line(raw: bytes, clean: Clean) -> str:
    """One that is to be cut is cleaned before."""
    text = raw.decode("utf-8", "replace")
    return bounded.line(text if len(text) <= bounded.LINE else clean(text))


def _lines(file: BinaryIO, stop: Event) -> Iterator[bytes]:
    """Line after line without its end; of one that is very long the beginning."""
    while piece := file.readline(PIECE):
        go_on(stop)
        rest = piece
        while rest and not rest.endswith(b"\n"):
            go_on(stop)
            rest = file.readline(PIECE)
        yield piece.removesuffix(b"\n")


def _described(file: BinaryIO, start: bytes) -> str:
    size = file.seek(0, 2)
    return f"{size:,} bytes, beginning with {start[:16].hex(' ')}"
