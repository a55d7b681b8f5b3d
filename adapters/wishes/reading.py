"""Verbs that read a goal and change nothing."""

from __future__ import annotations

from adapters import bodies
from adapters.chat import Body
from adapters.spelling import asked_again, spelled
from adapters.wishes.wish import GoalVerbs, Wish
from goals.domain.values import Goal
from goals.service import GoalService


async def status(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.card_body(await service.report(goal.id))


async def show(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.details_body(await service.report(goal.id), spelled(asked_again(goal.request)))


async def audit(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.audit_body(await service.report(goal.id))


async def summary(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.summary_body(await service.report(goal.id))


async def plan(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.plan_body(await service.report(goal.id))


async def diff(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.diff_body(await service.report(goal.id), await service.diff(goal.id))


async def log(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.log_body(await service.report(goal.id), await service.events(goal.id))


VERBS: GoalVerbs = {
    "status": status,
    "show": show,
    "audit": audit,
    "summary": summary,
    "plan": plan,
    "diff": diff,
    "log": log,
}
