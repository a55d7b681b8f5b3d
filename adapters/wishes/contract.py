"""Verbs that change what a goal is to reach, while it is worked on or after it has ended.

The answer to a change is the contract as it is then: its numbers are those that `remove` wants next.
"""

from __future__ import annotations

from adapters import bodies
from adapters.chat import Body
from adapters.wishes.wish import GoalVerbs, Wish
from goals.domain.edits import AddConstraint, AddSubgoal, Edit, NewObjective, Remove
from goals.domain.values import Goal
from goals.service import GoalService


async def edit(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return await _revised(service, goal, wish, NewObjective(wish.verb.argument))


async def add(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return await _revised(service, goal, wish, AddSubgoal(wish.verb.argument))


async def remove(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return await _revised(service, goal, wish, Remove(int(wish.verb.argument)))


async def constrain(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return await _revised(service, goal, wish, AddConstraint(wish.verb.argument))


async def reopen(service: GoalService, goal: Goal, wish: Wish) -> Body:
    again = await service.reopen(goal.id, wish.who, act=wish.act)
    return bodies.reopened_body(await service.report(again.id), goal.id)


async def _revised(service: GoalService, goal: Goal, wish: Wish, edit: Edit) -> Body:
    await service.revise(goal.id, wish.who, edit, act=wish.act)
    return bodies.contract_body(await service.report(goal.id))


VERBS: GoalVerbs = {"edit": edit, "add": add, "remove": remove, "constrain": constrain, "reopen": reopen}
