"""Lets the agent find lines in the files of the workspace. `grep` does the search: it can be stopped at any moment."""

from __future__ import annotations

import re
from threading import Event
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from goals.agents.tools import bounded
from goals.agents.tools.inside import Kind, find
from goals.agents.tools.threads import in_thread
from goals.agents.tools.tool import Bench, InsidePath, Refused, Tool, ToolResult
from goals.domain.nearest import shown
from goals.ports import Command, Ran

TIMEOUT = 20.0
MOST_LINES = 200
MOST_PER_FILE = 100
LONGEST_LINE = 300

_GREP = ("grep", "-rnIHEs", "--devices=skip", "--exclude-dir=.git", f"--max-count={MOST_PER_FILE}")
_GROUP = re.compile(r"\(\?[:=!<imsxP#]")
_DIGITS = re.compile(r"((?:^|[^\\])(?:\\\\)*)\\d")


class SearchFiles(Tool):
    r"""Find the lines of the workspace's text files that match a regular expression (POSIX extended, also \b, \s, \w; no lookaround). You get file:line:text, at most 200 lines."""

    name: ClassVar[str] = "search_files"
    for_planning: ClassVar[bool] = True

    pattern: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00\n]+$")] = (
        Field(description="The regular expression; upper and lower case differ.")
    )
    path: InsidePath = "."

    async def run(self, bench: Bench) -> ToolResult:
        if _GROUP.search(self.pattern.replace("\\(", "")):
            raise Refused("Groups that begin with `(?` are not understood here; use POSIX extended syntax.")
        timeout = bench.seconds(TIMEOUT)
        path = await in_thread(lambda stop: self._place(bench, stop), timeout)
        argv = (*_GREP, "-e", _posix(self.pattern), "--", f"./{path}")
        command = Command(
            cwd=bench.workspace, argv=argv, env={"LC_ALL": "C.UTF-8"}, timeout=timeout, goal_id=bench.goal.id
        )
        return _found(await bench.executor.run(command), self.pattern)

    def _place(self, bench: Bench, stop: Event) -> str:
        """Where the search begins, without a link in it: `grep` would follow one."""
        with find(bench.workspace, self.path) as spot:
            if spot.kind in (Kind.NOTHING, Kind.SPECIAL):
                raise Refused(f"There is no file or folder {shown(spot.path)} in the workspace.")
            return spot.path


def _posix(pattern: str) -> str:
    r"""With `\d` written as `grep` knows it."""
    return _DIGITS.sub(r"\1[0-9]", _DIGITS.sub(r"\1[0-9]", pattern))


def _found(ran: Ran, pattern: str) -> ToolResult:
    if ran.exit_code == 127:
        raise Refused("`grep` is not installed here; search with another command.")
    if ran.exit_code not in (0, 1) and ran.head.startswith("grep: "):
        raise Refused(f"The pattern {shown(pattern)} cannot be used: {ran.head[6:300].splitlines()[0]}.")
    lines = [_line(line) for line in ran.head.split("\n") if line]
    lines = lines[:-1] if ran.tail and len(lines) > 1 else lines  # the last one was cut with the output
    notes = _notes(ran, len(lines))
    if not lines:
        return ToolResult("\n".join(["No line matches.", *notes]), failed=bool(ran.stopped))
    return ToolResult("\n".join([*lines[:MOST_LINES], *notes]))


def _notes(ran: Ran, lines: int) -> list[str]:
    notes = [f"[… stopped after {ran.seconds:.0f} s, before the end]"] if ran.stopped else []
    if lines > MOST_LINES or ran.tail:
        notes.append("[… more was found than is shown: narrow the pattern or the path]")
    return notes


def _line(line: str) -> str:
    return bounded.line(line.removeprefix("./").removeprefix("./"), LONGEST_LINE)
