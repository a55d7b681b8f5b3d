"""The drive loop: take a turn, check, decide, record. One step of a goal per call, no state between calls.

`take_up` reads what is due, `advance` does it. That is idempotent: it begins where the stored steps end, and its
last act is the compare-and-set that moves the goal on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from goals.awaiting import Awaiting
from goals.checker import Checker
from goals.confining import UNCONFINED, Confining
from goals.domain import budget, facts, guard, judging, lifecycle
from goals.domain.errors import GoalError, NotNow, StaleGoal, StoreUnavailable
from goals.domain.findings import Findings, Outcome, Parked, TurnReport
from goals.domain.usage import Totals
from goals.domain.values import Goal, Next, Status, Step
from goals.journal import Journal
from goals.models.prompts import turn_prompt
from goals.plugins import Agents
from goals.ports import Busy, Clock, Goals, Ledger, StepKind, Steps, Task, Workspaces

log = logging.getLogger(__name__)


Stepped = Callable[[Goal, Step], None]


def unseen(goal: Goal, step: Step) -> None:
    return


@dataclass(frozen=True, slots=True)
class Due:
    """A goal to which something is due, with the steps that are stored already: of an agent with a mind of its
    own all, since they are its conversation; of others those of the turn that is due.
    """

    goal: Goal
    steps: Sequence[Step] = ()

    @property
    def turn(self) -> int:
        """The turn that is due; planning is turn 0."""
        return 0 if self.goal.next is Next.PLAN else self.goal.turn + 1


class Driver:
    def __init__(
        self,
        goals: Goals,
        steps: Steps,
        journal: Journal,
        workspaces: Workspaces,
        checker: Checker,
        agents: Agents,
        ledger: Ledger,
        clock: Clock,
        confining: Confining = UNCONFINED,
        awaiting: Awaiting | None = None,
        stepped: Stepped = unseen,
    ) -> None:
        """`stepped` is told of every step that was stored."""
        self._goals = goals
        self._steps = steps
        self._journal = journal
        self._workspaces = workspaces
        self._checker = checker
        self._agents = agents
        self._ledger = ledger
        self._clock = clock
        self._confining = confining
        self._awaiting = awaiting
        self._stepped = stepped

    async def take_up(self, goal_id: str) -> Due | None:
        """What is due for the goal as it is stored; None while nothing is."""
        goal = await self._goals.load(goal_id)
        return await self._due(goal) if goal else None

    async def take_over(self, goal_id: str, worker: str) -> Due | None:
        """What is due for the goal, which is `worker`'s from now on: what others still add to it is refused."""
        while (due := await self.take_up(goal_id)) is not None:
            try:
                taken = lifecycle.apply(due.goal, facts.TakenUp(self._clock.now(), worker))
                return await self._due((await self._journal.record(taken)).goal)
            except StaleGoal:
                log.info("goal %s changed while it was taken up", goal_id)
        return None

    async def advance(self, due: Due) -> Due | None:
        """Do what is due. Returns what is due next, where that is at once. Raises StoreUnavailable."""
        goal, log = due.goal, self._log(due)
        try:
            workspace = await self._workspaces.open(goal)
            if news := await self._workspaces.news(goal):
                return await self._restored(goal, news, log)
            fact = await self._done(goal, workspace, log)
            if unsaved := await self._workspaces.save(goal):
                await self._record(goal, facts.Noted(self._clock.now(), unsaved), log)
        except GoalError as error:
            fact = facts.Hindered(self._clock.now(), str(error))
        except StaleGoal:  # another has taken the goal over
            return None
        return await self._record(goal, fact, log)

    def _log(self, due: Due) -> TurnSteps:
        return TurnSteps(
            self._steps,
            due.goal,
            due.turn,
            self._clock,
            due.steps,
            lambda step: self._stepped(due.goal, step),
        )

    async def _restored(self, goal: Goal, news: str, log: TurnSteps) -> Due | None:
        """Keep for the agent what it has to know of a workspace that was moved, before anything else is done there."""
        due = await self._record(goal, facts.Restored(self._clock.now(), news), log)
        await self._workspaces.heard(goal)
        return due

    async def _due(self, goal: Goal) -> Due | None:
        if goal.status is not Status.ACTIVE or goal.due_at is not None:
            return None
        if self._agents.minded(goal.request.agent):
            return Due(goal, await self._steps.of_goal(goal.id))
        return Due(goal, await self._steps.of_turn(goal.id, Due(goal).turn))

    async def _done(self, goal: Goal, workspace: Path, log: TurnSteps) -> facts.Fact:
        match goal.next:
            case Next.BASELINE:
                return await self._baseline(goal, workspace)
            case Next.PLAN:
                return await self._plan(goal, workspace, log)
            case Next.TURN:
                return await self._turn(goal, workspace, log)
            case Next.CHECK:
                return await self._recheck(goal, workspace, log)
            case Next.WIND_DOWN:
                return await self._wind_down(goal, workspace)

    async def _baseline(self, goal: Goal, workspace: Path) -> facts.Fact:
        base = await self._workspaces.snapshot(goal, 0)
        seen = await self._checker.check(goal, workspace, 0, base, ask=False)
        begins = await self._workspaces.base(goal) if goal.request.protect else base.tree
        return facts.BaselineTaken(self._clock.now(), seen.check, begins, seen.snapshot.files)

    async def _turn(self, goal: Goal, workspace: Path, steps: TurnSteps) -> facts.Fact:
        report = await self._run_agent(goal, workspace, steps)
        if not isinstance(report, TurnReport) or report.broken:
            await steps.store()
            return await self._cannot(goal, report)
        _, left, fresh = await _side_by_side(
            steps.store(), self._workspaces.snapshot(goal, steps.turn), self._goals.newest(goal)
        )
        if fresh.revision != goal.revision:  # people have changed the contract meanwhile
            left = await self._workspaces.snapshot(fresh, steps.turn)
        goal = fresh
        if self._awaiting is not None:
            report = replace(report, said=self._awaiting.said(goal, report.said))
        seen = await self._checker.check(goal, workspace, steps.turn, left)
        findings = Findings(
            at=self._clock.now(),
            check=seen.check,
            report=report,
            moved=left.tree != goal.tree,
            tree=seen.snapshot.tree,
            files=seen.snapshot.files,
            changed=seen.snapshot.changed,
            briefed=steps.briefed if report.briefed is None else report.briefed,
            used=await self._used(goal, report.used),
            told=steps.told if report.told is None else report.told,
        )
        findings = await self._judged(goal, workspace, findings, steps)
        return facts.TurnEnded(findings.at, findings)

    async def _judged(self, goal: Goal, workspace: Path, findings: Findings, log: TurnSteps) -> Findings:
        """Asks the judge where its word is due."""
        if not findings.check.unjudged:
            return findings
        booked = guard.tally(goal, findings)
        stops = not isinstance(guard.decide(booked, findings), guard.GoOn)
        if not judging.due(goal, findings, stops=stops):
            return findings
        minded = self._agents.minded(goal.request.agent)
        steps = log.all if minded else await self._steps.of_goal(goal.id)
        judged = await self._checker.judge(goal, workspace, booked.turn, findings, steps)
        used = await self._used(goal, judged.used)
        return replace(findings, check=judged.check, at=self._clock.now(), used=used)

    async def _plan(self, goal: Goal, workspace: Path, steps: TurnSteps) -> facts.Fact:
        """The agent's plan; for agents that cannot plan, what they are is what people approve."""
        agent = self._agents.minded(goal.request.agent)
        if agent is None:
            subject = self._agents.agent(goal.request.agent).describe()
            return facts.PlanProposed(self._clock.now(), subject)
        report = await self._guarded(goal, agent.plan(self._task(goal, 0, workspace), steps), steps)
        await steps.store()
        if not isinstance(report, TurnReport) or report.broken:
            return await self._cannot(goal, report)
        used = await self._used(goal, report.used)
        if report.exhausted:
            return facts.WoundDown(self._clock.now(), report.exhausted, "", used, report.seconds)
        return facts.PlanProposed(self._clock.now(), report.text or agent.describe(), report, used)

    async def _wind_down(self, goal: Goal, workspace: Path) -> facts.Fact:
        agent = self._agents.minded(goal.request.agent)
        task, begun = self._task(goal, goal.turn, workspace), self._clock.monotonic()
        summary = await agent.wind_down(task, goal.winding_down) if agent else ""
        seconds = self._clock.monotonic() - begun
        used = await self._used(goal)
        return facts.WoundDown(self._clock.now(), goal.winding_down, summary, used, seconds)

    async def _cannot(self, goal: Goal, report: Outcome) -> facts.Fact:
        used = await self._used(goal, report.used if isinstance(report, Parked) else None)
        if isinstance(report, Busy):
            return facts.AgentBusy(self._clock.now(), report.why, report.until, used, report.seconds)
        if isinstance(report, Parked):
            return facts.ActionsAsked(self._clock.now(), report.asks, used)
        return facts.AgentFailed(self._clock.now(), report.broken, report.seconds, used)

    async def _used(self, goal: Goal, said: Totals | None = None) -> Totals | None:
        """What the ledger says, or `said` after the last call; what a crash left open is booked first."""
        if self._agents.minded(goal.request.agent) is None:
            return None
        used = said or await self._ledger.totals(goal.id)
        if not (used.reserved_tokens or used.reserved_usd):
            return used
        await self._ledger.settle_open(goal.id, self._clock.now())
        return await self._ledger.totals(goal.id)

    def _task(self, goal: Goal, turn: int, workspace: Path) -> Task:
        prompt = "" if self._agents.minded(goal.request.agent) else turn_prompt(goal)
        walls = self._confining.of_agent(goal, workspace)
        return Task(goal, turn, workspace, prompt, budget.left(goal).seconds, walls)

    async def _run_agent(self, goal: Goal, workspace: Path, steps: TurnSteps) -> Outcome:
        agent = self._agents.agent(goal.request.agent)
        return await self._guarded(goal, agent.run(self._task(goal, steps.turn, workspace), steps), steps)

    async def _guarded(self, goal: Goal, running: Awaitable[Outcome], steps: TurnSteps) -> Outcome:
        try:
            return await running
        except GoalError:
            await steps.store()
            raise
        except (StaleGoal, StoreUnavailable):
            raise
        except Exception as error:  # an agent may be a stranger's code
            log.exception("the agent of goal %s failed", goal.id)
            return TurnReport("", broken=f"The agent failed: {type(error).__name__}: {error}")

    async def _recheck(self, goal: Goal, workspace: Path, log: TurnSteps) -> facts.Fact:
        stands = await self._workspaces.snapshot(goal, goal.turn)
        seen = await self._checker.check(goal, workspace, goal.turn, stands)
        findings = Findings(self._clock.now(), seen.check, tree=seen.snapshot.tree, files=seen.snapshot.files)
        findings = await self._judged(goal, workspace, findings, log)
        return facts.Rechecked(findings.at, findings)

    async def _record(self, goal: Goal, fact: facts.Fact, log: TurnSteps) -> Due | None:
        """Record what was found. Where the goal changed meanwhile, decide again; where it was stopped, drop it."""
        while True:
            try:
                after = (await self._journal.record(lifecycle.apply(goal, fact))).goal
            except StaleGoal:
                fresh = await self._goals.load(goal.id)
                if fresh is None or fresh.epoch != goal.epoch:  # another has taken the goal over
                    return None
                if (fresh.turn, fresh.next) != (goal.turn, goal.next):
                    return await self._due(fresh)
                goal = fresh
            except NotNow:
                return await self._due(goal)
            else:
                return await self._next(goal, after, log)

    async def _next(self, before: Goal, after: Goal, log: TurnSteps) -> Due | None:
        """Of a turn to which this very call has moved the goal on, nothing is stored yet."""
        at_once = after.status is Status.ACTIVE and after.due_at is None
        if not at_once or after.turn == before.turn:
            return await self._due(after)
        return Due(after, log.all if self._agents.minded(after.request.agent) else ())


