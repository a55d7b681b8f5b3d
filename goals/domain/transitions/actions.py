"""What happens when tool calls of a turn wait for people."""

from __future__ import annotations

from dataclasses import replace

from goals.domain import budget, events, facts, moves
from goals.domain.change import Change
from goals.domain.findings import ActionAsk
from goals.domain.transitions.rows import A, Row
from goals.domain.values import Approval, ApprovalKind, Goal, Status, Wait, WaitKind


def actions_asked(goal: Goal, fact: facts.ActionsAsked) -> Change:
    """What is next stays as it was: the turn goes on at the calls that were held."""
    spent = budget.spend(goal, fact.used)
    asked, approvals = moves.ask(spent, [question(goal, ask, fact) for ask in fact.asks])
    what = "a command" if len(approvals) == 1 else f"{len(approvals)} commands"
    wait = Wait(WaitKind.APPROVAL, f"an approver's ✅ on {what}", fact.at, on=tuple(a.id for a in approvals))
    waiting = replace(asked, status=Status.WAITING, wait=wait)
    return Change(waiting, (*(events.ApprovalAsked(a) for a in approvals), events.WaitStarted(wait)))


def question(goal: Goal, ask: ActionAsk, fact: facts.ActionsAsked) -> Approval:
    return Approval(
        "",
        goal.id,
        ApprovalKind.ACTION,
        ask.subject,
        ask.digest,
        fact.at,
        cwd=ask.cwd,
        why=ask.why,
        risk=ask.risk,
        high=ask.high,
        call=ask.call,
        grant=ask.grant,
        needed=goal.request.quorum,
        size=ask.size,
    )


ROWS: tuple[Row, ...] = ((facts.ActionsAsked, actions_asked, (A,)),)
