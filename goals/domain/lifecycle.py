"""The state machine: (goal, fact) → the next goal and the events that tell of it.

TABLE says what each fact does in each status; what is not in it is refused with one sentence. Nothing else
changes a goal's status.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from goals.domain import budget, events, facts, guard, moves
from goals.domain.change import Change
from goals.domain.errors import NotNow
from goals.domain.events import Event
from goals.domain.values import (
    UNFINISHED,
    ApprovalKind,
    ApprovalStatus,
    Goal,
    Next,
    Reason,
    Status,
    Streaks,
    Wait,
    WaitKind,
)

Transition = Callable[[Goal, Any], Change]


def opened(goal: Goal) -> Change:
    """A new goal comes into the world, queued."""
    return Change(goal, (events.Opened(goal.owner, goal.request.objective),), by=goal.owner)


def apply(goal: Goal, fact: facts.Fact) -> Change:
    """What a fact makes of a goal. Raises NotNow with one sentence where the table has no entry."""
    transition = TABLE.get((goal.status, type(fact)))
    if transition is None:
        raise NotNow(_refusal(goal, fact))
    return transition(goal, fact)


# --- the drive loop -----------------------------------------------------------------------------------


def _admitted(goal: Goal, fact: facts.Admitted) -> Change:
    active = replace(
        goal,
        status=Status.ACTIVE,
        slot=fact.slot,
        front=False,
        wait=None,
        started_at=goal.started_at or fact.at,
    )
    return Change(active, (events.Admitted(fact.slot),))


def _baseline_taken(goal: Goal, fact: facts.BaselineTaken) -> Change:
    seconds = replace(goal.spent, seconds=goal.spent.seconds + fact.check.seconds)
    taken = replace(
        goal, baseline=fact.check, base_tree=fact.tree, tree=fact.check.tree or fact.tree, spent=seconds
    )
    ready, told = replace(taken, next=guard.first_step(taken)), events.BaselineTaken(fact.check)
    return _pause_where_spent(Change(ready, (told,)), fact.at)


def _pause_where_spent(change: Change, at: datetime) -> Change:
    """A goal whose budget is spent has no further turn, whatever spent it."""
    dimension = budget.spent(change.goal)
    if not dimension:
        return change
    pause = guard.spent_pause(change.goal, dimension)
    paused = moves.pause(change.goal, pause.reason, pause.explanation, pause.need, at, by=change.by)
    return Change(paused.goal, (*change.events, *paused.events), by=change.by)


def _plan_proposed(goal: Goal, fact: facts.PlanProposed) -> Change:
    goal = _planned(goal, fact)
    digest = moves.contract_digest(goal, fact.subject)
    asked, approvals = moves.ask(goal, ((ApprovalKind.PLAN, fact.subject, digest),), fact.at)
    wait = Wait(WaitKind.APPROVAL, "an approver's ✅ on the plan", fact.at, on=tuple(a.id for a in approvals))
    pending = replace(asked, status=Status.PENDING_APPROVAL, slot=None, wait=wait)
    return Change(pending, tuple(events.ApprovalAsked(a) for a in approvals))


def _planned(goal: Goal, fact: facts.PlanProposed) -> Goal:
    """A planning turn costs time, tokens and money, and is no turn."""
    report = fact.report
    if report is None:
        return goal
    spent = replace(budget.spend(goal, fact.used).spent, seconds=goal.spent.seconds + report.seconds)
    plan = report.said.plan if report.said.plan is not None else goal.plan
    return replace(goal, spent=spent, plan=plan, brief=goal.brief[report.briefed or 0 :])


def _wound_down(goal: Goal, fact: facts.WoundDown) -> Change:
    spent = budget.spend(goal, fact.used)
    pause = guard.spent_pause(spent, fact.dimension)
    ready = replace(spent, next=Next.TURN)
    change = moves.pause(ready, pause.reason, pause.explanation, pause.need, fact.at, summary=fact.summary)
    return change


def _agent_busy(goal: Goal, fact: facts.AgentBusy) -> Change:
    wait = Wait(WaitKind.PROVIDER, fact.why, fact.at, until=fact.until)
    spent = budget.spend(goal, fact.used)
    tried = replace(spent.streaks, busy=spent.streaks.busy + 1)
    parked = replace(spent, status=Status.WAITING, wait=wait, streaks=tried)
    return Change(parked, (events.WaitStarted(wait),))


def _turn_ended(goal: Goal, fact: facts.TurnEnded) -> Change:
    findings = fact.findings
    booked = guard.tally(goal, findings)
    decision = guard.decide(booked, findings)
    report = findings.report
    assert report is not None
    told = events.TurnEnded(
        turn=booked.turn,
        seconds=findings.seconds,
        text=report.text[-2000:],
        files=findings.changed,
        check=findings.check,
        decision=type(decision).__name__,
        interrupted=report.interrupted,
    )
    if report.interrupted:
        booked = replace(booked, brief=(INTERRUPTED, *booked.brief))
    return _settle(booked, decision, fact.at, (told,))


def _rechecked(goal: Goal, fact: facts.Rechecked) -> Change:
    booked = guard.tally(goal, fact.findings)
    decision = guard.decide(booked, fact.findings)
    return _settle(booked, decision, fact.at, (events.Checked(fact.findings.check, type(decision).__name__),))


INTERRUPTED = "Your last run was interrupted and its outcome is unknown: look at the workspace before you repeat anything."


def _settle(goal: Goal, decision: guard.Decision, at: datetime, told: tuple[Event, ...]) -> Change:
    match decision:
        case guard.Complete(reason, explanation):
            change = moves.finish(goal, Status.COMPLETED, reason, explanation, at)
        case guard.Fail(reason, explanation):
            change = moves.finish(goal, Status.FAILED, reason, explanation, at)
        case guard.Pause(reason, explanation, need):
            first = Next.CHECK if reason is Reason.VERIFIER else Next.TURN
            change = moves.pause(replace(goal, next=first), reason, explanation, need, at)
        case guard.WindDown(dimension):
            change = Change(replace(goal, next=Next.WIND_DOWN, winding_down=dimension), ())
        case guard.Ask(questions):
            change = _ask_people(goal, questions, at)
        case guard.Park(kind, why, until):
            wait = Wait(kind, why, at, until=until)
            parked = replace(goal, status=Status.WAITING, next=Next.CHECK, wait=wait)
            change = Change(parked, (events.WaitStarted(wait),))
        case guard.GoOn():
            warnings = budget.warnings(goal)
            change = Change(replace(budget.warned(goal, warnings), next=Next.TURN), warnings)
    return Change(change.goal, told + change.events)


def _ask_people(goal: Goal, questions: Sequence[Any], at: datetime) -> Change:
    asked, approvals = moves.ask(goal, [(ApprovalKind.VERIFIER, q.prompt, q.digest) for q in questions], at)
    wait = Wait(WaitKind.APPROVAL, "an approver's word", at, on=tuple(a.id for a in approvals))
    waiting = replace(asked, status=Status.WAITING, next=Next.CHECK, wait=wait)
    return Change(waiting, (*(events.ApprovalAsked(a) for a in approvals), events.WaitStarted(wait)))


def _agent_failed(goal: Goal, fact: facts.AgentFailed) -> Change:
    """The failed turn's number is used up: its stored steps are not taken for those of the next try."""
    need = f"{goal.owner.mention} can mend the agent's settings and resume the goal."
    tried = replace(goal, turn=goal.turn + 1)
    return moves.pause(tried, Reason.AGENT, fact.explanation, need, fact.at)


