"""What a monitor's checks have shown, as rows of its report: between two news only what all of them came to is kept."""

from __future__ import annotations

from goals.domain.values import Goal, VerifierSpec
from goals.domain.watching import Polled, Trigger, Watch, Watched
from goals.report import AuditRow, VerdictRow, VerifierRow

NOT_CHECKED = "not checked yet"


def newest(goal: Goal, polled: Polled | None) -> Watched:
    """The newest of what is known: quiet checks are kept beside the goal."""
    told, quiet = goal.watched, polled.watched if polled else Watched()
    return quiet if quiet.checks > told.checks else told


def met(goal: Goal, watched: Watched) -> bool | None:
    """Whether it is met as far as anybody knows; None where the last check broke. Changes are met when one was seen."""
    if watched.broken:
        return None
    if (goal.request.watch or Watch()).trigger is Trigger.CHANGE:
        return watched.fired > 0
    return watched.met


def audit_row(goal: Goal, watched: Watched) -> AuditRow:
    changes = (goal.request.watch or Watch()).trigger is Trigger.CHANGE
    hows = "; ".join(spec.how for spec in goal.request.verifiers)
    how = f"changes of {hows}" if changes else hows
    return AuditRow(1, goal.request.objective, met(goal, watched) is True, how, None, reason(watched))


def verdict(goal: Goal, watched: Watched) -> VerdictRow | None:
    if not watched.checks:
        return None
    now = met(goal, watched) is True
    return VerdictRow(score=float(now), complete=now, missing="" if now else reason(watched))


def verifier_rows(goal: Goal, watched: Watched) -> tuple[VerifierRow, ...]:
    """A row per verifier. What each of several has found is known from the last news, and where all are met."""
    specs = goal.request.verifiers
    if len(specs) == 1 or watched.met is True or not watched.checks:
        return tuple(_row(spec, watched) for spec in specs)
    known = {part.how: part.verdict for part in (goal.check.results if goal.check else ())}
    told = [(spec, known.get(spec.how)) for spec in specs]
    return tuple(
        VerifierRow(
            spec.type,
            verdict.met if verdict else None,
            verdict.reason if verdict else reason(watched),
            spec.how,
        )
        for spec, verdict in told
    )


def reason(watched: Watched) -> str:
    """Why it stands as it does: what was found last, or why nothing was found."""
    return (watched.broke if watched.broken else watched.reason) or NOT_CHECKED


def _row(spec: VerifierSpec, watched: Watched) -> VerifierRow:
    return VerifierRow(spec.type, None if watched.broken else watched.met, reason(watched), spec.how)
