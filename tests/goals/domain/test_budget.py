"""Allowances: spent exactly is spent, each threshold is told once, a raise counts from what is there."""

import pytest

from goals.domain import budget
from goals.domain.budget import Raise
from goals.domain.errors import BadRequest
from goals.domain.values import Budget, Goal, Spent
from tests.given import goal


def at(turns: int, allowed: int = 20) -> Goal:
    return goal(turns=allowed, spent=Spent(turns=turns))


@pytest.mark.parametrize(
    ("used", "left", "spent"), [(0, 20, ""), (19, 1, ""), (20, 0, "turns"), (25, 0, "turns")]
)
def test_an_allowance_used_to_its_end_is_spent(used: int, left: int, spent: str) -> None:
    assert (budget.left(at(used)).turns, budget.spent(at(used))) == (left, spent)


def test_no_limit_is_never_spent() -> None:
    assert budget.spent(goal(turns=None, spent=Spent(turns=10**6, seconds=1e9))) == ""


def test_a_jump_over_several_thresholds_warns_once() -> None:
    assert [w.percent for w in budget.warnings(goal(seconds=100.0, spent=Spent(turns=1, seconds=96.0)))] == [
        95
    ]


def test_each_threshold_is_told_once_and_again_only_after_a_raise() -> None:
    half = at(10)
    told = budget.warned(half, budget.warnings(half))
    assert budget.warnings(told) == ()
    raised = goal(turns=24, spent=Spent(turns=12), warned=told.warned)
    assert [w.percent for w in budget.warnings(raised)] == [50]


def test_a_warning_says_how_long_it_will_last_at_this_pace() -> None:
    (warning,) = budget.warnings(goal(turns=None, seconds=100.0, spent=Spent(turns=4, seconds=80.0)))
    assert warning.turns_left == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "turns"),
    [(Raise("turns", 10), 30), (Raise("turns", 0.5, "share"), 30), (Raise("turns", 7, "to"), 7)],
)
def test_a_raise_is_by_an_amount_a_share_or_to_an_amount(change: Raise, turns: int) -> None:
    assert budget.raised(at(3), change) == Budget(turns=turns)


@pytest.mark.parametrize("change", [Raise("turns", -20), Raise("turns", 0, "to"), Raise("seconds", 60)])
def test_a_raise_to_nothing_or_of_nothing_is_refused(change: Raise) -> None:
    with pytest.raises(BadRequest):
        budget.raised(at(3), change)
