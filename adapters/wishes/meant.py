"""Which goal a verb means, and which open approval: the one that is named, else the only one there can be."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.figures import cut
from adapters.verbs import DECISIONS, Verb
from adapters.wishes.wish import Wish
from goals.domain.errors import BadRequest, NotFound
from goals.domain.values import Approval, Goal, Origin
from goals.service import GoalService

WIDTH = 60
MOST = 10
"""So many choices are listed."""


async def goal_meant(service: GoalService, wish: Wish) -> Goal:
    """By its id, else the thread's, else the caller's only unfinished one in the channel.

    Raises NotFound where there is none, and BadRequest with the choices where there are several.
    """
    if wish.verb.goal_id:
        return await service.find(wish.verb.goal_id)
    here = await goals_of(service, wish.at)
    if here:
        return next((goal for goal in here if goal.unfinished), here[0])
    own = await service.unfinished(channel_key=wish.at.channel_key, owner=wish.who.id)
    if wish.verb.name in DECISIONS:
        return await _asking(service, wish, own)
    if len(own) == 1:
        return own[0]
    if not own:
        raise NotFound(f"You have no unfinished goal in this channel to {wish.verb.name}; say its id first.")
    choices = ", ".join(f"`/goal {goal.id} {wish.verb.name}`" for goal in own)
    raise BadRequest(f"You have {len(own)} unfinished goals here; say which one: {choices}.")


async def goals_of(service: GoalService, at: Origin) -> list[Goal]:
    """A thread's goals, newest first; outside of every thread there are none."""
    return await service.goals(thread_key=at.thread_key) if at.thread else []


def approval_meant(goal: Goal, verb: Verb) -> Approval:
    """By its id, else the goal's only open one. Raises NotFound, or BadRequest with the choices."""
    named = [approval for approval in goal.asks if approval.id == verb.approval]
    if verb.approval and not named:
        raise NotFound(f"Goal {goal.id} has no open approval {verb.approval}.")
    found = named or goal.asks
    if not found:
        raise NotFound(f"Goal {goal.id} has no open approval.")
    if len(found) > 1:
        raise BadRequest(f"Goal {goal.id} has {len(found)} open approvals; {_choices(verb, found)}")
    return found[0]


async def _asking(service: GoalService, wish: Wish, own: Sequence[Goal]) -> Goal:
    """The caller's only goal, where it asks for something; an approver decides on others' goals by id."""
    if len(own) == 1 and own[0].asks:
        return own[0]
    everybody = await service.unfinished(channel_key=wish.at.channel_key)
    asked = [approval for goal in everybody for approval in goal.asks]
    if not asked:
        raise NotFound("No goal in this channel has an open approval.")
    raise BadRequest(f"This is about no goal yet; {_choices(wish.verb, asked)}")


def _choices(verb: Verb, asked: Sequence[Approval]) -> str:
    lines = [
        f"`/goal {approval.id} {verb.name}`: {cut(_first(approval), WIDTH)}" for approval in asked[:MOST]
    ]
    return "\n".join(["say which one you mean, or answer on its message:", *lines])


def _first(approval: Approval) -> str:
    return f"{approval.kind.value}, {approval.subject.strip().partition(chr(10))[0]}"
