"""Lets any command work on a goal: one run per turn, the prompt on its input, its proposals as tags in its text."""

from __future__ import annotations

import shlex
from typing import Any

from goals.agents import tags
from goals.domain.findings import TurnReport
from goals.ports import Command, Executor, Ran, StepLog, Task

LONGEST_RUN = 3600.0
HEAD = 4_000
TAIL = 16_000
CALL = 1

_NOT_RUN = (126, 127)
_STOPPED = {
    "timeout": "its time was up",
    "output": "it printed too much",
    "memory": "it took too much memory",
    "processes": "it started too many processes",
    "disk": "too little room was left on the disk",
}


class CommandAgent:
    """`line` is text for the shell, or the words of a command; `timeout` in seconds for one turn."""

    def __init__(
        self, name: str, line: str | tuple[str, ...], executor: Executor, timeout: float = LONGEST_RUN
    ) -> None:
        self.name = name
        self.shell = line if isinstance(line, str) else ""
        self.argv = () if isinstance(line, str) else tuple(line)
        self._executor = executor
        self._timeout = timeout

    @property
    def line(self) -> str:
        return self.shell or shlex.join(self.argv)

    def describe(self) -> str:
        return f"{self.name}: {self.line}"

    async def run(self, task: Task, steps: StepLog) -> TurnReport:
        """Run the command once for this turn, ever: a run that a crash cut short is reported, not repeated."""
        done = {step.kind: step.body for step in steps.before if step.number == CALL}
        if "result" in done:
            return self._report(done["result"])
        if "call" in done:
            return TurnReport("", interrupted=True)
        await steps.add("call", CALL, {"line": self.line, "cwd": str(task.workspace)})
        ran = await self._executor.run(self._command(task))
        result = _result(ran)
        await steps.add("result", CALL, result)
        return self._report(result)

    def _command(self, task: Task) -> Command:
        left = self._timeout if task.time_left is None else task.time_left
        return Command(
            cwd=task.workspace,
            argv=self.argv,
            shell=self.shell,
            stdin=task.prompt.encode(),
            env={"GOALWARD_GOAL": task.goal.id, "GOALWARD_TURN": str(task.turn)},
            timeout=max(min(self._timeout, left), 0.1),
            goal_id=task.goal.id,
            confinement=task.confinement,
        )

    def _report(self, result: dict[str, Any]) -> TurnReport:
        text, seconds = result["text"], result["seconds"]
        if result["stopped"] == "cancelled":
            return TurnReport(text, seconds=seconds, interrupted=True)
        if self._not_there(result):
            return TurnReport(text, seconds=seconds, broken=f"The agent's command cannot be run: {self.line}")
        ending = _ending(result)
        said = tags.read(text)
        return TurnReport(f"{text}\n{ending}".strip() if ending else text, said, seconds)

    def _not_there(self, result: dict[str, Any]) -> bool:
        """Whether the shell itself said so, in its one line that names the command."""
        if result["exit_code"] not in _NOT_RUN:
            return False
        word = (self.argv or tuple(self.shell.split()))[0]
        return (word in result["text"] and len(result["text"].splitlines()) <= 2) or not result[
            "text"
        ].strip()


def _result(ran: Ran) -> dict[str, Any]:
    text = ran.output
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]}\n[… {ran.size} bytes in all …]\n{text[-TAIL:]}"
    return {"exit_code": ran.exit_code, "text": text, "seconds": ran.seconds, "stopped": ran.stopped}


def _ending(result: dict[str, Any]) -> str:
    """How the run ended, where that is worth a sentence."""
    if result["stopped"]:
        why = _STOPPED.get(result["stopped"], result["stopped"])
        return f"[the agent's command was stopped: {why}]"
    if result["exit_code"]:
        return f"[the agent's command ended with exit code {result['exit_code']}]"
    return ""
