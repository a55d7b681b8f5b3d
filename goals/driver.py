"""The drive loop: take a turn, check, decide, record. One step of a goal per call, no state between calls.

`advance` is idempotent: it begins where the stored steps end, and its last act is the compare-and-set that
moves the goal on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from goals.checker import Checker
from goals.domain import budget, facts, lifecycle
from goals.domain.errors import GoalError, NotNow, StaleGoal
from goals.domain.findings import Findings, TurnReport
from goals.domain.values import Goal, Next, Status, Step
from goals.journal import Journal
from goals.models.prompts import turn_prompt
from goals.plugins import Agents
from goals.ports import Clock, Goals, Steps, Task, Workspaces

log = logging.getLogger(__name__)


class Driver:
    def __init__(
        self,
        goals: Goals,
        steps: Steps,
        journal: Journal,
        workspaces: Workspaces,
        checker: Checker,
        agents: Agents,
        clock: Clock,
    ) -> None:
        self._goals = goals
        self._steps = steps
        self._journal = journal
        self._workspaces = workspaces
        self._checker = checker
        self._agents = agents
        self._clock = clock

    async def advance(self, goal_id: str) -> Goal | None:
        """Do what the goal is due for next. Returns the goal when more is due at once."""
        goal = await self._goals.load(goal_id)
        if goal is None or goal.status is not Status.ACTIVE:
            return None
        try:
            workspace = await self._workspaces.open(goal)
            fact = await self._due(goal, workspace)
        except GoalError as error:
            fact = facts.Hindered(self._clock.now(), str(error))
        after = await self._record(goal, fact)
        return after if after is not None and after.status is Status.ACTIVE else None

    async def _due(self, goal: Goal, workspace: Path) -> facts.Fact:
        match goal.next:
            case Next.BASELINE:
                return await self._baseline(goal, workspace)
            case Next.PLAN:
                return facts.PlanProposed(
                    self._clock.now(), self._agents.agent(goal.request.agent).describe()
                )
            case Next.TURN:
                return await self._turn(goal, workspace)
            case Next.CHECK:
                return await self._recheck(goal, workspace)

    async def _baseline(self, goal: Goal, workspace: Path) -> facts.Fact:
        base = await self._workspaces.snapshot(goal, 0)
        check = await self._checker.check(goal, workspace, 0, base.tree, ask=False)
        return facts.BaselineTaken(self._clock.now(), check, base.tree)

    async def _turn(self, goal: Goal, workspace: Path) -> facts.Fact:
        turn = goal.turn + 1
        steps = TurnSteps(self._steps, goal, turn, self._clock, await self._steps.of_turn(goal.id, turn))
        report = await self._run_agent(goal, workspace, turn, steps)
        if report.broken:
            return facts.AgentFailed(self._clock.now(), report.broken)
        snapshot = await self._workspaces.snapshot(goal, turn)
        check = await self._checker.check(goal, workspace, turn, snapshot.tree)
        findings = Findings(
            at=self._clock.now(),
            check=check,
            report=report,
            moved=snapshot.tree != goal.tree,
            tree=snapshot.tree,
            files=snapshot.files,
            changed=snapshot.changed,
            briefed=steps.briefed,
        )
        return facts.TurnEnded(findings.at, findings)

    async def _run_agent(self, goal: Goal, workspace: Path, turn: int, steps: TurnSteps) -> TurnReport:
        task = Task(goal, turn, workspace, turn_prompt(goal), budget.left(goal).seconds)
        try:
            return await self._agents.agent(goal.request.agent).run(task, steps)
        except (GoalError, StaleGoal):
            raise
        except Exception as error:  # an agent may be a stranger's code
            log.exception("the agent of goal %s failed", goal.id)
            return TurnReport("", broken=f"The agent failed: {type(error).__name__}: {error}")

    async def _recheck(self, goal: Goal, workspace: Path) -> facts.Fact:
        snapshot = await self._workspaces.snapshot(goal, goal.turn)
        check = await self._checker.check(goal, workspace, goal.turn, snapshot.tree)
        findings = Findings(at=self._clock.now(), check=check, tree=snapshot.tree, files=snapshot.files)
        return facts.Rechecked(findings.at, findings)

    async def _record(self, goal: Goal, fact: facts.Fact) -> Goal | None:
        """Record what was found. Where the goal changed meanwhile, decide again; where it was stopped, drop it."""
        while True:
            try:
                return (await self._journal.record(lifecycle.apply(goal, fact))).goal
            except StaleGoal:
                fresh = await self._goals.load(goal.id)
                if fresh is None or (fresh.turn, fresh.next, fresh.epoch) != (
                    goal.turn,
                    goal.next,
                    goal.epoch,
                ):
                    return fresh
                goal = fresh
            except NotNow:
                return goal


@dataclass(slots=True)
class TurnSteps:
    """The steps of one turn: what was stored before a crash, and where to add to them."""

    steps: Steps
    goal: Goal
    turn: int
    clock: Clock
    before: Sequence[Step] = field(default=())

    @property
    def briefed(self) -> int:
        """How many lines of the goal's brief the agent was told; of a run that was cut short nobody knows, so none."""
        if not self.before:
            return len(self.goal.brief)
        if not any(step.kind == "result" for step in self.before):
            return 0
        return int(self.before[0].body.get("briefed", 0))

    async def add(self, kind: Literal["call", "result", "reply"], number: int, body: dict[str, Any]) -> None:
        if kind == "call":
            body = {**body, "briefed": len(self.goal.brief)}
        step = Step(self.turn, number, kind, body, self.clock.now(), self.goal.epoch)
        await self.steps.append(self.goal.id, step)
