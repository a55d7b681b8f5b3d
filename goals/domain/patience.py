"""How long a look at a goal may take before it is given up, and before others may look: its verifiers' limits and a bit."""

from __future__ import annotations

from collections.abc import Sequence

from goals.domain import amounts
from goals.domain.values import Goal, VerifierSpec

USUAL = 120.0
"""Seconds of a verifier that names no limit."""
FETCH = 60.0
"""Seconds to get at a repository."""
GRACE = 15.0
"""Seconds for all else that is done around the verifiers."""


def of_look(goal: Goal) -> float:
    """Seconds after which a look is given up."""
    fetch = FETCH if goal.request.repo else 0.0
    return sum(map(_limit, _verifiers(goal))) + fetch + GRACE


def of_claim(goal: Goal) -> float:
    """Seconds after which whoever looks is taken for dead: long enough to give a look up and to store that."""
    return of_look(goal) + GRACE


def _verifiers(goal: Goal) -> Sequence[VerifierSpec]:
    """Those that are looked at: the one that an agent waits for, or all that were asked for."""
    waits_for = goal.wait.verifier if goal.wait else None
    return (waits_for,) if waits_for else goal.request.verifiers


def _limit(spec: VerifierSpec) -> float:
    own = amounts.period(spec.settings.get("timeout"))
    if own is not None:
        return own
    return sum(map(_limit, spec.parts)) if spec.parts else USUAL
