import unittest

from ..discount import discounted, percent


class Discount(unittest.TestCase):
    def test_small_orders_get_none(self) -> None:
        self.assertEqual([percent(0), percent(100), percent(49_999)], [0, 0, 0])

    def test_a_step_begins_at_its_threshold(self) -> None:
        self.assertEqual([percent(50_000), percent(100_000)], [5, 10])

    def test_between_the_steps_the_lower_one_holds(self) -> None:
        self.assertEqual([percent(50_001), percent(99_999), percent(100_001)], [5, 5, 10])

    def test_the_discount_is_taken_off(self) -> None:
        self.assertEqual(
            [discounted(10_000), discounted(60_000), discounted(200_000)], [10_000, 57_000, 180_000]
        )
