"""Verbs that put a goal aside, wake it, have it checked or summed up, and silence it."""

from __future__ import annotations

from adapters import bodies
from adapters.chat import Body
from adapters.wishes.wish import GoalVerbs, Wish
from goals.domain import amounts
from goals.domain.values import Goal
from goals.service import GoalService


async def wait(service: GoalService, goal: Goal, wish: Wish) -> Body:
    seconds = amounts.period(wish.verb.argument)
    assert seconds is not None
    await service.wait(goal.id, wish.who, seconds, act=wish.act)
    return bodies.parked_body(await service.report(goal.id))


async def unwait(service: GoalService, goal: Goal, wish: Wish) -> Body:
    await service.unwait(goal.id, wish.who, act=wish.act)
    return bodies.resumed_body(await service.report(goal.id))


async def check(service: GoalService, goal: Goal, wish: Wish) -> Body:
    await service.check(goal.id, wish.who, act=wish.act)
    return bodies.checking_body(await service.report(goal.id))


async def wrap_up(service: GoalService, goal: Goal, wish: Wish) -> Body:
    await service.wrap_up(goal.id, wish.who, act=wish.act)
    return bodies.wrapping_body(await service.report(goal.id))


async def mute(service: GoalService, goal: Goal, wish: Wish) -> Body:
    await service.mute(goal.id, wish.who, on=True, act=wish.act)
    return bodies.muted_body(await service.report(goal.id))


async def unmute(service: GoalService, goal: Goal, wish: Wish) -> Body:
    await service.mute(goal.id, wish.who, on=False, act=wish.act)
    return bodies.muted_body(await service.report(goal.id))


VERBS: GoalVerbs = {
    "wait": wait,
    "unwait": unwait,
    "check": check,
    "wrap up": wrap_up,
    "mute": mute,
    "unmute": unmute,
}
