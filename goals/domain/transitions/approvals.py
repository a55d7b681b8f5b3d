"""What approvers decide."""

from __future__ import annotations

from dataclasses import replace

from goals.domain import facts, moves
from goals.domain.change import Change
from goals.domain.transitions.rows import P, Row, W
from goals.domain.values import ApprovalKind, ApprovalStatus, Goal, Next, Reason


def approved(goal: Goal, fact: facts.Approved) -> Change:
    rest, told = moves.decide_approval(goal, fact.approval_id, ApprovalStatus.APPROVED, fact.by, fact.at)
    approval = told.approval
    if approval.kind is ApprovalKind.PLAN:
        ready = replace(rest, plan_approved=True, next=Next.TURN)
        return Change(moves.to_queue(ready, fact.at), (told,), by=fact.by)
    if rest.asks:
        return Change(rest, (told,), by=fact.by)
    return moves.wake(rest, f"approved by {fact.by.mention}", fact.at, (told,), by=fact.by)


def denied(goal: Goal, fact: facts.Denied) -> Change:
    rest, told = moves.decide_approval(
        goal, fact.approval_id, ApprovalStatus.DENIED, fact.by, fact.at, fact.reason
    )
    if told.approval.kind is not ApprovalKind.PLAN:
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
