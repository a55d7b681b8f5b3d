"""The guard: what follows from what a turn brought to light. Pure, and in the order in which it matters.

Met beats spent, spent beats the agent's own word, its word beats a broken check, that beats lack of progress.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from goals.domain import budget, protected, waiting, watched
from goals.domain.findings import Findings, TurnReport
from goals.domain.values import (
    Check,
    Goal,
    Next,
    PlanStatus,
    Question,
    Reason,
    Streaks,
    VerifierKind,
    Wait,
    WaitKind,
)

BROKEN_LIMIT = 3
CRASH_LIMIT = 3
CALLS_LIMIT = 3
BACK_OFF = (5.0, 20.0, 60.0)
BUSY_BACK_OFF = (5.0, 20.0, 60.0, 300.0)
"""Seconds before a provider that says no time is asked again."""


@dataclass(frozen=True, slots=True)
class Complete:
    reason: Reason
    explanation: str


@dataclass(frozen=True, slots=True)
class Fail:
    reason: Reason
    explanation: str


@dataclass(frozen=True, slots=True)
class Pause:
    """`need` says what it takes to go on and who can give it; on a budget, `dimension` is what is missing."""

    reason: Reason
    explanation: str
    need: str
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class WindDown:
    """The budget is spent: one last call without tools, then the pause."""

    dimension: str


@dataclass(frozen=True, slots=True)
class Ask:
    """People are asked, last of all, what no machine can tell."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Park:
    """The goal waits, then is checked again without a turn, or goes on with one."""

    wait: Wait
    next: Next = Next.CHECK


@dataclass(frozen=True, slots=True)
class AskPerson:
    """The goal waits for an answer to its agent's question."""

    question: str


@dataclass(frozen=True, slots=True)
class GoOn:
    """The next turn, with what is missing."""

    missing: str


Decision = Complete | Fail | Pause | WindDown | Ask | Park | AskPerson | GoOn


def tally(goal: Goal, findings: Findings) -> Goal:
    """The goal with the turn (or the check without one) booked: what it spent and how often what happened."""
    report = findings.report
    turns = 1 if report else 0
    return replace(
        goal,
        turn=goal.turn + turns,
        spent=replace(
            budget.charged(goal, findings.used, findings.seconds),
            turns=goal.spent.turns + turns,
            checks=goal.spent.checks + 1,
        ),
        streaks=_streaks(goal, findings),
        plan=report.said.plan if report and report.said.plan is not None else goal.plan,
        check=findings.check,
        judged_turn=goal.turn + turns if findings.check.judgement else goal.judged_turn,
        tree=findings.check.tree or findings.tree,
        files=findings.files,
        brief=goal.brief[findings.briefed :],
        told_revision=max(goal.told_revision, findings.told),
    )


def decide(goal: Goal, findings: Findings) -> Decision:
    """What follows for a goal whose turn is booked."""
    rules: tuple[Callable[[Goal, Findings], Decision | None], ...] = (
        _met, _people, _expired, _spent, _said, _crashed, _broken, _stalled, _checkpoint,
    )  # fmt: skip
    for rule in rules:
        if (decision := rule(goal, findings)) is not None:
            return decision
    return GoOn(findings.check.missing)


def _met(goal: Goal, findings: Findings) -> Decision | None:
    check = findings.check
    if protected.touched(goal):
        return None
    if not check.met or _outdated(goal, check):
        return None
    if any(_deterministic(r.kind) for r in check.results):
        agrees = " and the judge agrees" if check.judgement is not None else ""
        tests = watched.told(watched.changed(goal))
        return Complete(Reason.PROVEN, f"Every verifier passes{agrees}{'; ' if tests else ''}{tests}.")
    if check.judgement is not None:
        return Complete(Reason.ATTESTED, "The judge finds every criterion met; no other verifier was given.")
    return Complete(Reason.ATTESTED, "An approver attested it; no other verifier was given.")


def _outdated(goal: Goal, check: Check) -> bool:
    """What was found about an older contract decides nothing about this one."""
    return check.revision != goal.revision


def _people(goal: Goal, findings: Findings) -> Decision | None:
    check = findings.check
    if not check.questions or _outdated(goal, check) or protected.touched(goal):
        return None
    return Ask(check.questions)


