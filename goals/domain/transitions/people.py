"""What people say and do: pause, resume, steer, raise the budget, end it."""

from __future__ import annotations

from dataclasses import replace

from goals.domain import budget, events, facts, guard, moves, protected
from goals.domain.change import Change
from goals.domain.errors import NotNow
from goals.domain.trail import digest
from goals.domain.transitions.contract import plan_again
from goals.domain.transitions.drive import pause_where_spent
from goals.domain.transitions.rows import A, P, Q, Row, S, W
from goals.domain.values import UNFINISHED, Goal, Next, Reason, Status, Streaks

LONGEST_WORD = 2_000
"""Characters of what somebody said that the event keeps; the agent is told all of it."""


def paused(goal: Goal, fact: facts.Paused) -> Change:
    need = f"{goal.owner.mention} can resume it with the button or `/goal resume`."
    why = fact.why or f"{fact.by.mention} paused it."
    return moves.pause(goal, Reason.OWNER, why, need, fact.at, by=fact.by)


def resumed(goal: Goal, fact: facts.Resumed) -> Change:
    only_checked = goal.next is Next.CHECK and goal.reason is not Reason.BUDGET
    if not only_checked and (dimension := budget.spent(goal) or unpaid(goal)):
        pause = guard.spent_pause(goal, dimension)
        raise NotNow(f"Goal {goal.id} stays paused: {pause.explanation} {pause.need}")
    fresh = replace(goal, streaks=Streaks())
    return Change(moves.to_queue(fresh, fact.at), (events.Resumed(fact.by),), by=fact.by)


def unpaid(goal: Goal) -> str:
    """The allowance from which the next call could not be paid, though something is left of it."""
    return goal.winding_down if goal.reason is Reason.BUDGET else ""


def woken_by_hand(goal: Goal, fact: facts.Resumed) -> Change:
    """Nobody wakes a goal past the people whose word it waits for."""
    if goal.asks:
        raise NotNow(
            f"Goal {goal.id} waits for an approver's word; who may approve in this channel answers on the "
            f"message that asks, with ✅ or ❌, or with `/goal approve` or `/goal deny`."
        )
    return moves.wake(goal, f"{fact.by.mention} woke it", fact.at, by=fact.by)


def completed_by_hand(goal: Goal, fact: facts.CompletedByHand) -> Change:
    files = protected.touched(goal)
    spoiled = f" {protected.differ(files)}" if files else ""
    explanation = f"{fact.by.mention} called it done.{spoiled}"
    return moves.finish(goal, Status.COMPLETED, Reason.BY_HAND, explanation, fact.at, by=fact.by)


def cancelled(goal: Goal, fact: facts.Cancelled) -> Change:
    return moves.finish(
        goal, Status.CANCELLED, Reason.CANCELLED, f"{fact.by.mention} cancelled it.", fact.at, by=fact.by
    )


def budget_raised(goal: Goal, fact: facts.BudgetRaised) -> Change:
    dimension, allowed = fact.change.dimension, budget.raised(goal, fact.change)
    raised = replace(goal, request=replace(goal.request, budget=allowed))
    if goal.winding_down in ("", dimension) and _more(goal, raised, dimension):
        raised = _without_wind_down(raised)
    if goal.back is not None and goal.back.reason is Reason.BUDGET and not budget.short(raised):
        raised = replace(raised, back=None)
    told = events.BudgetRaised(fact.by, dimension, getattr(allowed, dimension))
    change = Change(raised, (told,), by=fact.by)
    if goal.status is not Status.PAUSED:
        return change if raised.next is Next.WIND_DOWN else pause_where_spent(change, fact.at)
    if goal.reason is not Reason.BUDGET or budget.short(raised):
        return change
    again = resumed(raised, facts.Resumed(fact.at, fact.by))
    return Change(again.goal, (told, *again.events), by=fact.by)


def _more(before: Goal, after: Goal, dimension: str) -> bool:
    was = getattr(before.request.budget, dimension)
    return was is None or getattr(after.request.budget, dimension) > was


def _without_wind_down(goal: Goal) -> Goal:
    """What was too little is enough again: turns are due, unless somebody asked for a last word."""
    goal = replace(goal, winding_down="")
    if goal.wrapped_by is not None:
        return goal
    first, back = guard.first_step(goal), goal.back
    if back is not None and back.next is Next.WIND_DOWN:
        back = replace(back, next=first)
    return replace(goal, next=first if goal.next is Next.WIND_DOWN else goal.next, back=back)


def steered(goal: Goal, fact: facts.Steered) -> Change:
    said = (*goal.brief, f"{fact.by.mention} says: {fact.text}")
    fresh = replace(goal.streaks, automatic=0, finished=0)
    back = None if moves.wants_words(goal) else goal.back
    heard = replace(goal, brief=said, streaks=fresh, back=back, due_at=None)
    cut = fact.text[:LONGEST_WORD]
    told = events.Steered(fact.by, cut, "" if cut == fact.text else digest(fact.text))
    return Change(heard, (told,), by=fact.by)


def changes_the_plan(goal: Goal, fact: facts.Steered) -> Change:
    """What is said while a plan waits for its approval belongs into the plan."""
    said = steered(goal, fact)
    return plan_again(said.goal, fact.by, fact.at, *said.events)


def answered(goal: Goal, fact: facts.Steered) -> Change:
    """What is said to a blocked goal is the answer it waits for."""
    said = steered(goal, fact)
    if goal.reason is not Reason.BLOCKED:
        return said
    again = resumed(said.goal, facts.Resumed(fact.at, fact.by))
    return Change(again.goal, (*said.events, *again.events), by=fact.by)


def noted(goal: Goal, fact: facts.Noted) -> Change:
    return Change(goal, (events.Noted(fact.text),))


ROWS: tuple[Row, ...] = (
    (facts.Paused, paused, (Q, P, A, W)),
    (facts.Resumed, resumed, (S,)),
    (facts.Resumed, woken_by_hand, (W,)),
    (facts.CompletedByHand, completed_by_hand, UNFINISHED),
    (facts.Cancelled, cancelled, UNFINISHED),
    (facts.BudgetRaised, budget_raised, UNFINISHED),
    (facts.Steered, steered, (Q, A)),
    (facts.Steered, changes_the_plan, (P,)),
    (facts.Steered, answered, (S,)),
    (facts.Noted, noted, UNFINISHED),
)
