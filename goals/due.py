"""What an unfinished goal waits for, in one sentence: a goal for which nothing is due always says why, and one for which
nobody does what is due says that.
"""

from __future__ import annotations

from datetime import datetime

from goals.domain import budget
from goals.domain.parts import Absent, Part
from goals.domain.values import Goal, Mode, Reason, Status, Wait, WaitKind

NOBODY = {
    Part.WATCH: "nobody polls monitors or what goals wait for",
    Part.DRIVE: "nobody works on goals",
}
"""What goals stand still for where no process does a part of the work."""


def waits_for(goal: Goal, *, place: int | None = None, next_at: datetime | None = None) -> str:
    """One sentence, or nothing for a goal that has ended or is at work. `place` is its number in the queue."""
    match goal.status:
        case Status.QUEUED:
            return _queued(place)
        case Status.PENDING_APPROVAL:
            return "It waits for an approver's ✅ on the plan; there is no expiry."
        case Status.WAITING if goal.wait:
            return _parked(goal.wait)
        case Status.PAUSED:
            return _paused(goal)
        case Status.ACTIVE if goal.back:
            return f"Its verifiers run because {goal.back.by.mention} asked for it; nothing else does."
        case Status.ACTIVE if next_at:
            return f"The next turn starts at {_time(next_at)}."
    return ""


def relies_on(goal: Goal) -> Part | None:
    """The part of the work that has to be done for the goal to go on by itself; None where it does not."""
    match goal.status:
        case Status.ACTIVE if goal.request.mode is Mode.MONITOR:
            return Part.WATCH
        case Status.WAITING if goal.wait and goal.wait.verifier:
            return Part.WATCH
        case Status.QUEUED | Status.ACTIVE:
            return Part.DRIVE
    return None


def unattended(part: Part | None, absent: Absent) -> str:
    """One sentence where nobody does a part, else nothing."""
    if part is None or part not in absent:
        return ""
    return f"At present {NOBODY[part]}: since {_time(absent[part])} no process is up that does so."


def _queued(place: int | None) -> str:
    if place is None:
        return "It waits for a free slot in this channel."
    return f"It waits for a free slot in this channel; it is number {place} in the queue."


def _parked(wait: Wait) -> str:
    why = wait.why.strip().rstrip(".")
    until = f" until {_time(wait.until)}" if wait.until else ""
    match wait.kind:
        case WaitKind.APPROVAL:
            return f"It waits for {why}; there is no expiry."
        case WaitKind.ANSWER:
            return f"It waits for an answer{until}: {why}."
    if wait.verifier is not None:
        return f"It waits for {why},{until} at the latest."
    return f"It waits{until}: {why}."


def _paused(goal: Goal) -> str:
    resume = f"the button or `/goal {goal.id} resume`"
    if goal.reason is Reason.BUDGET:
        more = budget.MORE[budget.wanting(goal) or "turns"]
        return f"An approver can add budget with the button or `/goal {goal.id} budget {more}`."
    if goal.reason is Reason.BLOCKED:
        return f"Once that is settled, {goal.owner.mention} can resume it with {resume}."
    if goal.reason in (Reason.VERIFIER, Reason.JUDGE, Reason.AGENT):
        return f"Once that is repaired, {goal.owner.mention} can resume it with {resume}."
    return f"{goal.owner.mention} can resume it with {resume}."


def _time(at: datetime) -> str:
    return f"{at:%H:%M} UTC on {at.day} {at:%b}"