def _expired(goal: Goal, findings: Findings) -> Decision | None:
    deadline = goal.request.deadline
    if deadline is None or findings.at < deadline:
        return None
    return Fail(Reason.EXPIRED, f"The deadline {deadline:%Y-%m-%d %H:%M} UTC has passed.")


def _spent(goal: Goal, findings: Findings) -> Decision | None:
    report = findings.report
    dimension = budget.spent(goal) or (_exhausted(goal, report) if report else "")
    if not dimension:
        return None
    return WindDown(dimension) if report and report.winds_down else spent_pause(goal, dimension)


def _exhausted(goal: Goal, report: TurnReport) -> str:
    """What the agent found too little for another call; where there is another allowance by now it tries again."""
    known = report.exhausted and getattr(goal.request.budget, report.exhausted) == report.allowed
    return report.exhausted if known else ""


_SPENT = {
    "turns": "{:g} turns",
    "seconds": "{:g} s of active time",
    "tokens": "{:,} tokens",
    "usd": "${:.2f}",
}


def spent_pause(goal: Goal, dimension: str) -> Pause:
    """The pause on a budget that is spent, or of which too little is left for another call."""
    allowed = getattr(goal.request.budget, dimension)
    all_of_it = _SPENT[dimension].format(allowed or 0)
    some_left = allowed is not None and getattr(goal.spent, dimension) < allowed
    return Pause(
        Reason.BUDGET,
        f"What is left of its {all_of_it} is too little for another call."
        if some_left
        else f"Its {all_of_it} are spent.",
        f"{goal.owner.mention} or an approver can add to it with the button or "
        f"`/goal budget {budget.MORE[dimension]}`.",
        dimension,
    )


def _said(goal: Goal, findings: Findings) -> Decision | None:
    said = findings.report.said if findings.report and not goal.changes else None
    if said and said.unachievable:
        return Fail(Reason.UNACHIEVABLE, said.unachievable)
    if said and said.blocked:
        return Pause(
            Reason.BLOCKED, said.blocked, f"{goal.owner.mention} can answer in the thread and resume it."
        )
    if said and said.question:
        return AskPerson(said.question)
    wait = waiting.wait(said.parks, findings.at) if said and said.parks else None
    return Park(wait, Next.TURN) if wait else None


def _crashed(goal: Goal, findings: Findings) -> Decision | None:
    if goal.streaks.crashes < CRASH_LIMIT:
        return None
    return Pause(
        Reason.AGENT,
        f"Goalward was stopped in the middle of the agent's run {CRASH_LIMIT} times in a row.",
        f"{goal.owner.mention} can look at what it runs and resume it.",
    )


def _broken(goal: Goal, findings: Findings) -> Decision | None:
    broken = findings.check.broken
    if not broken:
        return None
    first = broken[0]
    by = Reason.JUDGE if first.kind is VerifierKind.MODEL else Reason.VERIFIER
    if again := _busy(findings.check):
        pause = timedelta(seconds=BUSY_BACK_OFF[min(goal.streaks.busy, len(BUSY_BACK_OFF)) - 1])
        until = again if again > findings.at else findings.at + pause
        return Park(Wait(WaitKind.PROVIDER, first.verdict.reason, findings.at, until=until))
    if findings.check.unreadable:
        need = f"{goal.owner.mention} can mend the judge's settings or choose another, and resume the goal."
        return Pause(by, first.verdict.reason, need)
    if goal.streaks.broken_checks >= BROKEN_LIMIT:
        return Pause(
            by,
            f"The check could not be run {BROKEN_LIMIT} times in a row: {first.how}: {first.verdict.reason}",
            f"{goal.owner.mention} can mend the verifier and resume the goal.",
        )
    if any(r.kind in (VerifierKind.OUTSIDE, VerifierKind.MODEL) for r in broken):
        pause = timedelta(seconds=BACK_OFF[min(goal.streaks.broken_checks, len(BACK_OFF)) - 1])
        until = max(findings.at + pause, *(r.verdict.again or findings.at for r in broken))
        return Park(Wait(WaitKind.VERIFIER, f"{first.how} could not be asked", findings.at, until=until))
    return None


def _busy(check: Check) -> datetime | None:
    """From when the judge can be asked, where its provider could not answer; None where something else is broken."""
    if any(r.kind is not VerifierKind.MODEL for r in check.broken):
        return None
    return next((r.verdict.again for r in check.broken if r.verdict.again), None)


