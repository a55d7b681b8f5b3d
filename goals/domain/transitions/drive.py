"""What the drive loop brings: a goal is admitted, planned, worked on, checked, wound down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from goals.domain import budget, events, facts, guard, moves, protected, waiting
from goals.domain.change import Change
from goals.domain.drafts import MOST_PROPOSED
from goals.domain.events import Event
from goals.domain.transitions.rows import A, Q, Row
from goals.domain.values import UNFINISHED, Approval, ApprovalKind, Goal, Next, Reason, Status, Wait, WaitKind


def admitted(goal: Goal, fact: facts.Admitted) -> Change:
    active = replace(
        goal,
        status=Status.ACTIVE,
        slot=fact.slot,
        front=False,
        wait=None,
        started_at=goal.started_at or fact.at,
    )
    return Change(active, (events.Admitted(fact.slot),))


def taken_up(goal: Goal, fact: facts.TakenUp) -> Change:
    mine = replace(goal, epoch=goal.epoch + 1, worker=fact.worker)
    return Change(mine, (events.TakenUp(fact.worker),))


def restored(goal: Goal, fact: facts.Restored) -> Change:
    return Change(replace(goal, brief=(*goal.brief, fact.news)), (events.Restored(fact.news),))


def baseline_taken(goal: Goal, fact: facts.BaselineTaken) -> Change:
    seconds = replace(goal.spent, seconds=goal.spent.seconds + fact.check.seconds)
    taken = replace(
        goal,
        baseline=fact.check,
        base_tree=fact.tree,
        tree=fact.check.tree or fact.tree,
        files=fact.files,
        spent=seconds,
    )
    if files := protected.touched(taken):
        taken = replace(taken, brief=(*taken.brief, protected.put_back(files)))
    ready, told = replace(taken, next=guard.first_step(taken)), events.BaselineTaken(fact.check)
    return pause_where_spent(Change(ready, (told,)), fact.at)


def pause_where_spent(change: Change, at: datetime) -> Change:
    """A goal whose budget is spent has no further turn, whatever spent it."""
    dimension = budget.spent(change.goal)
    if not dimension:
        return change
    pause = guard.spent_pause(change.goal, dimension)
    short = replace(change.goal, winding_down=dimension)
    paused = moves.pause(short, pause.reason, pause.explanation, pause.need, at, by=change.by)
    return Change(paused.goal, (*change.events, *paused.events), by=change.by)


def plan_proposed(goal: Goal, fact: facts.PlanProposed) -> Change:
    """A plan for a contract that was changed meanwhile is made again."""
    goal = planned(goal, fact)
    if fact.report is not None and goal.changes:
        return Change(goal, ())
    digest = moves.contract_digest(goal, fact.subject)
    kind, needed = ApprovalKind.PLAN, goal.request.quorum
    question = Approval("", goal.id, kind, fact.subject, digest, fact.at, needed=needed)
    asked, approvals = moves.ask(goal, (question,))
    wait = Wait(WaitKind.APPROVAL, "an approver's ✅ on the plan", fact.at, on=tuple(a.id for a in approvals))
    pending = replace(asked, status=Status.PENDING_APPROVAL, slot=None, wait=wait)
    return Change(pending, tuple(events.ApprovalAsked(a) for a in approvals))


def planned(goal: Goal, fact: facts.PlanProposed) -> Goal:
    """A planning turn costs time, tokens and money, and is no turn."""
    report = fact.report
    if report is None:
        return goal
    spent = budget.spend(goal, fact.used, report.seconds).spent
    plan = report.said.plan if report.said.plan is not None else goal.plan
    told = max(goal.told_revision, report.told or 0)
    return replace(goal, spent=spent, plan=plan, brief=goal.brief[report.briefed or 0 :], told_revision=told)


def wound_down(goal: Goal, fact: facts.WoundDown) -> Change:
    spent = budget.spend(goal, fact.used, fact.seconds)
    ready = replace(spent, next=guard.first_step(goal), winding_down=fact.dimension)
    pause = wrapped_up(goal) or guard.spent_pause(spent, fact.dimension)
    return moves.pause(ready, pause.reason, pause.explanation, pause.need, fact.at, summary=fact.summary)


def wrapped_up(goal: Goal) -> guard.Pause | None:
    """The pause of a goal that somebody had wrapped up."""
    if goal.wrapped_by is None:
        return None
    need = f"{goal.owner.mention} can resume it with the button or `/goal resume`."
    return guard.Pause(Reason.OWNER, f"{goal.wrapped_by.mention} had it wrapped up.", need)


def agent_busy(goal: Goal, fact: facts.AgentBusy) -> Change:
    wait = Wait(WaitKind.PROVIDER, fact.why, fact.at, until=fact.until)
    spent = budget.spend(goal, fact.used, fact.seconds)
    tried = replace(spent.streaks, busy=spent.streaks.busy + 1)
    parked = replace(spent, status=Status.WAITING, wait=wait, streaks=tried)
    return Change(parked, (events.WaitStarted(wait),))


def turn_ended(goal: Goal, fact: facts.TurnEnded) -> Change:
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
    proposed = (events.GoalProposed(one) for one in report.said.proposals[:MOST_PROPOSED])
    if report.interrupted:
        booked = replace(booked, brief=(INTERRUPTED, *booked.brief))
    if files := protected.touched(booked):
        booked = replace(booked, brief=(*booked.brief, protected.put_back(files)))
    if report.said.parks:
        booked = replace(booked, brief=(*booked.brief, waiting.news(report.said.parks)))
    return settle(booked, decision, fact.at, (told, *proposed))


def rechecked(goal: Goal, fact: facts.Rechecked) -> Change:
    booked = guard.tally(goal, fact.findings)
    decision = guard.decide(booked, fact.findings)
    if goal.back is not None and not isinstance(decision, guard.Complete | guard.Fail):
        told = events.CheckedByHand(fact.findings.check, goal.back.by)
        back = moves.returned(replace(booked, streaks=goal.streaks), goal.back)
        return Change(back, (told,), polled=waiting.polled(back, fact.at))
    return settle(booked, decision, fact.at, (events.Checked(fact.findings.check, type(decision).__name__),))


INTERRUPTED = "Your last run was interrupted and its outcome is unknown: look at the workspace before you repeat anything."


def settle(goal: Goal, decision: guard.Decision, at: datetime, told: tuple[Event, ...]) -> Change:
    match decision:
        case guard.Complete(reason, explanation):
            change = moves.finish(goal, Status.COMPLETED, reason, explanation, at)
        case guard.Fail(reason, explanation):
            change = moves.finish(goal, Status.FAILED, reason, explanation, at)
        case guard.Pause(reason, explanation, need, dimension):
            first = Next.CHECK if reason is Reason.VERIFIER else Next.TURN
            stands = replace(goal, next=first, winding_down=dimension or goal.winding_down)
            change = moves.pause(stands, reason, explanation, need, at)
        case guard.WindDown(dimension):
            change = Change(replace(goal, next=Next.WIND_DOWN, winding_down=dimension), ())
        case guard.Ask(questions):
            change = ask_people(goal, questions, at)
        case guard.Park(wait, first):
            change = parked(goal, wait, first, at)
        case guard.AskPerson(question):
            wait = Wait(WaitKind.ANSWER, question, at)
            change = parked(goal, wait, Next.TURN, at, events.QuestionAsked(question))
        case guard.GoOn():
            gap = goal.request.turn_gap
            due_at = at + timedelta(seconds=gap) if gap else None
            change = warned(replace(goal, next=Next.TURN, due_at=due_at), at)
    return replace(change, events=told + change.events)


def parked(goal: Goal, wait: Wait, first: Next, at: datetime, *told: Event) -> Change:
    """The goal waits; a verifier that it waits for is looked at from now on."""
    change = warned(replace(goal, status=Status.WAITING, next=first, wait=wait), at)
    polled = waiting.polled(change.goal, at)
    return Change(change.goal, (*change.events, *told, events.WaitStarted(wait)), polled=polled)


def warned(goal: Goal, at: datetime) -> Change:
    warnings = budget.warnings(goal, at)
    return Change(budget.warned(goal, warnings), warnings)


def ask_people(goal: Goal, questions: Sequence[Any], at: datetime) -> Change:
    kind = ApprovalKind.VERIFIER
    asked, approvals = moves.ask(
        goal, [Approval("", goal.id, kind, q.prompt, q.digest, at) for q in questions]
    )
    wait = Wait(WaitKind.APPROVAL, "an approver's word", at, on=tuple(a.id for a in approvals))
    waiting = replace(asked, status=Status.WAITING, next=Next.CHECK, wait=wait)
    return Change(waiting, (*(events.ApprovalAsked(a) for a in approvals), events.WaitStarted(wait)))


def agent_failed(goal: Goal, fact: facts.AgentFailed) -> Change:
    """A failed turn's number is used up: its stored steps are not taken for those of the next try. Planning goes on
    where it failed.
    """
    need = f"{goal.owner.mention} can mend the agent's settings and resume the goal."
    spent = budget.spend(goal, fact.used, fact.seconds)
    tried = spent if goal.next is Next.PLAN else replace(spent, turn=goal.turn + 1)
    return moves.pause(tried, Reason.AGENT, fact.explanation, need, fact.at)


def hindered(goal: Goal, fact: facts.Hindered) -> Change:
    need = f"{goal.owner.mention} can put it right and resume the goal."
    return moves.pause(goal, Reason.BLOCKED, fact.explanation, need, fact.at)


ROWS: tuple[Row, ...] = (
    (facts.Admitted, admitted, (Q,)),
    (facts.TakenUp, taken_up, (A,)),
    (facts.BaselineTaken, baseline_taken, (A,)),
    (facts.PlanProposed, plan_proposed, (A,)),
    (facts.TurnEnded, turn_ended, (A,)),
    (facts.Rechecked, rechecked, (A,)),
    (facts.WoundDown, wound_down, (A,)),
    (facts.AgentBusy, agent_busy, (A,)),
    (facts.AgentFailed, agent_failed, (A,)),
    (facts.Restored, restored, UNFINISHED),
    (facts.Hindered, hindered, UNFINISHED[:-1]),
)
