"""How long a look at a goal may take before it is given up, and before others may look: its verifiers' limits and a bit."""

from __future__ import annotations

from collections.abc import Iterable

from goals.domain import amounts
from goals.domain.values import VerifierSpec

USUAL = 120.0
"""Seconds of a verifier that names no limit."""
GRACE = 15.0
"""Seconds for all that is done around the verifiers: to get at what they look at, and to end them."""


def of_look(verifiers: Iterable[VerifierSpec]) -> float:
    """Seconds after which a look is given up."""
    return sum(map(_limit, verifiers)) + GRACE


def of_claim(verifiers: Iterable[VerifierSpec]) -> float:
    """Seconds after which whoever looks is taken for dead: long enough to give a look up and to store that."""
    return of_look(verifiers) + GRACE


def _limit(spec: VerifierSpec) -> float:
    own = amounts.period(spec.settings.get("timeout"))
    if own is not None:
        return own
    return sum(map(_limit, spec.parts)) if spec.parts else USUAL