def _hindered(goal: Goal, fact: facts.Hindered) -> Change:
    need = f"{goal.owner.mention} can put it right and resume the goal."
    return moves.pause(goal, Reason.BLOCKED, fact.explanation, need, fact.at)


# --- people -------------------------------------------------------------------------------------------


def _approved(goal: Goal, fact: facts.Approved) -> Change:
    rest, told = moves.decide_approval(goal, fact.approval_id, ApprovalStatus.APPROVED, fact.by, fact.at)
    approval = told.approval
    if approval.kind is ApprovalKind.PLAN:
        ready = replace(rest, plan_approved=True, next=Next.TURN)
        return Change(moves.to_queue(ready, fact.at), (told,), by=fact.by)
    if rest.asks:
        return Change(rest, (told,), by=fact.by)
    return moves.wake(rest, f"approved by {fact.by.mention}", fact.at, (told,), by=fact.by)


def _denied(goal: Goal, fact: facts.Denied) -> Change:
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


def _paused(goal: Goal, fact: facts.Paused) -> Change:
    need = f"{goal.owner.mention} can resume it with the button or `/goal resume`."
    return moves.pause(goal, Reason.OWNER, f"{fact.by.mention} paused it.", need, fact.at, by=fact.by)


def _resumed(goal: Goal, fact: facts.Resumed) -> Change:
    only_checked = goal.next is Next.CHECK and goal.reason is not Reason.BUDGET
    if not only_checked and (dimension := budget.spent(goal) or _unpaid(goal)):
        pause = guard.spent_pause(goal, dimension)
        raise NotNow(f"Goal {goal.id} stays paused: {pause.explanation} {pause.need}")
    fresh = replace(goal, streaks=Streaks())
    return Change(moves.to_queue(fresh, fact.at), (events.Resumed(fact.by),), by=fact.by)


def _unpaid(goal: Goal) -> str:
    """The allowance from which the next call could not be paid, though something is left of it."""
    return goal.winding_down if goal.reason is Reason.BUDGET else ""


def _woken_by_hand(goal: Goal, fact: facts.Resumed) -> Change:
    withdrawn = moves.withdraw(goal, fact.at)
    return moves.wake(moves.without_asks(goal), f"{fact.by.mention} woke it", fact.at, withdrawn, by=fact.by)


def _completed_by_hand(goal: Goal, fact: facts.CompletedByHand) -> Change:
    explanation = f"{fact.by.mention} called it done."
    return moves.finish(goal, Status.COMPLETED, Reason.BY_HAND, explanation, fact.at, by=fact.by)


