"""Verbs that change the queue: move a goal up, down, to the top, to a place."""

from __future__ import annotations

from adapters import bodies
from adapters.chat import Body
from adapters.wishes.wish import GoalVerbs, Wish
from goals.domain.queueing import Way
from goals.domain.values import Goal
from goals.service import GoalService


async def move(service: GoalService, goal: Goal, wish: Wish) -> Body:
    where = wish.verb.argument.lower()
    await service.move(goal.id, wish.who, int(where) if where.isdigit() else Way(where), act=wish.act)
    return bodies.queue_body(await service.queued(goal.origin.channel_key))


VERBS: GoalVerbs = {"move": move}
