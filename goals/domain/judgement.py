"""Reads what a judge answered, to the disadvantage of the agent wherever it leaves a doubt."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from goals.domain import strict_json

LONGEST = 65_536
"""Bytes of UTF-8; a longer answer is not read."""

LONGEST_EVIDENCE = 500
LONGEST_MISSING = 2_000

_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    id: int
    met: bool
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ConstraintVerdict:
    id: int
    kept: bool
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict per criterion and per constraint, in order, numbered from 1. `score` is from 0 to 1.

    `complete` only where the judge said so, every criterion is met, every constraint kept and nothing missing.
    """

    criteria: tuple[CriterionVerdict, ...]
    constraints: tuple[ConstraintVerdict, ...]
    score: float
    complete: bool
    missing: str

    @property
    def unmet(self) -> tuple[int, ...]:
        """The numbers of the criteria that are not met."""
        return tuple(c.id for c in self.criteria if not c.met)


def read(text: str, criteria: int, constraints: int) -> Judgement | None:
    """The judgement in an answer about so many criteria and constraints; None when the answer is not one.

    The answer is one JSON object, bare or as the only thing in one fence. Whatever has no verdict is not met or
    not kept, a number that nobody asked about means nothing, and of two verdicts on one number the worse counts.
    `constraints` may be left out of an answer where there are none.
    """
    answer = strict_json.lone_object(text, LONGEST)
    if answer is None:
        return None
    met = _verdicts(answer.get("criteria"), "met")
    kept = _verdicts(answer.get("constraints", None if constraints else []), "kept")
    score, complete, missing = (answer.get(key) for key in ("score", "complete", "missing"))
    if met is None or kept is None or not _is_finite(score):
        return None
    if not isinstance(complete, bool) or not isinstance(missing, str):
        return None
    return _judgement(
        tuple(CriterionVerdict(n, *_worst(met, n)) for n in range(1, criteria + 1)),
        tuple(ConstraintVerdict(n, *_worst(kept, n)) for n in range(1, constraints + 1)),
        float(min(max(score, 0), 1)),
        complete,
        _bounded(missing, LONGEST_MISSING),
    )


def _judgement(
    criteria: tuple[CriterionVerdict, ...],
    constraints: tuple[ConstraintVerdict, ...],
    score: float,
    complete: bool,
    missing: str,
) -> Judgement:
    proven = bool(criteria) and all(c.met for c in criteria) and all(c.kept for c in constraints)
    return Judgement(criteria, constraints, score, complete and proven and not missing, missing)


def _verdicts(given: Any, word: str) -> list[tuple[int, bool, str]] | None:
    """Number, verdict and evidence of each entry; None when one of them is anything else."""
    if not isinstance(given, list):
        return None
    read = [_verdict(entry, word) for entry in given]
    known = [entry for entry in read if entry is not None]
    return known if len(known) == len(read) else None


def _verdict(entry: Any, word: str) -> tuple[int, bool, str] | None:
    if not isinstance(entry, dict):
        return None
    number, verdict, evidence = entry.get("id"), entry.get(word), entry.get("evidence", "")
    if type(number) is not int or not isinstance(verdict, bool) or not isinstance(evidence, str):
        return None
    return number, verdict, _bounded(evidence, LONGEST_EVIDENCE)


def _worst(verdicts: Sequence[tuple[int, bool, str]], number: int) -> tuple[bool, str]:
    found = [(verdict, evidence) for n, verdict, evidence in verdicts if n == number]
    return min(found, key=lambda one: one[0], default=(False, ""))


def _is_finite(score: Any) -> TypeGuard[int | float]:
    return type(score) is int or (type(score) is float and math.isfinite(score))


def _bounded(text: str, longest: int) -> str:
    text = _UNFIT.sub("", text).strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
