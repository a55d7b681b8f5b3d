"""The audit and the summary as one value: a row per criterion with how it was checked and what was found.

A Report can be made at any time of a goal's life; nothing is checked again for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from goals import seen
from goals.confining import PLAIN
from goals.domain import budget, fresh, protected, watched
from goals.domain.hooks import Moment
from goals.domain.judgement import Judgement
from goals.domain.parts import EVERYBODY_THERE, Absent
from goals.domain.usage import Totals
from goals.domain.values import (
    Approval,
    Check,
    Checked,
    Goal,
    Person,
    Reason,
    Request,
    Status,
    VerifierKind,
)
from goals.domain.watching import Polled, Watch
from goals.due import relies_on, unattended, waits_for
from goals.report import (
    ApprovalRow,
    AuditRow,
    ConstraintRow,
    Protected,
    Report,
    Tokens,
    VerdictRow,
    VerifierRow,
    to_json,
)

__all__ = [
    "ApprovalRow",
    "AuditRow",
    "ConstraintRow",
    "Protected",
    "Report",
    "Tokens",
    "VerdictRow",
    "VerifierRow",
    "report",
    "to_json",
]

EVIDENCE_LINES = 12
EVIDENCE_CHARS = 1200
NOTHING = Totals()
NOT_CHECKED = seen.NOT_CHECKED


def report(
    goal: Goal,
    *,
    approvals: Sequence[Approval] = (),
    place: int | None = None,
    next_at: datetime | None = None,
    now: datetime,
    used: Totals = NOTHING,
    judged: bool = False,
    polled: Polled | None = None,
    spark: str = "",
    absent: Absent = EVERYBODY_THERE,
) -> Report:
    """What stands at `now`. `place` is the goal's number in its channel's queue, from 1; `next_at` is when
    something is due next. Of a monitor, `polled` is what is known of its checks, and `spark` its past as one line.
    `absent` are the parts of the work that nobody does.
    """
    made = _worked(goal, approvals, place, next_at, now, used, judged)
    if nobody := unattended(relies_on(goal), absent):
        made = replace(made, waits_for=f"{made.waits_for} {nobody}".strip())
    return made if goal.request.watch is None else _watched(made, goal, goal.request.watch, polled, spark)


def _watched(made: Report, goal: Goal, watch: Watch, polled: Polled | None, spark: str) -> Report:
    """What a monitor's checks have shown takes the place of what an agent's turns would have."""
    shown = seen.newest(goal, polled)
    due = polled.at if polled and goal.status is Status.ACTIVE else None
    return replace(
        made,
        verifiers=seen.verifier_rows(goal, shown),
        verdict=seen.verdict(goal, shown),
        missing=seen.reason(shown) if seen.met(goal, shown) is not True else "",
        checks=shown.checks,
        next_at=due.isoformat() if due else None,
        audit=(seen.audit_row(goal, shown),),
        branch="",
        unverified=tuple(told for told in _commands(goal) if told == PLAIN),
        watch=watch,
        seen=shown,
        hooked=tuple(f"{moment}: {hook.how}" for moment in Moment for hook in getattr(goal.request, moment)),
        deadline=goal.request.deadline.isoformat() if goal.request.deadline else "",
        spark=spark,
    )


def _worked(
    goal: Goal,
    approvals: Sequence[Approval],
    place: int | None,
    next_at: datetime | None,
    now: datetime,
    used: Totals,
    judged: bool,
) -> Report:
    due = next_at or _next_at(goal, now)
    check = _current(goal)
    audit = _audit(goal, check)
    return Report(
        id=goal.id,
        mode=goal.request.mode.value,
        status=goal.status.value,
        label=_label(goal),
        reason=_reason(goal),
        explanation=goal.explanation or (goal.wait.why if goal.wait else ""),
        objective=goal.request.objective,
        revision=goal.revision,
        owner=_name(goal.owner),
        channel=goal.origin.channel,
        thread=goal.origin.thread,
        plan=goal.plan,
        budgets=_budgets(goal.request),
        verifiers=_verifiers(goal),
        verdict=_verdict(goal),
        checks=goal.spent.checks,
        next_at=due.isoformat() if due else None,
        turns=goal.spent.turns,
        tokens=Tokens(used.fresh, used.cached, used.output),
        usd=used.usd,
        active_seconds=goal.spent.seconds,
        elapsed_seconds=max(0.0, ((goal.ended_at or now) - goal.created_at).total_seconds()),
        audit=audit,
        constraints=_constraints(goal.request, check.judgement if check else None),
        protected=Protected(goal.request.protect, protected.touched(goal)),
        files=goal.files,
        cost_by_model=dict(used.by_model),
        usage_by_purpose={purpose: dict(sums) for purpose, sums in used.by_purpose.items()},
        approvals=tuple(_approval(approval) for approval in approvals),
        agent=goal.request.agent,
        branch=f"goal/{goal.home or goal.id}" if goal.request.repo else "",
        repo=" · ".join(part for part in (goal.request.repo, goal.request.branch) if part),
        passed_before=goal.passed_before,
        unverified=_unverified(goal, audit, judged=judged),
        commands=_commands(goal),
        ended_by=_name(goal.ended_by),
        summary=goal.summary,
        waits_for=waits_for(goal, place=place, next_at=due),
        place=place,
        created_at=goal.created_at.isoformat(),
        updated_at=now.isoformat(),
        missing=_missing(goal.check),
        muted=goal.muted,
        judged=judged,
        said=goal.brief,
        counted=used.tokens(count_cached=goal.request.budget.count_cached),
        short_of=budget.short(goal),
        watched=watched.changed(goal),
        started_at=goal.started_at.isoformat() if goal.started_at else "",
        ended_at=goal.ended_at.isoformat() if goal.ended_at else "",
    )


def _next_at(goal: Goal, now: datetime) -> datetime | None:
    if goal.wait is not None:
        return goal.wait.until
    return goal.due_at if goal.due_at is not None and goal.due_at > now else None


def _label(goal: Goal) -> str:
    if goal.status is Status.COMPLETED and goal.reason:
        return goal.reason.value
    return goal.status.value


def _reason(goal: Goal) -> str:
    if goal.status is Status.WAITING and goal.wait and not goal.reason:
        return goal.wait.kind.value
    stands = goal.status in (Status.PAUSED, Status.WAITING) or goal.status.terminal
    return goal.reason.value if goal.reason and stands else ""


def _budgets(request: Request) -> dict[str, float]:
    allowed = request.budget
    limits = {
        "max_turns": allowed.turns,
        "max_time": allowed.seconds,
        "max_tokens": allowed.tokens,
        "max_usd": allowed.usd,
    }
    return {name: limit for name, limit in limits.items() if limit is not None}


def _current(goal: Goal) -> Check | None:
    """The last check, unless the contract has changed since."""
    return goal.check if goal.check and goal.check.revision == goal.revision else None


def _audit(goal: Goal, check: Check | None) -> tuple[AuditRow, ...]:
    """Without a judge the verifiers decide for the contract as a whole: every criterion gets the same finding."""
    if check is not None and check.judgement is not None:
        return _judged(goal, check, check.judgement)
    decisive = _decisive(check)
    met = check is not None and check.met
    return tuple(
        AuditRow(
            id=number,
            criterion=criterion,
            met=met,
            how=_how(goal),
            exit_code=decisive.verdict.exit_code if decisive else None,
            evidence=_evidence(goal, decisive),
        )
        for number, criterion in enumerate(goal.criteria, start=1)
    )


def _judged(goal: Goal, check: Check, judgement: Judgement) -> tuple[AuditRow, ...]:
    """The judge's verdict on each criterion, which counts as met only where every verifier passed as well."""
    passed = all(r.verdict.met is True for r in check.machines)
    exits = [r.verdict.exit_code for r in check.machines if r.verdict.exit_code is not None]
    how = "; ".join([*([_how(goal)] if goal.request.verifiers else []), "the judge"])
    return tuple(
        AuditRow(
            verdict.id, criterion, verdict.met and passed, how, exits[-1] if exits else None, verdict.evidence
        )
        for criterion, verdict in zip(goal.criteria, judgement.criteria, strict=True)
    )


