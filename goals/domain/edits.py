"""What people change in a contract while its goal is worked on, and the contract that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from goals.domain.contract import check_size
from goals.domain.errors import BadRequest
from goals.domain.values import Request

LONGEST_SENTENCE = 500
"""Characters; the contract itself says the rest."""


@dataclass(frozen=True, slots=True)
class NewObjective:
    text: str


@dataclass(frozen=True, slots=True)
class AddSubgoal:
    text: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Takes away the criterion of this number, from 1; subgoals are numbered behind the criteria."""

    number: int


@dataclass(frozen=True, slots=True)
class AddConstraint:
    text: str


Edit = NewObjective | AddSubgoal | Remove | AddConstraint


def changed(request: Request, edit: Edit) -> tuple[Request, str]:
    """The request after an edit, and a sentence that says what was changed.

    Raises BadRequest for what is blank, too long or too many, and for a number that is not there.
    """
    if not isinstance(edit, Remove) and not edit.text.strip():
        raise BadRequest("There is no text: say what is to be reached or kept.")
    match edit:
        case NewObjective(text):
            after = replace(request, objective=text.strip())
            what = f"The objective was changed. It is now: {text.strip()}"
        case AddSubgoal(text):
            after = replace(request, subgoals=(*request.subgoals, text.strip()))
            what = f"Criterion {_count(after)} was added: {text.strip()}"
        case Remove(number):
            after, what = _removed(request, number)
        case AddConstraint(text):
            after = replace(request, constraints=(*request.constraints, text.strip()))
            what = f"Constraint {len(after.constraints)} was added: {text.strip()}"
    check_size(after)
    return after, what if len(what) <= LONGEST_SENTENCE else f"{what[: LONGEST_SENTENCE - 1]}…"


def _count(request: Request) -> int:
    return max(1, len(request.criteria)) + len(request.subgoals)


def _removed(request: Request, number: int) -> tuple[Request, str]:
    there, given = _count(request), len(request.criteria)
    if not 1 <= number <= there:
        known = "there is only criterion 1" if there == 1 else f"the criteria are 1 to {there}"
        raise BadRequest(f"There is no criterion {number}: {known}.")
    if not given and number == 1:
        raise BadRequest("Criterion 1 is the objective itself: `/goal edit …` changes it.")
    if number <= given:
        gone, rest = _without(request.criteria, number)
        after = replace(request, criteria=rest)
    else:
        gone, rest = _without(request.subgoals, number - max(1, given))
        after = replace(request, subgoals=rest)
    return after, f"Criterion {number} was removed: {gone}{_moved(request, after, number)}"


def _without(items: tuple[str, ...], number: int) -> tuple[str, tuple[str, ...]]:
    return items[number - 1], items[: number - 1] + items[number:]


def _moved(before: Request, after: Request, number: int) -> str:
    """What became of the other numbers."""
    if before.criteria and not after.criteria:
        return "\nCriterion 1 is now the objective itself."
    return "\nThe ones behind it moved up by one." if number < _count(before) else ""
