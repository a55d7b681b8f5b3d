"""What approvers decide."""

from __future__ import annotations

from dataclasses import replace

from goals.domain import events, facts, moves
from goals.domain.change import Change
from goals.domain.transitions.rows import P, Row, W
from goals.domain.values import ApprovalKind, ApprovalStatus, Goal, Next, Reason


def approved(goal: Goal, fact: facts.Approved) -> Change:
    voted, approval = moves.vote(goal, fact)
    if len(approval.votes) < approval.needed:
        return Change(voted, (events.ApprovalVoted(approval),), by=fact.by)
    rest, told = moves.decide_approval(voted, fact.approval_id, ApprovalStatus.APPROVED, fact.by, fact.at)
    if approval.for_goal:
        rest = replace(rest, allowed=(*rest.allowed, approval.grant))
    if approval.kind is ApprovalKind.PLAN:
        ready = replace(rest, plan_approved=True, next=Next.TURN)
        return Change(moves.to_queue(ready, fact.at), (told,), by=fact.by)
    return answered(rest, told, f"approved by {fact.by.mention}", fact)


def answered(
    goal: Goal, told: events.ApprovalDecided, why: str, fact: facts.Approved | facts.Denied
) -> Change:
    """A goal wakes once nothing is open any more."""
    if goal.asks:
        return Change(goal, (told,), by=fact.by)
    return moves.wake(goal, why, fact.at, (told,), by=fact.by)


def denied(goal: Goal, fact: facts.Denied) -> Change:
    rest, told = moves.decide_approval(
        goal, fact.approval_id, ApprovalStatus.DENIED, fact.by, fact.at, fact.reason
    )
    if told.approval.kind is ApprovalKind.ACTION:
        return answered(rest, told, f"denied by {fact.by.mention}", fact)
    if told.approval.kind is ApprovalKind.VERIFIER:
        withdrawn = moves.withdraw(rest, fact.at)
        return moves.wake(
            moves.without_asks(rest), f"denied by {fact.by.mention}", fact.at, (told, *withdrawn), by=fact.by
        )
    if fact.reason:
        brief = (*rest.brief, f"{fact.by.mention} denied the plan: {fact.reason}")
        return Change(
            moves.to_queue(replace(rest, next=Next.PLAN, brief=brief), fact.at), (told,), by=fact.by
        )
    need = f"{goal.owner.mention} can say what should be different and resume it."
    paused = moves.pause(rest, Reason.OWNER, f"{fact.by.mention} denied the plan.", need, fact.at, by=fact.by)
    return Change(paused.goal, (told, *paused.events), by=fact.by)


ROWS: tuple[Row, ...] = (
    (facts.Approved, approved, (P, W)),
    (facts.Denied, denied, (P, W)),
)
