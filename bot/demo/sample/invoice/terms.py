"""When an invoice is due."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def due_date(issued: date, days: int = 14) -> date:
    """The day to pay: `days` after the invoice; what falls on a weekend moves to the Monday after."""
    return _working_day(issued + timedelta(days=days))


def _working_day(day: date) -> date:
    weekday = day.weekday()
    if weekday < SATURDAY:
        return day
    return day + timedelta(days=6 - weekday)