def _cancelled(goal: Goal, fact: facts.Cancelled) -> Change:
    return moves.finish(
        goal, Status.CANCELLED, Reason.CANCELLED, f"{fact.by.mention} cancelled it.", fact.at, by=fact.by
    )


def _budget_raised(goal: Goal, fact: facts.BudgetRaised) -> Change:
    allowed = budget.raised(goal, fact.change)
    wound = "" if goal.winding_down == fact.change.dimension else goal.winding_down
    raised = replace(goal, request=replace(goal.request, budget=allowed), winding_down=wound)
    told = events.BudgetRaised(fact.by, fact.change.dimension, getattr(allowed, fact.change.dimension))
    change = Change(raised, (told,), by=fact.by)
    if goal.status is not Status.PAUSED:
        return _pause_where_spent(change, fact.at)
    if goal.reason is not Reason.BUDGET or budget.spent(raised) or _unpaid(raised):
        return change
    resumed = _resumed(raised, facts.Resumed(fact.at, fact.by))
    return Change(resumed.goal, (told, *resumed.events), by=fact.by)


def _steered(goal: Goal, fact: facts.Steered) -> Change:
    said = (*goal.brief, f"{fact.by.mention} says: {fact.text}")
    return Change(replace(goal, brief=said, streaks=replace(goal.streaks, automatic=0)), (), by=fact.by)


def _answered(goal: Goal, fact: facts.Steered) -> Change:
    """What is said to a blocked goal is the answer it waits for."""
    said = _steered(goal, fact).goal
    if goal.reason is not Reason.BLOCKED:
        return Change(said, (), by=fact.by)
    return _resumed(said, facts.Resumed(fact.at, fact.by))


def _noted(goal: Goal, fact: facts.Noted) -> Change:
    return Change(goal, (events.Noted(fact.text),))


# --- time ---------------------------------------------------------------------------------------------


def _expired(goal: Goal, fact: facts.Expired) -> Change:
    explanation = f"The deadline {fact.at:%Y-%m-%d %H:%M} UTC has passed."
    return moves.finish(goal, Status.FAILED, Reason.EXPIRED, explanation, fact.at)


def _woken(goal: Goal, fact: facts.Woken) -> Change:
    return moves.wake(moves.without_asks(goal), fact.why, fact.at, moves.withdraw(goal, fact.at))


def _slot_freed(goal: Goal, fact: facts.SlotFreed) -> Change:
    return Change(replace(goal, slot=None), (events.SlotFreed(),))


def _reminded(goal: Goal, fact: facts.Reminded) -> Change:
    assert goal.wait is not None
    wait = replace(goal.wait, reminded=True)
    return Change(replace(goal, wait=wait), (events.Reminded(wait),))


def _refusal(goal: Goal, fact: facts.Fact) -> str:
    if goal.status.terminal:
        return f"Goal {goal.id} has ended ({goal.status.value}); it cannot be changed any more."
    if isinstance(fact, facts.Approved | facts.Denied):
        return f"Goal {goal.id} has no open approval: it is {goal.status.value}."
    wish = _WISHES.get(type(fact))
    name = goal.status.value.replace("_", " ")
    return f"Goal {goal.id} is {name} and cannot be {wish or 'changed that way'} now."


_WISHES: dict[type[facts.Fact], str] = {facts.Paused: "paused", facts.Resumed: "resumed"}


def _table() -> dict[tuple[Status, type[facts.Fact]], Transition]:
    Q, P, A, W, S = Status.QUEUED, Status.PENDING_APPROVAL, Status.ACTIVE, Status.WAITING, Status.PAUSED
    rows: list[tuple[type[facts.Fact], Transition, tuple[Status, ...]]] = [
        (facts.Admitted, _admitted, (Q,)),
        (facts.BaselineTaken, _baseline_taken, (A,)),
        (facts.PlanProposed, _plan_proposed, (A,)),
        (facts.TurnEnded, _turn_ended, (A,)),
        (facts.Rechecked, _rechecked, (A,)),
        (facts.WoundDown, _wound_down, (A,)),
        (facts.AgentBusy, _agent_busy, (A,)),
        (facts.AgentFailed, _agent_failed, (A,)),
        (facts.Hindered, _hindered, UNFINISHED[:-1]),
        (facts.Approved, _approved, (P, W)),
        (facts.Denied, _denied, (P, W)),
        (facts.Paused, _paused, (Q, P, A, W)),
        (facts.Resumed, _resumed, (S,)),
        (facts.Resumed, _woken_by_hand, (W,)),
        (facts.CompletedByHand, _completed_by_hand, UNFINISHED),
        (facts.Cancelled, _cancelled, UNFINISHED),
        (facts.BudgetRaised, _budget_raised, UNFINISHED),
        (facts.Steered, _steered, (Q, P, A, W)),
        (facts.Steered, _answered, (S,)),
        (facts.Noted, _noted, UNFINISHED),
        (facts.Expired, _expired, UNFINISHED),
        (facts.Woken, _woken, (W,)),
        (facts.SlotFreed, _slot_freed, (W,)),
        (facts.Reminded, _reminded, (P, W)),
    ]
    return {(status, fact): transition for fact, transition, statuses in rows for status in statuses}


TABLE = _table()
