"""One turn of the built-in agent: ask, run the tools, store, ask again. It goes on where the stored steps end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from goals.agents import conversation
from goals.agents.conversation import Conversation
from goals.agents.memory import Cut, Memory
from goals.agents.talks import Talks
from goals.agents.tools import Toolbox, ToolResult
from goals.domain import budget, protected
from goals.domain.allowance import Exhausted
from goals.domain.errors import (
    ContextTooLong,
    CutStream,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    RateLimited,
)
from goals.domain.findings import ActionAsk, Busy, Outcome, Parked, Said, TurnReport, merged
from goals.domain.guard import BUSY_BACK_OFF
from goals.domain.usage import Purpose, Totals
from goals.domain.values import Budget, Goal, Step
from goals.meter import Kept, Meter
from goals.models import estimate
from goals.models.prompts import contract_changed, spoiled, steering, system_prompt
from goals.ports import (
    Action,
    Clock,
    Gate,
    Go,
    Goals,
    ModelCall,
    ModelReply,
    No,
    StepKind,
    StepLog,
    Task,
    ToolCall,
)

STUCK = 3
"""Resumptions in a row without a step, or a person's resume, between them."""

CUT = "Your answer ended at its limit of tokens, so that this call may be a part of one: write less at once."

MOST_IN_VAIN = 5
"""Calls in a row of which nothing came; another one that may have cost something is the last."""


@dataclass(frozen=True, slots=True)
class Mind:
    """Which model is asked, by what means, and how often in a turn. `timeout` in seconds per call.

    `touched` names the protected files of a goal that are not as they were.
    """

    model: str
    meter: Meter
    goals: Goals
    clock: Clock
    max_steps: int
    timeout: float
    touched: Callable[[Goal], Awaitable[Sequence[str]]]