async def _side_by_side(*acts: Awaitable[Any]) -> list[Any]:
    """What each gives. Where one fails the others are not left behind: raises the first one's error when all are over."""
    ended = await asyncio.gather(*acts, return_exceptions=True)
    for each in ended:
        if isinstance(each, BaseException):
            raise each
    return ended


@dataclass(slots=True)
class TurnSteps:
    """The steps of one turn: what was stored before a crash, and where to add to them.

    `known` were there when the turn was taken up, of earlier turns or of this one; `left` are those that are stored
    with what is stored next.
    """

    steps: Steps
    goal: Goal
    turn: int
    clock: Clock
    known: Sequence[Step] = ()
    told_of: Callable[[Step], None] = lambda step: None
    past: Sequence[Step] = field(init=False)
    before: Sequence[Step] = field(init=False)
    added: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.past = [step for step in self.known if step.turn != self.turn]
        self.before = [step for step in self.known if step.turn == self.turn]

    @property
    def all(self) -> Sequence[Step]:
        return (*self.known, *self.added)

    @property
    def briefed(self) -> int:
        """How many lines of the goal's brief the agent was told; of a run that was cut short nobody knows, so none."""
        if not self.before:
            return len(self.goal.brief)
        if not any(step.kind == "result" for step in self.before):
            return 0
        return int(self.before[0].body.get("briefed", 0))

    @property
    def told(self) -> int:
        """The revision of the contract that the agent was told; of a run that was cut short nobody knows, so 0."""
        if not self.before:
            return self.goal.revision
        if not any(step.kind == "result" for step in self.before):
            return 0
        return int(self.before[0].body.get("revision", 0))

    async def add(self, kind: StepKind, number: int, body: dict[str, Any]) -> Step:
        step = self.step(kind, number, body)
        await self.store(step)
        return step

    async def store(self, *steps: Step) -> None:
        if steps := (*self.due(), *steps):
            await self.steps.append(self.goal.id, *steps)
            self.stored(*steps)

    def later(self, *steps: Step) -> None:
        self.left += steps

    def due(self) -> Sequence[Step]:
        due, self.left = self.left, []
        return due

    def step(self, kind: StepKind, number: int, body: dict[str, Any]) -> Step:
        if kind == "call":
            body = {**body, "briefed": len(self.goal.brief), "revision": self.goal.revision}
        return Step(self.turn, number, kind, body, self.clock.now(), self.goal.epoch)

    def stored(self, *steps: Step) -> None:
        for step in steps:
            self.added.append(step)
            self.told_of(step)
