"""What `all`, `any` and `not` say of the verifiers inside them. A part that broke is never "no"."""

from __future__ import annotations

from collections.abc import Sequence

from goals.domain.values import Checked, Verdict, VerifierKind
from goals.domain.verdicts import HEAD, LONGEST_REASON, TAIL, bounded, fingerprint

LEAST = 50
"""Characters of its evidence that a part is shown with, however many parts there are."""

_SAYS = {True: "met", False: "not met", None: "broken"}


def all_of(parts: Sequence[Checked]) -> Verdict:
    """Met when every part is; one that is not met decides, also where another is broken."""
    if failing := _found(parts, False):
        return _verdict(False, f"{_share(failing, parts)} not met: {_words(failing)}", failing, parts)
    if broken := _found(parts, None):
        return _verdict(None, f"cannot be told: {_words(broken)}", broken, parts)
    return _verdict(True, f"all {len(parts)} are met: {_words(parts)}", parts, parts)


def any_of(parts: Sequence[Checked]) -> Verdict:
    """Met when a part is, also where another is broken; without one, a broken part leaves it open."""
    if met := _found(parts, True):
        return _verdict(True, f"met by {_words(met[:1])}", met[:1], parts)
    if broken := _found(parts, None):
        return _verdict(None, f"cannot be told: {_words(broken)}", broken, parts)
    return _verdict(False, f"none of {len(parts)} is met: {_words(parts)}", parts, parts)


def none_of(parts: Sequence[Checked]) -> Verdict:
    """Met when no part is: `not`, of its one part."""
    if met := _found(parts, True):
        return _verdict(False, f"it is met: {_words(met)}", met, parts)
    if broken := _found(parts, None):
        return _verdict(None, f"cannot be told: {_words(broken)}", broken, parts)
    return _verdict(True, f"it is not met: {_words(parts)}", parts, parts)


def kind_of(kinds: Sequence[VerifierKind]) -> VerifierKind:
    """What parts together depend on: on something outside as soon as one of them does."""
    return VerifierKind.OUTSIDE if VerifierKind.OUTSIDE in kinds else VerifierKind.WORKSPACE


def _found(parts: Sequence[Checked], met: bool | None) -> list[Checked]:
    return [part for part in parts if part.verdict.met is met]


def _share(some: Sequence[Checked], parts: Sequence[Checked]) -> str:
    return f"{len(some)} of {len(parts)} {'is' if len(some) == 1 else 'are'}"


def _words(parts: Sequence[Checked]) -> str:
    """Each part's name and reason, in an equal share of a line."""
    room = (LONGEST_REASON - 50) // len(parts)
    said = (f"{part.how}: {part.verdict.reason}" for part in parts)
    return "; ".join(words if len(words) <= room else f"{words[: max(room - 2, 1)]}…" for words in said)


def _verdict(met: bool | None, reason: str, deciding: Sequence[Checked], parts: Sequence[Checked]) -> Verdict:
    """The verdict with what the deciding parts showed; a number or an exit code only where one part decided."""
    one = deciding[0].verdict if len(deciding) == 1 else None
    same = (f"{part.verdict.met}:{part.verdict.fingerprint or part.verdict.reason}" for part in parts)
    return Verdict(
        met=met,
        reason=reason,
        evidence=_evidence(deciding),
        exit_code=one.exit_code if one else None,
        value=one.value if one else None,
        fingerprint=fingerprint(*same),
        kind=kind_of([part.kind for part in deciding]),
        again=max((part.verdict.again for part in deciding if part.verdict.again), default=None),
    )


def _evidence(parts: Sequence[Checked]) -> str:
    """Each part's own, under its name, in an equal share of the room."""
    room = (HEAD + TAIL) // len(parts)
    return "\n".join(_shown(part, room) for part in parts)


def _shown(part: Checked, room: int) -> str:
    heading = f"{part.how[: room // 2]} ({_SAYS[part.verdict.met]})"
    return f"{heading}\n{bounded(part.verdict.evidence, max(room - len(heading), LEAST))}".rstrip()
