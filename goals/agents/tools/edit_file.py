"""Lets the agent change one place of a file of the workspace."""

from __future__ import annotations

from threading import Event
from typing import ClassVar

from pydantic import Field

from goals.agents.tools.inside import find
from goals.agents.tools.threads import LONGEST, in_thread
from goals.agents.tools.tool import Bench, InsidePath, Refused, Tool, ToolResult
from goals.agents.tools.writing import LARGEST, put
from goals.ports import Action


class EditFile(Tool):
    """Replace a text in a file of the workspace. The old text must be there exactly once, so take enough of its surroundings along, with every space and line break."""

    name: ClassVar[str] = "edit_file"

    path: InsidePath
    old: str = Field(min_length=1, description="The text that is there now, exactly.")
    new: str = Field(description="What is to stand in its place.")

    def action(self) -> Action:
        change = [f"- {line}" for line in self.old.splitlines()] + [
            f"+ {line}" for line in self.new.splitlines()
        ]
        text = "\n".join((f"{self.name} {self.path}", *change))
        return Action(text, (self.name, self.path, self.old, self.new))

    async def run(self, bench: Bench) -> ToolResult:
        async with bench.writing:
            return await in_thread(lambda stop: self._edit(bench, stop), bench.seconds(LONGEST))

    def _edit(self, bench: Bench, stop: Event) -> ToolResult:
        with find(bench.workspace, self.path) as spot:
            with spot.open() as file:
                before = file.read(LARGEST + 1)
            if len(before) > LARGEST:
                raise Refused(f"{spot.path} is larger than {LARGEST:,} bytes; change it with a command.")
            old, new = _with_its_line_ends(before, self.old.encode(), self.new.encode())
            places = _places(before, old)
            if places != 1:
                raise Refused(_not_once(spot.path, places))
            put(spot, before.replace(old, new), stop)
        line = before.count(b"\n", 0, before.find(old)) + 1
        return ToolResult(f"Changed {spot.path} at line {line:,}.")


def _with_its_line_ends(content: bytes, old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """Old and new text as a file with lines that end in CR LF has them, where only so they can be found."""
    if old in content or b"\r\n" not in content or b"\r" in old:
        return old, new
    return old.replace(b"\n", b"\r\n"), new.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _places(content: bytes, text: bytes) -> int:
    """How often a text is there; two that overlap are two."""
    count = content.count(text)
    return 2 if count == 1 and content.find(text) != content.rfind(text) else count


def _not_once(path: str, places: int) -> str:
    if not places:
        return f"The old text is not in {path}; read the file and give it exactly as it stands there."
    return (
        f"The old text is at {places} places in {path}; give more of its surroundings, so that it is at one."
    )