def _how(goal: Goal) -> str:
    if goal.request.verifiers:
        hows = "; ".join(spec.how for spec in goal.request.verifiers)
        return f"{hows}, also in a fresh checkout" if fresh.tried(_current(goal)) else hows
    if goal.reason is Reason.BY_HAND:
        return f"attested by hand by @{_name(goal.ended_by)}"
    return "nobody checked this"


def _decisive(check: Check | None) -> Checked | None:
    """The first verifier that is not met, else the last one."""
    if check is None or not check.results:
        return None
    return next((part for part in check.results if part.verdict.met is not True), check.results[-1])


def _evidence(goal: Goal, decisive: Checked | None) -> str:
    if decisive:
        return _tail(decisive.verdict.evidence) or decisive.verdict.reason
    if goal.check and not _current(goal):
        return "the contract changed after the last check"
    return NOT_CHECKED if goal.request.verifiers else ""


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-EVIDENCE_LINES:])[-EVIDENCE_CHARS:].strip()


def _verifiers(goal: Goal) -> tuple[VerifierRow, ...]:
    """What the last check found, or the one before the first turn; then those that were not asked yet."""
    check = goal.check or goal.baseline
    found = tuple(
        VerifierRow(part.type or part.how.partition(":")[0], part.verdict.met, part.verdict.reason, part.how)
        for part in (check.results if check else ())
    )
    asked = {question.prompt for question in (check.questions if check else ())}
    hows = {row.how for row in found}
    return found + tuple(
        VerifierRow(spec.type, None, _not_yet(spec.settings.get("prompt", "") in asked), spec.how)
        for spec in goal.request.verifiers
        if spec.how not in hows
    )


