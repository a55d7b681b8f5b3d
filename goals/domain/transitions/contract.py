"""People change the contract: a new revision, whatever the goal is at; what was found about older ones is past."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from goals.domain import edits, events, facts, moves
from goals.domain.change import Change
from goals.domain.events import Event
from goals.domain.transitions.rows import A, P, Q, Row, S, W
from goals.domain.values import ApprovalKind, Goal, Next, Person, Revision, Streaks


def revised(goal: Goal, fact: facts.ContractChanged) -> Change:
    """A goal that is queued, at work or parked on something outside stays where it is."""
    after, told = _revision(goal, fact)
    return Change(after, (told,), by=fact.by)


def planned_again(goal: Goal, fact: facts.ContractChanged) -> Change:
    after, told = _revision(goal, fact)
    return plan_again(after, fact.by, fact.at, told)


def asked_in_vain(goal: Goal, fact: facts.ContractChanged) -> Change:
    """What people were asked to attest was asked about the older contract."""
    after, told = _revision(goal, fact)
    if not any(ask.kind is ApprovalKind.VERIFIER for ask in goal.asks):
        return Change(after, (told,), by=fact.by)
    withdrawn = moves.withdraw(goal, fact.at)
    ready = replace(moves.without_asks(after), next=Next.TURN)
    return moves.wake(ready, "the contract was changed", fact.at, (told, *withdrawn), by=fact.by)


def revised_in_a_pause(goal: Goal, fact: facts.ContractChanged) -> Change:
    after, told = _revision(goal, fact)
    first = Next.TURN if goal.next is Next.CHECK else goal.next
    return Change(replace(after, next=first), (told,), by=fact.by)


def plan_again(goal: Goal, by: Person, at: datetime, *told: Event) -> Change:
    """The plan that was asked about is no longer the one; the next one comes from the front of the queue."""
    withdrawn = moves.withdraw(goal, at)
    ready = replace(moves.without_asks(goal), next=Next.PLAN)
    return Change(moves.to_queue(ready, at), (*told, *withdrawn), by=by)


def _revision(goal: Goal, fact: facts.ContractChanged) -> tuple[Goal, Event]:
    request, what = edits.changed(goal.request, fact.edit)
    made = Revision(goal.revision + 1, fact.at, fact.by, what)
    after = replace(
        goal,
        request=request,
        revision=made.number,
        revisions=(*goal.revisions, made),
        streaks=Streaks(crashes=goal.streaks.crashes, busy=goal.streaks.busy),
        due_at=None,
    )
    return after, events.ContractChanged(made.number, what, fact.by)


ROWS: tuple[Row, ...] = (
    (facts.ContractChanged, revised, (Q, A)),
    (facts.ContractChanged, planned_again, (P,)),
    (facts.ContractChanged, asked_in_vain, (W,)),
    (facts.ContractChanged, revised_in_a_pause, (S,)),
)
