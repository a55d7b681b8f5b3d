"""Allowances: spent exactly is spent, each threshold is told once, a raise counts from what is there."""

import pytest

from goals.domain import budget
from goals.domain.budget import Raise
from goals.domain.errors import BadRequest, NotNow
from goals.domain.usage import Totals
from goals.domain.values import Budget, Goal, Spent
from tests.given import NOW, goal, later


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
    nearly = goal(seconds=100.0, spent=Spent(turns=1, seconds=96.0))
    assert [w.percent for w in budget.warnings(nearly, NOW)] == [95]


def test_each_threshold_is_told_once_and_again_only_after_a_raise() -> None:
    half = at(10)
    told = budget.warned(half, budget.warnings(half, NOW))
    assert budget.warnings(told, NOW) == ()
    raised = goal(turns=24, spent=Spent(turns=12), warned=told.warned)
    assert [w.percent for w in budget.warnings(raised, NOW)] == [50]


def test_a_warning_says_how_long_it_will_last_at_this_pace() -> None:
    (warning,) = budget.warnings(goal(turns=None, seconds=100.0, spent=Spent(turns=4, seconds=80.0)), NOW)
    assert (warning.turns_left, warning.runs_out) == (pytest.approx(1.0), later(seconds=20))


def test_a_warning_says_when_its_budget_is_used_up_at_this_rate() -> None:
    (warning,) = budget.warnings(goal(turns=20, spent=Spent(turns=16, seconds=1600.0)), NOW)
    assert warning.runs_out == later(seconds=400)


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


def test_what_is_under_way_counts_as_used_and_cached_input_does_not() -> None:
    used = Totals(fresh=100, cached=900, output=20, usd=0.5, reserved_tokens=30, reserved_usd=0.25)
    booked = budget.spend(goal(spent=Spent(turns=2)), used).spent
    assert booked == Spent(turns=2, tokens=150, usd=0.75)


def test_an_agent_without_a_ledger_spends_no_tokens() -> None:
    assert budget.spend(goal(spent=Spent(turns=2)), None).spent == Spent(turns=2)


@pytest.mark.parametrize(
    ("allowed", "used", "warned"),
    [
        ({"tokens": 1_000}, Spent(turns=1, tokens=499), []),
        ({"tokens": 1_000}, Spent(turns=1, tokens=500), [("tokens", 50)]),
        ({"tokens": 1_000}, Spent(turns=1, tokens=999), [("tokens", 95)]),
        ({"tokens": 1_000}, Spent(turns=1, tokens=1_000), []),
        ({"usd": 2.0}, Spent(turns=1, usd=1.6), [("usd", 80)]),
        ({"tokens": 1_000, "usd": 2.0}, Spent(tokens=800, usd=1.0), [("tokens", 80), ("usd", 50)]),
    ],
)
def test_tokens_and_money_are_warned_of_as_turns_are(
    allowed: dict[str, float], used: Spent, warned: list[tuple[str, int]]
) -> None:
    found = budget.warnings(goal(turns=None, spent=used, **allowed), NOW)
    assert [(w.dimension, w.percent) for w in found] == warned


def test_the_tightest_budget_is_the_one_with_the_smallest_share_left() -> None:
    assert budget.tightest(goal(turns=20, tokens=1_000, spent=Spent(turns=10, tokens=900))) == "tokens"


@pytest.mark.parametrize(
    ("known", "short"),
    [
        ({"spent": Spent(turns=19, tokens=900)}, ()),
        ({"spent": Spent(turns=19, tokens=900), "winding_down": "tokens"}, ("tokens",)),
        ({"spent": Spent(turns=20, tokens=900), "winding_down": "tokens"}, ("turns", "tokens")),
        ({"spent": Spent(turns=20, tokens=100)}, ("turns",)),
    ],
)
def test_a_goal_is_short_of_what_is_spent_and_of_what_was_too_little(
    known: dict[str, object], short: tuple[str, ...]
) -> None:
    assert budget.short(goal(turns=20, tokens=1_000, **known)) == short


def test_a_raise_asked_for_on_an_old_sight_is_refused() -> None:
    with pytest.raises(NotNow, match="was changed already"):
        budget.raised(goal(tokens=1_500), Raise("tokens", 0.5, "share", seen=1_000))


def test_tokens_are_raised_to_whole_ones() -> None:
    assert budget.raised(goal(tokens=1_001), Raise("tokens", 0.5, "share")).tokens == 1_502
