import unittest
from datetime import date

from ..terms import due_date

MONDAY = date(2026, 11, 2)


class Terms(unittest.TestCase):
    def test_two_weeks_are_the_usual_term(self) -> None:
        self.assertEqual(due_date(MONDAY), date(2026, 11, 16))

    def test_a_working_day_stays(self) -> None:
        self.assertEqual([due_date(MONDAY, days).day for days in range(5)], [2, 3, 4, 5, 6])

    def test_a_weekend_moves_to_monday(self) -> None:
        self.assertEqual([due_date(MONDAY, days) for days in (5, 6)], [date(2026, 11, 9)] * 2)

    def test_after_the_weekend_nothing_moves(self) -> None:
        self.assertEqual(due_date(MONDAY, 8), date(2026, 11, 10))
