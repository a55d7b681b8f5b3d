"""Moving a goal in its channel's queue: which ranks change so that it stands where it was put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from goals.domain.values import PLACES, Goal, Rank

STEP = 1_000_000 * PLACES
"""A second: how far a goal that is put first or last stands from the next."""


class Way(StrEnum):
    UP = "up"
    DOWN = "down"
    TOP = "top"


def moved(line: Sequence[Goal], goal_id: str, to: Way | int) -> dict[str, Rank]:
    """The new ranks by goal, the moved goal's first: mostly only its own, where it stands right none.

    `line` is the queue, first in line first; `to` a way, or a place from 1. A place behind the end is the end.
    Others give way only where two of them stand so close that nothing fits between.
    """
    ids = [goal.id for goal in line]
    at = ids.index(goal_id)
    number = max(0, min(_number(at, to), len(line) - 1))
    if number == at:
        return {}
    others = [goal for goal in line if goal.id != goal_id]
    before = others[number - 1].rank if number else None
    rank = _between(before, others[number].rank if number < len(others) else None)
    ranks = {goal_id: rank}
    for goal in others[number:]:
        if goal.rank.order > rank.order:
            break
        rank = replace(rank, place=rank.place + 1)
        ranks[goal.id] = rank
    return ranks


def _number(at: int, to: Way | int) -> int:
    """The index that is meant."""
    match to:
        case Way.UP:
            return at - 1
        case Way.DOWN:
            return at + 1
        case Way.TOP:
            return 0
        case int():
            return to - 1


def _between(before: Rank | None, after: Rank | None) -> Rank:
    """Behind one and before the other, as far from both as can be."""
    if before is None:
        assert after is not None
        return replace(after, place=after.place - STEP)
    if after is None or (after.front, after.priority) != (before.front, before.priority):
        return replace(before, place=before.place + STEP)
    return replace(before, place=before.place + max(1, (after.place - before.place) // 2))