def _not_yet(asked: bool) -> str:
    return "a person has not answered yet" if asked else NOT_CHECKED


def _verdict(goal: Goal) -> VerdictRow | None:
    if goal.check is None:
        return None
    if goal.check.judgement is not None:
        word = goal.check.judgement
        return VerdictRow(
            score=word.score,
            complete=word.complete and goal.check.met and _current(goal) is not None,
            missing=_missing(goal.check),
        )
    rows = _verifiers(goal)
    score = sum(row.met is True for row in rows) / len(rows) if rows else 0.0
    current = _current(goal)
    return VerdictRow(score=score, complete=current is not None and current.met, missing=_missing(goal.check))


def _missing(check: Check | None) -> str:
    if check is None:
        return ""
    asked = [f"human: a person has not answered yet: {question.prompt}" for question in check.questions]
    return "\n".join([line for line in (check.missing, *asked) if line])


def _constraints(request: Request, word: Judgement | None) -> tuple[ConstraintRow, ...]:
    if word is not None:
        return tuple(
            ConstraintRow(verdict.id, constraint, verdict.kept, verdict.evidence)
            for constraint, verdict in zip(request.constraints, word.constraints, strict=True)
        )
    return tuple(
        ConstraintRow(number, constraint, kept=None, evidence="not judged")
        for number, constraint in enumerate(request.constraints, start=1)
    )


def _approval(approval: Approval) -> ApprovalRow:
    return ApprovalRow(
        id=approval.id,
        kind=approval.kind.value,
        subject=approval.subject,
        status=approval.status.value,
        by=", ".join(_name(person) for person in approval.voters),
        reason=approval.reason,
    )


def _unverified(goal: Goal, audit: tuple[AuditRow, ...], *, judged: bool) -> tuple[str, ...]:
    """Sentences about what nothing has checked."""
    request = goal.request
    unproven = [str(row.id) for row in audit if not row.met]
    check = _current(goal)
    word = check.judgement if check else None
    sentences = (
        []
        if word
        else ["The judge has not been asked about what stands now." if judged else _who_decided(goal)]
    )
    if goal.reason is Reason.BY_HAND and unproven:
        numbers = ", ".join(unproven)
        sentences.append(
            f"@{_name(goal.ended_by)} completed it by hand, unproven: {len(unproven)} of {len(audit)} "
            f"({'criterion' if len(unproven) == 1 else 'criteria'} {numbers})."
        )
    if check is not None and not fresh.tried(check) and _in_workspace(check):
        sentences.append("The verifiers ran in the workspace, not in a fresh checkout.")
    if (request.criteria or request.subgoals) and request.verifiers and word is None:
        sentences.append("The criteria were not judged one by one: the verifiers decided for all of them.")
    if request.constraints and word is None:
        sentences.append("The constraints were not judged.")
    return (*sentences, *(told for told in _commands(goal) if told == PLAIN))


def _commands(goal: Goal) -> tuple[str, ...]:
    """How far commands were kept in: before the first turn, then at the last check where that differs."""
    checks = [check for check in (goal.baseline, goal.check) if check is not None]
    return tuple(dict.fromkeys(check.commands for check in checks if check.commands))


def _in_workspace(check: Check) -> bool:
    return any(part.kind is VerifierKind.WORKSPACE for part in check.results)


def _who_decided(goal: Goal) -> str:
    if not goal.request.verifiers:
        return "No verifier and no judge is configured: nothing was checked."
    results = goal.check.results if goal.check else ()
    if results and all(part.kind is VerifierKind.PERSON for part in results):
        return "No judge is configured: only people decided."
    return "No judge is configured: only verifiers decided."


def _name(person: Person | None) -> str:
    return person.mention.removeprefix("@") if person else ""
