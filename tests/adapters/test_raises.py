"""A raise means the same whether it was written or pressed."""

import pytest

from adapters.raises import change_of, dollars, pressed, value
from goals.domain.amounts import Amount
from goals.domain.budget import Raise
from goals.domain.errors import BadRequest


def test_a_written_amount_adds_or_sets() -> None:
    assert change_of(Amount("turns", 10)) == Raise("turns", 10, "by")
    assert change_of(Amount("usd", 5.0, raises=False)) == Raise("usd", 5.0, "to")


@pytest.mark.parametrize(
    ("dimension", "allowed", "carried"),
    [("turns", 20, "g7k2:turns:+50%:20"), ("seconds", 5400.5, "g7k2:seconds:+50%:5400.5")],
)
def test_a_button_carries_what_it_raises_and_from_where(dimension: str, allowed: float, carried: str) -> None:
    assert value("g7k2", dimension, 50, allowed) == carried
    assert pressed(carried) == ("g7k2", Raise(dimension, 0.5, "share", seen=allowed))


def test_a_button_may_add_dollars() -> None:
    assert dollars("g7k2", 2, 5.0) == "g7k2:usd:+2:5"
    assert pressed("g7k2:usd:+2:5") == ("g7k2", Raise("usd", 2, "by", seen=5.0))


@pytest.mark.parametrize(
    "other", ["", "g7k2", "g7k2:turns:+50%", "g7k2:turns:+0%:20", "g7k2:days:+50%:20", "g7k2:turns:-50%:20"]
)
def test_any_other_value_is_refused(other: str) -> None:
    with pytest.raises(BadRequest, match="no longer understood"):
        pressed(other)