def _stalled(goal: Goal, findings: Findings) -> Decision | None:
    streaks, limit = goal.streaks, goal.request.no_progress_limit
    if streaks.same_finding >= limit:
        why = f"The same finding came back {limit} times with no change in the workspace or the plan."
    elif streaks.failed_calls >= CALLS_LIMIT:
        why = f"Every tool call of {CALLS_LIMIT} turns failed."
    elif streaks.no_calls >= CALLS_LIMIT:
        why = f"The agent did nothing for {CALLS_LIMIT} turns."
    else:
        return None
    return Pause(Reason.STALLED, why, f"{goal.owner.mention} can say in the thread what to do and resume it.")


def _checkpoint(goal: Goal, findings: Findings) -> Decision | None:
    if goal.request.checkpoint and goal.streaks.finished:
        return Pause(Reason.CHECKPOINT, _finished(goal), f"{goal.owner.mention} can look and resume it.")
    limit = goal.request.checkpoint_turns
    if not limit or goal.streaks.automatic < limit:
        return None
    return Pause(
        Reason.CHECKPOINT,
        f"It has worked for {limit} turns without a word from anybody.",
        f"{goal.owner.mention} can resume it.",
    )


def _finished(goal: Goal) -> str:
    """Says which item of the plan was finished last, going by its place."""
    done = [item.text for item in goal.plan if item.status is PlanStatus.COMPLETED]
    rest = len(goal.plan) - len(done)
    return f"It has finished “{done[-1]}”; {rest} of {len(goal.plan)} plan items are left." if done else ""


def _streaks(goal: Goal, findings: Findings) -> Streaks:
    was, report = goal.streaks, findings.report
    broken = was.broken_checks + 1 if findings.check.broken else 0
    busy = 0
    if _busy(findings.check):
        broken, busy = was.broken_checks, 1
    if report is None:
        return replace(was, broken_checks=broken, busy=was.busy + 1 if busy else 0)
    finished = was.finished + _newly_done(goal, findings)
    if report.interrupted:
        return replace(
            was,
            broken_checks=broken,
            crashes=was.crashes + 1,
            automatic=was.automatic + 1,
            busy=busy,
            finished=finished,
        )
    idle = report.calls == 0
    failed = bool(report.calls) and report.failed_calls == report.calls
    return Streaks(
        same_finding=_same_finding(goal, findings),
        failed_calls=was.failed_calls + 1 if failed else 0,
        no_calls=was.no_calls + 1 if idle else 0,
        broken_checks=broken,
        crashes=0,
        automatic=was.automatic + 1,
        busy=busy,
        finished=finished,
    )


def _same_finding(goal: Goal, findings: Findings) -> int:
    if findings.check.broken or _waits(findings):
        return goal.streaks.same_finding
    repeated = goal.check is not None and _alike(goal.check, findings.check)
    if not repeated or findings.moved or _newly_done(goal, findings):
        return 0
    return goal.streaks.same_finding + 1


def _waits(findings: Findings) -> bool:
    """Whether the agent waits for something: then the same finding is no lack of progress."""
    said = findings.report.said if findings.report else None
    if said is None:
        return False
    return bool(said.question) or (
        said.parks is not None and waiting.wait(said.parks, findings.at) is not None
    )


def _alike(before: Check, after: Check) -> bool:
    if before.revision != after.revision:
        return False
    if before.judgement and after.judgement and before.judgement.unmet != after.judgement.unmet:
        return False
    return before.fingerprint == after.fingerprint


def _newly_done(goal: Goal, findings: Findings) -> int:
    """How many more items of the plan are finished than before the turn."""
    plan = findings.report.said.plan if findings.report else None
    if plan is None:
        return 0
    before, after = (sum(i.status is PlanStatus.COMPLETED for i in items) for items in (goal.plan, plan))
    return max(0, after - before)


def _deterministic(kind: VerifierKind) -> bool:
    return kind in (VerifierKind.WORKSPACE, VerifierKind.OUTSIDE)


def first_step(goal: Goal) -> Next:
    """What a goal is due for after the baseline: the plan, where people approve it, else turns."""
    return Next.TURN if goal.plan_approved or goal.request.auto_approve else Next.PLAN
