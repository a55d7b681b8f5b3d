"""A check of a monitor, as small as it is kept from one look to the next."""

from __future__ import annotations

from goals.domain.combining import all_of
from goals.domain.values import Check, Verdict
from goals.domain.watching import Reading


def reading(check: Check) -> Reading:
    """What the verifiers found together: one that is not met decides, also where another broke."""
    found = check.results[0].verdict if len(check.results) == 1 else _together(check)
    return Reading(
        check.at, found.met, found.fingerprint or found.reason, found.value, found.reason, found.again
    )


def _together(check: Check) -> Verdict:
    if not check.results:
        return Verdict(None, "It has no verifier.")
    return all_of(check.results)
