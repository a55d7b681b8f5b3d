"""The moves that several transitions share: to the end, to a pause, to the queue, awake; asking and deciding."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from goals.domain import events, facts, guard
from goals.domain.change import Change
from goals.domain.errors import AlreadyDecided, NotNow
from goals.domain.events import Event
from goals.domain.values import (
    Approval,
    ApprovalKind,
    ApprovalStatus,
    Back,
    Goal,
    Person,
    PlanStatus,
    Reason,
    Status,
    WaitKind,
)


def finish(
    goal: Goal, status: Status, reason: Reason, explanation: str, at: datetime, by: Person | None = None
) -> Change:
    ended = replace(
        without_asks(on_its_way(goal)), status=status, reason=reason, explanation=explanation, slot=None, wait=None,
        front=False, ended_at=at, ended_by=by,
    )  # fmt: skip
    return Change(ended, (*withdraw(goal, at), events.Finished(status, reason, explanation, by)), by=by)


def pause(
    goal: Goal,
    reason: Reason,
    explanation: str,
    need: str,
    at: datetime,
    by: Person | None = None,
    summary: str = "",
) -> Change:
    """`summary` is the agent's; without one it is written from what is recorded."""
    paused = replace(
        without_asks(on_its_way(goal)), status=Status.PAUSED, reason=reason, explanation=explanation, slot=None, wait=None,
        front=False, summary=summary or stand(goal),
    )  # fmt: skip
    told = events.Paused(reason, explanation, need, by, paused.summary)
    return Change(paused, (*withdraw(goal, at), told), by=by)


def on_its_way(goal: Goal) -> Goal:
    """The goal without what took it off its way: the check or the last word that somebody asked for."""
    ready = goal.next
    if goal.back is not None:
        ready = goal.back.next
    elif goal.wrapped_by is not None:
        ready = guard.first_step(goal)
    return replace(goal, next=ready, back=None, wrapped_by=None, due_at=None)


def at_once(goal: Goal, at: datetime) -> Goal:
    """A goal that holds its slot is active; one that does not goes to the front of the queue."""
    if goal.slot is None:
        return to_queue(goal, at)
    return replace(goal, status=Status.ACTIVE, wait=None, due_at=None)


def returned(goal: Goal, back: Back) -> Goal:
    """The goal where it stood before somebody had it checked."""
    return replace(
        goal, status=back.status, next=back.next, queued_at=back.queued_at, reason=back.reason,
        explanation=back.explanation, wait=back.wait, front=back.front, due_at=back.due_at, moved=back.moved,
        slot=goal.slot if back.held else None, back=None,
    )  # fmt: skip


def wants_words(goal: Goal) -> bool:
    """Whether the goal, while it is checked, stands where a word from somebody makes it go on."""
    back = goal.back
    if back is None:
        return False
    return back.reason is Reason.BLOCKED or (back.wait is not None and back.wait.kind is WaitKind.ANSWER)


def stand(goal: Goal) -> str:
    """Where the goal stands, written from what is recorded and by nobody's memory."""
    done = sum(item.status is PlanStatus.COMPLETED for item in goal.plan)
    turns, files = goal.spent.turns, len(goal.files)
    lines = [f"{turns} turn{'s' * (turns != 1)}, {files} file{'s' * (files != 1)} changed."]
    if goal.plan:
        lines.append(f"Plan: {done} of {len(goal.plan)} items done.")
    if goal.check is not None:
        lines.append(
            "Every verifier passes." if goal.check.met else f"Missing: {goal.check.missing}".rstrip()
        )
    return "\n".join(lines)


def to_queue(goal: Goal, at: datetime) -> Goal:
    return replace(
        goal,
        status=Status.QUEUED,
        front=True,
        moved=None,
        queued_at=at,
        slot=None,
        wait=None,
        reason=None,
        explanation="",
        due_at=None,
    )


def wake(
    goal: Goal, why: str, at: datetime, told: tuple[Event, ...] = (), by: Person | None = None
) -> Change:
    """An agent that waited for a verifier is told what came of it."""
    if goal.wait is not None and goal.wait.verifier is not None:
        goal = replace(goal, brief=(*goal.brief, f"Your wait ended: {why}."))
    return Change(at_once(goal, at), (*told, events.Woken(why)), by=by)


def ask(goal: Goal, questions: Sequence[Approval]) -> tuple[Goal, tuple[Approval, ...]]:
    """Give each question its id, whatever stands there, and put it to people."""
    approvals = tuple(
        replace(each, id=f"{goal.id}-{goal.asked + n}") for n, each in enumerate(questions, start=1)
    )
    return replace(goal, asks=goal.asks + approvals, asked=goal.asked + len(approvals)), approvals


def vote(goal: Goal, fact: facts.Approved) -> tuple[Goal, Approval]:
    """Count a yes. Raises AlreadyDecided, or NotNow for one that cannot be given."""
    approval = _open(goal, fact.approval_id)
    if fact.by.id in (voter.id for voter in approval.votes):
        raise NotNow(f"You have approved this already; {approval.needed} people must, {_counted(approval)}.")
    if fact.for_goal and (approval.high or not approval.grant):
        raise NotNow("This can only be approved once, not for the whole goal.")
    always = fact.for_goal and (approval.for_goal or not approval.votes)
    voted = replace(approval, votes=(*approval.votes, fact.by), for_goal=always)
    return replace(goal, asks=tuple(voted if a.id == voted.id else a for a in goal.asks)), voted


def _counted(approval: Approval) -> str:
    return f"{len(approval.votes)} of them so far"


def _open(goal: Goal, approval_id: str) -> Approval:
    approval = next((a for a in goal.asks if a.id == approval_id), None)
    if approval is None:
        raise AlreadyDecided("That approval is no longer open.")
    return approval


def decide_approval(
    goal: Goal, approval_id: str, status: ApprovalStatus, by: Person, at: datetime, reason: str = ""
) -> tuple[Goal, events.ApprovalDecided]:
    closed = _closed(_open(goal, approval_id), goal, status, at)
    decided = replace(closed, by=by, reason=reason)
    rest = replace(goal, asks=tuple(a for a in goal.asks if a.id != approval_id))
    return rest, events.ApprovalDecided(decided)


def withdraw(goal: Goal, at: datetime) -> tuple[Event, ...]:
    closed = (_closed(a, goal, ApprovalStatus.WITHDRAWN, at) for a in goal.asks)
    return tuple(events.ApprovalDecided(approval) for approval in closed)


def _closed(approval: Approval, goal: Goal, status: ApprovalStatus, at: datetime) -> Approval:
    """What is said to the agent changes from turn to turn: a plan keeps what it was decided on."""
    said = goal.brief if approval.kind is ApprovalKind.PLAN else ()
    return replace(approval, status=status, decided_at=at, said=said)


def without_asks(goal: Goal) -> Goal:
    return replace(goal, asks=())


def contract_digest(goal: Goal, subject: str) -> str:
    """Binds an approval of the plan to exactly the contract, the command line and the words that were shown."""
    request = goal.request
    parts = (
        request.objective,
        *request.criteria,
        *request.subgoals,
        *request.constraints,
        *(v.how for v in request.verifiers),
        subject,
        *goal.brief,
    )
    return hashlib.sha256("\0".join((str(goal.revision), *parts)).encode()).hexdigest()
