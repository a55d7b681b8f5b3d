"""Lets the agent run a command in the workspace and see how it ended."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from goals.agents.tools.bounded import middle_out
from goals.agents.tools.tool import Bench, Tool, ToolResult
from goals.ports import Action, Command, Ran

LONGEST = 600.0
NOT_RUN = (126, 127)

_STOPPED = {
    "timeout": "its time was up",
    "output": "it printed too much",
    "memory": "it took too much memory",
    "processes": "it started too many processes",
    "disk": "too little room was left on the disk",
    "cancelled": "it was cancelled",
}


class Shell(Tool):
    """Run a command with /bin/sh in the workspace's folder. Its input is empty. When it ends, everything that it started ends with it, background processes too. Of a long output you see the beginning and the end."""

    name: ClassVar[str] = "shell"

    command: Annotated[
        str, StringConstraints(min_length=1, max_length=100_000, pattern=r"^[^\x00]*\S[^\x00]*$")
    ] = Field(description="The command line.")
    timeout: float = Field(
        120,
        gt=0,
        le=LONGEST,
        description="Seconds after which it is stopped, at most 600.",
        allow_inf_nan=False,
    )

    def action(self) -> Action:
        return Action(self.command, (self.name, self.command), command=True)

    async def run(self, bench: Bench) -> ToolResult:
        timeout = bench.seconds(self.timeout)
        command = Command(
            cwd=bench.workspace,
            shell=self.command,
            timeout=timeout,
            goal_id=bench.goal.id,
            confinement=bench.confinement,
        )
        ran = await bench.executor.run(command)
        failed = bool(ran.stopped) or ran.exit_code in NOT_RUN
        return ToolResult(f"{_ending(ran)}\n{_output(ran)}", failed)


def _ending(ran: Ran) -> str:
    if ran.stopped:
        return f"[stopped after {ran.seconds:.1f} s: {_STOPPED[ran.stopped]}]"
    return f"[exit code {ran.exit_code} after {ran.seconds:.1f} s]"


def _output(ran: Ran) -> str:
    return middle_out(ran.output, ran.size if ran.tail else None) or "(no output)"
