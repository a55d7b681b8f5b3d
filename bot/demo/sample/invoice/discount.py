"""Discounts for larger orders."""

from __future__ import annotations

STEPS = ((100_000, 10), (50_000, 5))


def percent(total: int) -> int:
    """The discount for an order of `total` cents: 5 % from 500.00, 10 % from 1,000.00."""
    for threshold, discount in STEPS:
        if total > threshold:
            return discount
    return 0


def discounted(total: int) -> int:
    return total - total * percent(total) // 100
