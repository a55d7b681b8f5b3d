"""The built-in agent: a model that works with tools, in one conversation that lives in the stored steps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

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
from goals.meter import Kept, Meter
from goals.models import estimate
from goals.models.prompts import continuation, planning_prompt, system_prompt, wind_down_prompt
from goals.ports import Clock, Executor, Gate, Goals, ModelCall, ModelReply, StepKind, StepLog, Steps, Task

WIND_DOWN_INPUT, WIND_DOWN_ANSWER = 8_000, 700
"""Tokens, by our estimate: what a goal may take beyond its budget for its last words. A contract and findings that
are longer than 6,000 of them come on top.
"""


def last_words(steps: Sequence[Step]) -> str:
    """What the agent said last."""
    return next((str(s.body["text"]) for s in reversed(steps) if s.kind == "reply" and s.body["text"]), "")


def last_wind_down(steps: Sequence[Step], turn: int, dimension: str) -> Sequence[Step]:
    """The steps of a wind-down behind which nothing has happened; none where another is to be wound down.

    A turn has a step at least, so that there is one behind a wind-down after which the goal went on.
    """
    newest = takewhile(lambda step: step.kind in conversation.ASIDE, reversed(steps))
    return [step for step in newest if step.turn == turn and step.body["dimension"] == dimension]


@dataclass(frozen=True, slots=True)
class WindDown:
    """What last words are asked about; `dimension` of the budget is spent."""

    goal: Goal
    dimension: str
    live: conversation.Live


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
        """The last words on a spent budget, without tools; empty when no model can answer.

        They are asked for once: of what was begun before a crash only what is stored counts.
        """
        steps: Sequence[Step] = await self.steps.of_goal(task.goal.id)
        if begun := last_wind_down(steps, task.goal.turn, dimension):
            return next((str(s.body["text"]) for s in begun if s.kind == conversation.LAST_WORDS), "")
        if task.goal.request.fresh_context:
            steps = [step for step in steps if step.turn == task.goal.turn]
        ask = WindDown(task.goal, dimension, conversation.live(steps))
        begin = self._step(ask, conversation.WIND_DOWN, {})
        with suppress(ModelError):
            try:
                return await self._last_words(ask, WIND_DOWN_INPUT, begin)
            except ContextTooLong:
                return await self._last_words(ask, WIND_DOWN_INPUT // 2)
        return ""

    async def _last_words(self, ask: WindDown, longest: int, *begin: Step) -> str:
        """`begin` is stored before the call, what is answered with its price."""
        goal, memory = ask.goal, self._memory(ask.goal)
        head, question = system_prompt(goal), wind_down_prompt(goal, ask.dimension)
        beside = 2 * estimate.PER_MESSAGE + estimate.tokens(head) + estimate.tokens(question)
        room = memory.room(longest, beside)
        talk = await asyncio.to_thread(memory.within, goal, ask.live, room)
        told = (*talk.messages(head), {"role": "user", "content": question})
        call = ModelCall(memory.model, told, (), WIND_DOWN_ANSWER, self.timeout)

        def after(reply: ModelReply) -> Sequence[Step]:
            return (self._step(ask, conversation.LAST_WORDS, {"text": reply.text}),)

        kept = Kept(begin, after, lambda *stored: None)
        reply = await self.meter.ask(goal.id, Purpose.WIND_DOWN, call, None, kept)
        return reply.text if isinstance(reply, ModelReply) else ""

    def _step(self, ask: WindDown, kind: StepKind, body: dict[str, Any]) -> Step:
        goal, told = ask.goal, {"dimension": ask.dimension, **body}
        return Step(goal.turn, 0, kind, told, self.clock.now(), goal.epoch)

    def _memory(self, goal: Goal) -> Memory:
        return Memory(self.model_of(goal.request), self.meter, self.compact_at)

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
        loop = Loop(mind, task, steps, purpose, toolbox, gate, self._memory(task.goal), self.talks)
        return loop
