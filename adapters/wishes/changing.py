"""Verbs that move a goal by hand: approve, steer, pause, resume, end, pay.

A change is told by the card and by its own events; a function answers only where these say too little.
"""

from __future__ import annotations

from adapters import bodies, raises
from adapters.chat import Body
from adapters.wishes.meant import approval_meant
from adapters.wishes.wish import GoalVerbs, Wish
from goals.domain.budget import Raise, wanting
from goals.domain.values import Goal
from goals.service import GoalService


async def approve(service: GoalService, goal: Goal, wish: Wish) -> None:
    await service.approve(approval_meant(goal, wish.verb).id, wish.who, act=wish.act)


async def deny(service: GoalService, goal: Goal, wish: Wish) -> None:
    approval = approval_meant(goal, wish.verb)
    await service.deny(approval.id, wish.who, wish.verb.argument, act=wish.act)


async def steer(service: GoalService, goal: Goal, wish: Wish) -> None:
    await service.steer(goal.id, wish.who, wish.verb.argument, act=wish.act)


async def pause(service: GoalService, goal: Goal, wish: Wish) -> None:
    await service.pause(goal.id, wish.who, act=wish.act)


async def resume(service: GoalService, goal: Goal, wish: Wish) -> Body:
    await service.resume(goal.id, wish.who, act=wish.act)
    return bodies.resumed_body(await service.report(goal.id))


async def complete(service: GoalService, goal: Goal, wish: Wish) -> None:
    await service.complete(goal.id, wish.who, act=wish.act)


async def cancel(service: GoalService, goal: Goal, wish: Wish) -> None:
    await service.cancel(goal.id, wish.who, act=wish.act)


async def budget(service: GoalService, goal: Goal, wish: Wish) -> Body:
    """Without an amount (➕) what the goal is short of, or nearest to the end of, grows by half."""
    half = Raise(wanting(goal) or "turns", 0.5, "share")
    return await raise_by(
        service, goal, wish, raises.change_of(wish.verb.amount) if wish.verb.amount else half
    )


async def raise_by(service: GoalService, goal: Goal, wish: Wish, change: Raise) -> Body:
    await service.raise_budget(goal.id, wish.who, change, act=wish.act)
    return bodies.raised_body(await service.report(goal.id))


VERBS: GoalVerbs = {
    "approve": approve,
    "deny": deny,
    "steer": steer,
    "pause": pause,
    "resume": resume,
    "complete": complete,
    "cancel": cancel,
    "budget": budget,
}
