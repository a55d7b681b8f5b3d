"""An agent and a verifier that answer in process and at once, found as entry points like anybody's."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any, cast

from pydantic import BaseModel

from goals.domain.findings import TurnReport
from goals.domain.values import Verdict, VerifierKind
from goals.plugins import AGENTS, BUILTIN, OURS, VERIFIERS, Plugins
from goals.ports import CheckContext, StepLog, Task

CALL = 1


class Score:
    """When each turn's agent was asked, in seconds of `time.perf_counter`, and how far agents may go.

    An agent waits while as many turns were taken as are allowed.
    """

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.act: Callable[[Task], None] = lambda task: None
        self._allowed = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._came_to_wait = asyncio.Event()

    def allow(self, turns: int) -> None:
        self._allowed += turns
        while self._allowed and self._waiting:
            self._allowed -= 1
            self._waiting.popleft().set_result(None)

    async def enter(self, task: Task) -> None:
        """Begin a turn, as soon as one is allowed."""
        self.asked.append(time.perf_counter())
        if self._allowed:
            self._allowed -= 1
        else:
            self._waiting.append(asyncio.get_running_loop().create_future())
            self._came_to_wait.set()
            await self._waiting[-1]
        self.act(task)

    async def until_waiting(self, agents: int = 1) -> None:
        """Return when so many agents wait for turns to be allowed."""
        while len(self._waiting) < agents:
            self._came_to_wait.clear()
            await self._came_to_wait.wait()


class Player:
    """The agent `builtin` of this process: each turn is one call with its result, both stored."""

    def __init__(self, score: Score) -> None:
        self._score = score

    def describe(self) -> str:
        return "builtin: answers at once"

    async def run(self, task: Task, steps: StepLog) -> TurnReport:
        await self._score.enter(task)
        await steps.add("call", CALL, {"tool": "shell", "command": "pytest -q"})
        await steps.add("result", CALL, {"exit_code": 1, "output": "3 failed, 12 passed"})
        return TurnReport(f"I looked at it for the {task.turn}. time.", seconds=0.01, calls=1)


class Anything(BaseModel):
    pass


class Referee:
    """The verifier `answered` of this process: it is never met and never finds the same twice."""

    Settings = Anything
    kind = VerifierKind.WORKSPACE

    def __init__(self, settings: Any) -> None:
        pass

    async def check(self, context: CheckContext) -> Verdict:
        found = f"{time.perf_counter_ns()} failed"
        return Verdict(False, found, evidence="E   assert 1 == 2\n" * 10, exit_code=1, fingerprint=found)


class Named:
    """An entry point that is not installed."""

    def __init__(self, name: str, thing: Any) -> None:
        self.name = name
        self.group = ""
        self.module = OURS[0]
        self.thing = thing

    def load(self) -> Any:
        return self.thing


def players(score: Score) -> Plugins:
    """The only plugins there are: agents that keep to the score, and the referee."""
    groups = {
        AGENTS: [Named(BUILTIN, lambda name, line, executor: Player(score))],
        VERIFIERS: [Named("answered", Referee)],
    }
    return Plugins(lambda group: cast(list[EntryPoint], groups.get(group, [])))
