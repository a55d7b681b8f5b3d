"""Lets the agent write a whole file of the workspace."""

from __future__ import annotations

from threading import Event
from typing import ClassVar

from pydantic import Field

from goals.agents.tools.inside import Kind, find
from goals.agents.tools.threads import LONGEST, in_thread
from goals.agents.tools.tool import Bench, InsidePath, Tool, ToolResult
from goals.agents.tools.writing import put
from goals.ports import Action


class WriteFile(Tool):
    """Write a file of the workspace: a new one, its folders made where they are missing, or all of one that is there. At most 2 MB."""

    name: ClassVar[str] = "write_file"

    path: InsidePath
    content: str = Field(description="The file's whole content.")

    def action(self) -> Action:
        return Action(f"{self.name} {self.path}\n{self.content}", (self.name, self.path, self.content))

    async def run(self, bench: Bench) -> ToolResult:
        async with bench.writing:
            return await in_thread(lambda stop: self._write(bench, stop), bench.seconds(LONGEST))

    def _write(self, bench: Bench, stop: Event) -> ToolResult:
        content = self.content.encode()
        with find(bench.workspace, self.path, make=True) as spot:
            made = spot.kind is Kind.NOTHING
            put(spot, content, stop)
        return ToolResult(f"{'Made' if made else 'Replaced'} {spot.path} ({len(content):,} bytes).")
