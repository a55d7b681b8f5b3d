"""The tools that the built-in agent has in a turn, and what becomes of each of its calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from goals.agents.tools import arguments
from goals.agents.tools.ask_person import AskPerson
from goals.agents.tools.edit_file import EditFile
from goals.agents.tools.get_goal import GetGoal
from goals.agents.tools.give_up import ReportBlocked, ReportUnachievable
from goals.agents.tools.list_files import ListFiles
from goals.agents.tools.propose_complete import ProposeComplete
from goals.agents.tools.propose_goal import ProposeGoal
from goals.agents.tools.read_file import ReadFile
from goals.agents.tools.schemas import schema, size
from goals.agents.tools.search_files import SearchFiles
from goals.agents.tools.shell import Shell
from goals.agents.tools.tool import Awaited, Bench, Refused, Tool, ToolResult, nothing_else
from goals.agents.tools.update_plan import UpdatePlan
from goals.agents.tools.wait_for import WaitFor
from goals.agents.tools.write_file import WriteFile
from goals.clean import Clean
from goals.domain.nearest import nearest, shown
from goals.domain.values import Goal
from goals.ports import CLOSED, Action, Confinement, Executor, ToolCall

TOOLS: tuple[type[Tool], ...] = (
    Shell,
    ReadFile,
    WriteFile,
    EditFile,
    ListFiles,
    SearchFiles,
    GetGoal,
    ProposeGoal,
    UpdatePlan,
    ProposeComplete,
    ReportBlocked,
    ReportUnachievable,
    WaitFor,
    AskPerson,
)


class Toolbox:
    """Tools for one turn on a goal. With `read_only` it has what a planning turn may use.

    `time_left` says the seconds of active time that remain, None without a limit; `clean` takes secrets out of
    what the model is told.
    """

    def __init__(
        self,
        workspace: Path,
        executor: Executor,
        goal: Goal,
        *,
        read_only: bool,
        time_left: Callable[[], float | None],
        clean: Clean = str,
        confinement: Confinement = CLOSED,
        awaited: Awaited = nothing_else,
    ) -> None:
        self._tools = {tool.name: tool for tool in TOOLS if tool.for_planning or not read_only}
        self._read_only = read_only
        self._understood: dict[ToolCall, Tool] = {}
        self._bench = Bench(
            workspace, executor, goal, time_left, clean, confinement=confinement, awaited=awaited
        )

    def know(self, goal: Goal) -> None:
        """The goal as it is by now; the plan stays what the agent has made of it in this turn."""
        plan = self._bench.goal.plan
        self._bench = replace(self._bench, goal=goal if goal.plan == plan else replace(goal, plan=plan))

    def schemas(self) -> tuple[dict[str, Any], ...]:
        """The tools as models are told of them, always in the same order and bytes."""
        return tuple(schema(tool) for tool in self._tools.values())

    @property
    def size(self) -> int:
        """How long the schemas are, estimated, in tokens."""
        return sum(map(size, self._tools.values()))

    def action(self, call: ToolCall) -> Action | None:
        """What a call would do to the world; None for one that changes nothing or cannot be carried out."""
        try:
            return self._tool(call).action()
        except Refused:
            return None

    async def run(self, call: ToolCall) -> ToolResult:
        """Carry out a call. Whatever is wrong with it is said in a failed result. Ends within a second of
        being cancelled; what it started is dead then.
        """
        result = await self._outcome(call)
        if result.said and result.said.plan is not None:
            self._bench = replace(self._bench, goal=replace(self._bench.goal, plan=result.said.plan))
        return replace(result, text=self._bench.clean(_storable(result.text)))

    async def _outcome(self, call: ToolCall) -> ToolResult:
        try:
            return await self._tool(call).run(self._bench)
        except Refused as refused:
            return ToolResult(str(refused), failed=True)
        except TimeoutError:
            return ToolResult(f"`{call.name}` took too long and was given up.", failed=True)
        except OSError as wrong:
            why = os.strerror(wrong.errno) if wrong.errno else "the system refused it"
            return ToolResult(f"`{call.name}` could not be carried out: {why}.", failed=True)

    def _tool(self, call: ToolCall) -> Tool:
        if call in self._understood:
            return self._understood[call]
        if call.name in self._tools:
            self._understood[call] = arguments.read(self._tools[call.name], call.arguments)
            return self._understood[call]
        if self._read_only and any(tool.name == call.name for tool in TOOLS):
            raise Refused(f"`{call.name}` is not there while the goal is planned; look, and write the plan.")
        raise Refused(f"There is no tool {shown(call.name)}.{nearest(call.name, self._tools)}")


def _storable(text: str) -> str:
    """Without what no database or provider takes: NUL, and halves of characters out of odd file names."""
    return text.replace("\0", "␀").encode("utf-8", "replace").decode()
