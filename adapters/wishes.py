"""What each verb does: one short function per verb, and the tables that say which right it needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters import bodies, grammar, raises
from adapters.chat import Body
from adapters.verbs import Verb
from goals.domain.budget import Raise, tightest
from goals.domain.errors import BadRequest, NotFound
from goals.domain.rules import Right
from goals.domain.values import Approval, Goal, Origin, Person
from goals.service import GoalService


@dataclass(frozen=True, slots=True)
class Wish:
    """One verb of one person; `act` is the key of what they did."""

    verb: Verb
    who: Person
    at: Origin
    act: str


# --- about a channel ----------------------------------------------------------------------------------


async def board(service: GoalService, wish: Wish) -> Body:
    return bodies.board_body(await service.reports(channel=wish.at.channel_key))


async def queue(service: GoalService, wish: Wish) -> Body:
    return bodies.queue_body(await service.queued(wish.at.channel_key))


async def help_(service: GoalService, wish: Wish) -> Body:
    return Body(grammar.help_text())


# --- about a goal: reading ----------------------------------------------------------------------------


async def status(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.card_body(await service.report(goal.id))


async def show(service: GoalService, goal: Goal, wish: Wish) -> Body:
    return bodies.details_body(await service.report(goal.id))


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


# --- about a goal: changing ---------------------------------------------------------------------------
# A change is told by the card and by its own events; a function answers only where these say too little.


async def approve(service: GoalService, goal: Goal, wish: Wish) -> None:
    await service.approve((await _only_open(service, goal)).id, wish.who, act=wish.act)


async def deny(service: GoalService, goal: Goal, wish: Wish) -> None:
    approval = await _only_open(service, goal)
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
    assert wish.verb.amount is not None
    return await raise_by(service, goal, wish, raises.change_of(wish.verb.amount))


async def raise_by_half(service: GoalService, goal: Goal, wish: Wish) -> Body:
    """➕ raises the dimension that is nearest to its end."""
    return await raise_by(service, goal, wish, Raise(tightest(goal) or "turns", 0.5, "share"))


async def raise_by(service: GoalService, goal: Goal, wish: Wish, change: Raise) -> Body:
    await service.raise_budget(goal.id, wish.who, change, act=wish.act)
    return bodies.raised_body(await service.report(goal.id))


async def _only_open(service: GoalService, goal: Goal) -> Approval:
    found = await service.open_approvals(goal.id)
    if not found:
        raise NotFound(f"Goal {goal.id} has no open approval.")
    if len(found) > 1:
        raise BadRequest(
            f"Goal {goal.id} has {len(found)} open approvals: answer on the message that you mean."
        )
    return found[0]


ChannelVerb = Callable[[GoalService, Wish], Awaitable[Body]]
GoalVerb = Callable[[GoalService, Goal, Wish], Awaitable[Body | None]]

CHANNEL_VERBS: dict[str, ChannelVerb] = {"board": board, "list": board, "queue": queue, "help": help_}

GOAL_VERBS: dict[str, tuple[Right, GoalVerb]] = {
    "status": (Right.TALK, status),
    "show": (Right.TALK, show),
    "audit": (Right.TALK, audit),
    "summary": (Right.TALK, summary),
    "plan": (Right.TALK, plan),
    "diff": (Right.TALK, diff),
    "log": (Right.TALK, log),
    "approve": (Right.APPROVE, approve),
    "deny": (Right.APPROVE, deny),
    "steer": (Right.TALK, steer),
    "pause": (Right.TALK, pause),
    "resume": (Right.OWN, resume),
    "complete": (Right.OWN, complete),
    "cancel": (Right.OWN, cancel),
    "budget": (Right.APPROVE, budget),
    "raise": (Right.APPROVE, raise_by_half),
}
