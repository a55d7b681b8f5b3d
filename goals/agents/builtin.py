"""The built-in agent: a model that works with tools, in one conversation that lives in the stored steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from goals.agents import conversation
from goals.agents.loop import Loop, Mind
from goals.agents.memory import Memory
from goals.agents.talks import Talks
from goals.agents.tools import Toolbox
from goals.agents.tools.tool import Awaited, nothing_else
from goals.clean import Clean
from goals.domain.errors import ContextTooLong, ModelError
from goals.domain.findings import Outcome
from goals.domain.usage import Purpose
from goals.domain.values import Goal, Request, Step
from goals.meter import Meter
from goals.models.prompts import continuation, planning_prompt, system_prompt, wind_down_prompt
from goals.ports import Clock, Executor, Gate, Goals, ModelCall, ModelReply, StepLog, Steps, Task

WIND_DOWN_ANSWER = 700
"""Tokens."""


def last_words(steps: Sequence[Step]) -> str:
    """What the agent said last."""
    return next((str(s.body["text"]) for s in reversed(steps) if s.kind == "reply" and s.body["text"]), "")


Touched = Callable[[Goal], Awaitable[Sequence[str]]]


async def untouched(goal: Goal) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class BuiltinAgent:
    """`model` is who is asked where a goal names none; `max_steps` bounds the model calls of a turn.

    A conversation takes up to the share `compact_at` of the model's window.
    `clean` takes secrets out of what its tools find; `gates` gives the gate for the tool calls of a goal in its
    workspace, `touched` the protected files that differ from how they were,
    `awaited` the verifier that may be waited for under a name.
    """

    model: str
    meter: Meter
    goals: Goals
    steps: Steps
    executor: Executor
    clock: Clock
    gates: Callable[[Goal, Path], Gate]
    max_steps: int = 50
    timeout: float = 120.0
    compact_at: float = 0.8
    clean: Clean = str
    touched: Touched = untouched
    awaited: Awaited = nothing_else
    talks: Talks = field(default_factory=Talks)

    def describe(self) -> str:
        return f"the built-in agent with {self.model}"

    def model_of(self, asked: Request) -> str:
        return asked.model or self.model

    async def run(self, task: Task, steps: StepLog) -> Outcome:
        """Work until the model stops calling tools, proposes something, or has made `max_steps` calls."""
        loop = self._loop(task, steps, Purpose.AGENT)
        return await loop.run(continuation(task.goal, last_words(steps.past)))

    async def plan(self, task: Task, steps: StepLog) -> Outcome:
        """Look around with tools that change nothing, and write the plan that people approve."""
        loop = self._loop(task, steps, Purpose.PLAN)
        return await loop.run(planning_prompt(task.goal))

    async def wind_down(self, task: Task, dimension: str) -> str:
        """The last words on a spent budget, without tools; empty when no model can answer."""
        steps: Sequence[Step] = await self.steps.of_goal(task.goal.id)
        if task.goal.request.fresh_context:
            steps = [step for step in steps if step.turn == task.goal.turn]
        try:
            return await self._last_words(task, dimension, steps)
        except ContextTooLong:
            steps = self._shortened(task, steps)
        except ModelError:
            return ""
        with suppress(ModelError):
            return await self._last_words(task, dimension, steps)
        return ""

    async def _last_words(self, task: Task, dimension: str, steps: Sequence[Step]) -> str:
        talk = conversation.messages(system_prompt(task.goal), steps)
        asked = {"role": "user", "content": wind_down_prompt(task.goal, dimension)}
        call = ModelCall(self.model_of(task.goal.request), (*talk, asked), (), WIND_DOWN_ANSWER, self.timeout)
        reply = await self.meter.ask(task.goal.id, Purpose.WIND_DOWN, call, None)
        return reply.text if isinstance(reply, ModelReply) else ""

    def _shortened(self, task: Task, steps: Sequence[Step]) -> Sequence[Step]:
        """The steps with a summary that costs nothing."""
        goal, live = task.goal, conversation.live(steps)
        memory = self._memory(task)
        cut = memory.forced(live, live.conversation().tokens)
        if cut is None:
            return steps
        told = memory.told(goal, cut, "")
        return (*steps, Step(task.turn, 0, conversation.SUMMARY, told, self.clock.now(), goal.epoch))

    def _memory(self, task: Task) -> Memory:
        return Memory(self.model_of(task.goal.request), self.meter, self.compact_at)

    def _loop(self, task: Task, steps: StepLog, purpose: Purpose) -> Loop:
        toolbox = Toolbox(
            task.workspace,
            self.executor,
            task.goal,
            read_only=purpose is Purpose.PLAN,
            time_left=lambda: loop.time_left,
            confinement=task.confinement,
            clean=self.clean,
            awaited=self.awaited,
        )
        mind = Mind(
            self.model_of(task.goal.request),
            self.meter,
            self.goals,
            self.clock,
            self.max_steps,
            self.timeout,
            self.touched,
        )
        gate = self.gates(task.goal, task.workspace)
        loop = Loop(mind, task, steps, purpose, toolbox, gate, self._memory(task), self.talks)
        return loop