@dataclass(slots=True)
class Loop:
    """`log` are the steps of this turn, stored before and since; `talk` is what the model is told of all steps;
    `goal` is the task's, as it was read last.

    `asked` is when the call under way was begun, `lost` are seconds that calls without an answer took. `spent` is
    what the ledger said after the last answer, `head` the system prompt of a revision, `asks` are the calls that
    people must allow first: no model is asked before they are answered.
    """

    mind: Mind
    task: Task
    steps: StepLog
    purpose: Purpose
    toolbox: Toolbox
    gate: Gate
    memory: Memory
    talks: Talks
    goal: Goal = field(init=False)
    log: list[Step] = field(default_factory=list)
    talk: Conversation = field(default_factory=Conversation)
    asked: float = 0.0
    lost: float = 0.0
    spent: Totals | None = None
    head: tuple[int, str] | None = None
    asks: list[ActionAsk] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.goal = self.task.goal

    async def run(self, prompt: str) -> Outcome:
        outcome = await self._run(prompt)
        self.talks.keep(self.task.goal.id, self.told, self.talk)
        return outcome

    async def _run(self, prompt: str) -> Outcome:
        self.log = list(self.steps.before)
        self.talk = self.talks.take(self.task.goal.id, self.told)
        if self.log and not self.task.goal.streaks.busy:
            await self._store("resume", {"queued": self._queued})
        if self._stuck():
            return self._report(broken=f"Goalward was stopped {STUCK} times at the same step of the agent.")
        if not self._asked_already():
            news = {"briefed": len(self.goal.brief), "revision": self.goal.revision}
            self._store_later(self._step("prompt", {"text": prompt, **news, "for": self._attempt}))
        late = await self._finish_last_reply()
        while not self.asks and not self._done():
            limits = await self._steer(late=late or bool(self._replies()))
            self.asked = self.mind.clock.monotonic()
            try:
                reply = await self._answer(limits)
            except (RateLimited, ModelUnavailable, CutStream) as error:
                self.lost += self.mind.clock.monotonic() - self.asked
                self.spent = None
                self.goal = await self.mind.goals.newest(self.goal)
                if self._out_of_time():
                    return self._report(exhausted="seconds")
                if _paid(error) and self.task.goal.streaks.busy >= MOST_IN_VAIN:
                    return self._report(
                        broken=f"{error} That was call {MOST_IN_VAIN + 1} in a row without an answer."
                    )
                return Busy(str(error), self._until(error), self.lost)
            except ModelError as error:
                return self._report(broken=str(error))
            if isinstance(reply, Exhausted):
                return self._report(exhausted=reply.dimension)
            await self._run_tools(reply.calls)
        return Parked(tuple(self.asks), self.spent) if self.asks else self._report()

    # --- where it stands, read from the log -----------------------------------------------------------

    @property
    def _attempt(self) -> int:
        """Planning is tried again after each denial and each change; what was stored for an earlier try is past."""
        goal = self.task.goal
        return goal.asked + goal.revision - 1 if self.purpose is Purpose.PLAN else 0

    def _asked_already(self) -> bool:
        prompts = [s for s in self.log if s.kind == "prompt"]
        return bool(prompts) and prompts[-1].body["for"] == self._attempt

    def _stuck(self) -> bool:
        last = self.log[-STUCK:]
        return len(last) == STUCK and all(
            step.kind == "resume" and step.body["queued"] == self._queued for step in last
        )

    @property
    def _queued(self) -> str:
        """When the goal was last put to work by people, or asked them; a crash leaves it as it is."""
        return f"{self.task.goal.queued_at.isoformat()} {self.task.goal.asked}"

    def _since_prompt(self) -> list[Step]:
        last = max((n for n, s in enumerate(self.log) if s.kind == "prompt"), default=0)
        return self.log[last:]

    def _replies(self) -> list[Step]:
        return [s for s in self._since_prompt() if s.kind == "reply"]

    def _done(self) -> bool:
        """The model called no tool, proposed something, or has used up its steps."""
        replies = self._replies()
        if self._out_of_time():
            return True
        if not replies:
            return False
        called = bool(replies[-1].body["calls"])
        return not called or self._said().ends_turn or len(replies) >= self.mind.max_steps

    def _said(self) -> Said:
        said = Said()
        for step in self._since_prompt():
            if step.kind == "result" and step.body.get("said"):
                said = merged(said, ToolResult.said_from(step.body["said"]))
        return said

    # --- steps ----------------------------------------------------------------------------------------

    async def _answer(self, limits: Budget) -> ModelReply | Exhausted:
        """The model's next reply. What does not fit is summed up: before, and once more when the provider says so."""
        if self.memory.full(self.talk.size(self._beside())):
            spent = await self._shorten(limits, self.memory.due(self._live()))
            if spent is not None:
                return spent
        try:
            return await self._ask(limits)
        except ContextTooLong as error:
            cut = self.memory.forced(self._live(), self.talk.size(self._beside()))
            if cut is None:
                raise ContextTooLong(self.memory.too_long(self.task.goal)) from error
        spent = await self._shorten(limits, cut)
        if spent is not None:
            return spent
        try:
            return await self._ask(limits)
        except ContextTooLong as error:
            raise ContextTooLong(self.memory.too_long(self.task.goal)) from error

    async def _ask(self, limits: Budget) -> ModelReply | Exhausted:
        """The model's reply to the conversation as it is, stored."""
        beside = self._beside()
        call = ModelCall(
            self.mind.model,
            self.talk.messages(self._system()),
            self.toolbox.schemas(),
            self.memory.answer(self.talk.size(beside)),
            self._timeout(),
            tokens=max(self.talk.tokens + beside, self.talk.size(beside)),
        )
        return await self._booked(self.purpose, call, limits, "reply", len(self._replies()) + 1, _reply)

    async def _shorten(self, limits: Budget, cut: Cut | None) -> Exhausted | None:
        """Put a summary in the place of what is old, if anything is. Where the model writes none, we do."""
        if cut is None:
            return None
        goal = await self._fresh()
        call = await self.memory.call(goal, cut, self._timeout())

        def told(reply: ModelReply) -> dict[str, Any]:
            return self.memory.told(goal, cut, reply.text)

        try:
            reply = await self._booked(
                Purpose.COMPACTION, call, limits, "summary", len(self._replies()), told
            )
        except (ContextTooLong, ModelRefused):
            seconds = {"seconds": self.mind.clock.monotonic() - self.asked}
            await self._store("summary", self.memory.told(goal, cut, "") | seconds)
        else:
            if isinstance(reply, Exhausted):
                return reply
        self.talk = self._live().conversation()
        self.asked = self.mind.clock.monotonic()
        return None

    async def _booked(
        self,
        purpose: Purpose,
        call: ModelCall,
        limits: Budget,
        kind: StepKind,
        number: int,
        body: Callable[[ModelReply], dict[str, Any]],
    ) -> ModelReply | Exhausted:
        """The answer to a call; what leads to it is stored before it is made, the step that it makes with its price."""
        made: list[Step] = []

        def after(reply: ModelReply) -> Sequence[Step]:
            seconds = self.mind.clock.monotonic() - self.asked
            made.append(self.steps.step(kind, number, body(reply) | {"seconds": seconds}))
            made.extend(self._looks(reply.calls, number) if kind == "reply" else ())
            return made

        durable: list[Step] = []

        def stored(*steps: Step) -> None:
            durable.extend(steps)
            self.steps.stored(*steps)

        kept = Kept(self.steps.due(), after, stored)
        try:
            reply = await self.mind.meter.ask(self.task.goal.id, purpose, call, limits, kept)
        except ModelError:
            self.steps.later(*(step for step in kept.before if step not in durable))
            raise
        if isinstance(reply, Exhausted):
            await self.steps.store(*kept.before)
            return reply
        self._note(*made)
        self.spent = reply.spent
        return reply

    async def _fresh(self) -> Goal:
        """The goal as it is stored now, with the plan as it was last updated."""
        goal = await self.mind.goals.newest(self.goal)
        plan = self._said().plan
        return goal if plan is None else replace(goal, plan=plan)

    @property
    def told(self) -> Sequence[Step]:
        """The steps that the conversation is made of."""
        return (*self._remembered(), *self.log)

    def _live(self) -> conversation.Live:
        return conversation.live(self.told)

    def _beside(self) -> int:
        """Our estimate of what is told besides the conversation, in tokens."""
        return estimate.PER_MESSAGE + estimate.tokens(self._system()) + self.toolbox.size

    def _system(self) -> str:
        """The head of the conversation, the same bytes as long as the contract is the same."""
        if self.head is None or self.head[0] != self.goal.revision:
            self.head = (self.goal.revision, system_prompt(self.goal))
        return self.head[1]

    def _timeout(self) -> float:
        left = self.time_left
        return self.mind.timeout if left is None else min(self.mind.timeout, left)

    def _remembered(self) -> Sequence[Step]:
        """The earlier turns, unless each begins afresh."""
        return () if self.goal.request.fresh_context else self.steps.past

    async def _finish_last_reply(self) -> bool:
        """Run the calls that a crash kept from being started; those that had started stay unknown."""
        left = conversation.open_calls(self._since_prompt())
        if looks := self._looks(left, len(self._replies())):
            await self.steps.store(*looks)
            self._note(*looks)
        await self._run_tools(left)
        return bool(left)

    async def _run_tools(self, calls: Sequence[ToolCall]) -> None:
        """Those that need nobody's word side by side; then, one by one, those about which people are asked."""
        actions = {call: self.toolbox.action(call) for call in calls}
        held = {call: action for call, action in actions.items() if action and not self.gate.passes(action)}
        await self._run_together({call: actions[call] for call in calls if call not in held})
        for call, action in held.items():
            await self._run_held(call, action)

    async def _run_together(self, calls: Mapping[ToolCall, Action | None]) -> None:
        """Raises what the first one raised, as if it had been alone."""
        running = [self._run_tool(call) if action else self._look(call) for call, action in calls.items()]
        if len(running) == 1:
            return await running[0]
        try:
            async with asyncio.TaskGroup() as group:
                for call, each in zip(calls, running, strict=True):
                    group.create_task(each, name=f"tool {call.name}")
        except ExceptionGroup as several:
            raise several.exceptions[0] from several

    async def _run_held(self, call: ToolCall, action: Action) -> None:
        reply = self._replies()[-1]
        named = f"{reply.turn}.{reply.number}.{call.id}"
        match await self.gate.word(action, named, reply.body["text"]):
            case Go():
                await self._run_tool(call, alone=True)
            case No(why):
                body = {"id": call.id, "text": why, "failed": True, "seconds": 0.0}
                await self._store("result", body)
            case ActionAsk() as ask:
                self.asks.append(ask)

    async def _run_tool(self, call: ToolCall, *, alone: bool = False) -> None:
        """Noted before it is begun: what is killed in the middle of it is not begun a second time."""
        await self._store("call", _told(call))
        result = await self._result(call)
        await self._store("result", result | ({"alone": True} if alone else {}))

    def _looks(self, calls: Sequence[ToolCall], number: int) -> list[Step]:
        """That the calls which change nothing are begun: nobody's word holds them up, so they follow their reply at once."""
        looks = (call for call in calls if self.toolbox.action(call) is None)
        return [self.steps.step("call", number, _told(call)) for call in looks]

    async def _look(self, call: ToolCall) -> None:
        """Run a call that changes nothing; that it is begun is stored with the reply that asked for it."""
        self._store_later(self._step("result", await self._result(call)))

    async def _result(self, call: ToolCall) -> dict[str, Any]:
        begun = self.mind.clock.monotonic()
        result = await self.toolbox.run(call)
        seconds = self.mind.clock.monotonic() - begun
        cut = result.failed and self._replies()[-1].body.get("cut", False)
        text = f"{result.text} {CUT}" if cut else result.text
        body = {"id": call.id, "text": text, "failed": result.failed, "seconds": seconds}
        return body | ({"said": result.said_plain()} if result.said else {})

    async def _steer(self, *, late: bool) -> Budget:
        """Put what people changed and said since before the model's next step. Returns the allowances as they are now.

        Not `late` is the first step of a goal that was read a moment ago.
        """
        fresh = await self.mind.goals.newest(self.goal) if late else self.task.goal
        self.goal = fresh
        self.toolbox.know(fresh)
        if changes := [change for change in fresh.revisions if change.number > self._told()]:
            told = {"text": contract_changed(fresh, changes), "briefed": 0, "revision": fresh.revision}
            self._store_later(self._step("steer", told))
        if lines := fresh.brief[self._briefed() :]:
            self._store_later(self._step("steer", {"text": steering(lines), "briefed": len(lines)}))
        if late and fresh.request.protect:
            await self._warn(fresh)
        return fresh.request.budget

    async def _warn(self, goal: Goal) -> None:
        """Name protected files that the last tools have changed."""
        files = list(await self.mind.touched(goal))
        told = [s.body["touched"] for s in self._heard() if "touched" in s.body]
        if files and files != (told[-1] if told else list(protected.touched(self.task.goal))):
            spoilt = {"text": spoiled(files), "briefed": 0, "touched": files}
            self._store_later(self._step("steer", spoilt))

    def _briefed(self) -> int:
        return sum(s.body["briefed"] for s in self._heard())

    def _told(self) -> int:
        """The newest revision of the contract that the model was told in this turn."""
        return max((s.body.get("revision", 0) for s in self._heard()), default=0)

    def _heard(self) -> list[Step]:
        return [s for s in self._since_prompt() if s.kind in ("prompt", "steer")]

    async def _store(self, kind: StepKind, body: dict[str, Any]) -> None:
        step = self._step(kind, body)
        await self.steps.store(step)
        self._note(step)

    def _store_later(self, *steps: Step) -> None:
        self.steps.later(*steps)
        self._note(*steps)

    def _step(self, kind: StepKind, body: dict[str, Any]) -> Step:
        return self.steps.step(kind, len(self._replies()), body)

    def _note(self, *steps: Step) -> None:
        for step in steps:
            self.log.append(step)
            self.talk.add(step)

    # --- the end --------------------------------------------------------------------------------------

    def _report(self, *, broken: str = "", exhausted: str = "") -> TurnReport:
        results = [s for s in self._since_prompt() if s.kind == "result"]
        replies = self._replies()
        return TurnReport(
            text=next((s.body["text"] for s in reversed(replies) if s.body["text"]), ""),
            said=self._said(),
            seconds=self._seconds(),
            calls=len(
                {(s.number, s.body["id"]) for s in self._since_prompt() if s.kind in ("call", "result")}
            ),
            failed_calls=sum(bool(s.body["failed"]) for s in results),
            broken=broken,
            exhausted=exhausted,
            allowed=getattr(self.goal.request.budget, exhausted) if exhausted else None,
            winds_down=True,
            briefed=self._briefed(),
            used=self.spent,
            told=self._told(),
        )

    def _seconds(self) -> float:
        """The active time of the turn, as its stored steps tell it; tools that ran side by side count once."""
        asked = [s.body["seconds"] for s in self._since_prompt() if s.kind in ("reply", "summary")]
        tools: dict[int, float] = {}
        alone = 0.0
        for step in self._since_prompt():
            if step.kind == "result" and step.body.get("alone"):
                alone += step.body["seconds"]
            elif step.kind == "result":
                tools[step.number] = max(tools.get(step.number, 0.0), step.body["seconds"])
        return float(sum(asked) + sum(tools.values()) + alone + self.lost)

    @property
    def time_left(self) -> float | None:
        """Seconds of active time that the turn has left by now, of what is allowed by now; None without a limit."""
        left = budget.left(self.goal).seconds
        return None if left is None else left - self._seconds()

    def _out_of_time(self) -> bool:
        left = self.time_left
        return left is not None and left <= 0

    def _until(self, error: ModelError) -> datetime:
        seconds = error.seconds if isinstance(error, RateLimited) else None
        tries = self.task.goal.streaks.busy
        return self.mind.clock.now() + timedelta(
            seconds=seconds or BUSY_BACK_OFF[min(tries, len(BUSY_BACK_OFF) - 1)]
        )


def _paid(error: ModelError) -> bool:
    """Whether a call without an answer may have been charged."""
    return isinstance(error, CutStream) or (isinstance(error, ModelUnavailable) and error.maybe_used)


def _reply(reply: ModelReply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "calls": [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in reply.calls],
        "input": 0 if reply.estimated else reply.fresh + reply.cached,
        **({"cut": True} if reply.cut else {}),
    }


def _told(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "name": call.name, "arguments": call.arguments}
