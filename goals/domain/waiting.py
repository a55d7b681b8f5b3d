"""What an agent may wait for: a time within bounds, or a verifier. Everything else is said to it, and it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from goals.domain import amounts
from goals.domain.findings import Parks
from goals.domain.values import Goal, VerifierSpec, Wait, WaitKind
from goals.domain.watching import Polled

SHORTEST, LONGEST = 1.0, 7 * 86_400.0
"""Seconds that an agent may wait for at once."""


def parks(on: str, why: str = "", named: str = "") -> Parks:
    """What is waited for as an agent wrote it: a time, with its seconds where they are within the bounds, a verifier."""
    seconds = amounts.period(on)
    within = seconds is not None and SHORTEST <= seconds <= LONGEST
    return Parks(on, seconds if within else None, why, named)


def own(verifiers: Sequence[VerifierSpec], named: str) -> VerifierSpec | None:
    """The one of a goal's verifiers that is meant: by its number from 1, its preset's name, its line, its command."""
    numbered = {str(number): spec for number, spec in enumerate(verifiers, start=1)}
    for spec in verifiers:
        if named in (spec.name, spec.how, spec.settings.get("command")):
            return spec
    return numbered.get(named)


def wait(wanted: Parks, at: datetime) -> Wait | None:
    """The wait that follows; None where there is nothing that can be waited for. A verifier is not waited for for ever."""
    if wanted.refused or (wanted.named and wanted.verifier is None):
        return None
    if wanted.verifier is not None:
        until = at + timedelta(seconds=wanted.seconds or LONGEST)
        return Wait(WaitKind.VERIFIER, _told(wanted), at, until=until, verifier=wanted.verifier)
    if wanted.seconds is None:
        return None
    until = at + timedelta(seconds=wanted.seconds)
    return Wait(WaitKind.TIME, wanted.why or "its agent asked to", at, until=until)


def news(wanted: Parks) -> str:
    """What an agent that wanted to wait is told before its next turn."""
    if wanted.verifier is not None or (wanted.seconds is not None and not wanted.named):
        return f"Before this turn you asked to wait for {_told(wanted)}."
    why = f" ({wanted.why})" if wanted.why else ""
    refused = wanted.refused or "Say a time from 1s to 7d, like 10m, or name a verifier."
    return f"You asked to wait for “{wanted.named or wanted.on}”{why}, which cannot be waited for. {refused}"


def _told(wanted: Parks) -> str:
    on = f"`{wanted.verifier.how}`" if wanted.verifier is not None else wanted.on
    return f"{on} ({wanted.why})" if wanted.why else on


def over(parked: Wait) -> str:
    """Why a wait ends when its time has come."""
    if parked.verifier is not None:
        return f"the time is over, and {parked.why} is not met"
    return f"its time has come: {parked.why}"


def polled(goal: Goal, at: datetime) -> Polled | None:
    """When the verifier that a goal waits for is looked at first."""
    return Polled(at) if goal.wait is not None and goal.wait.verifier is not None else None
