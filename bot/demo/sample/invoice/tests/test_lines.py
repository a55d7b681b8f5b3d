import unittest

from ..lines import Line, gross_total, net_total

ORDER = [Line("pen", 10, 150), Line("ink", 2, 899)]


class Lines(unittest.TestCase):
    def test_a_line_costs_its_price_times_its_quantity(self) -> None:
        self.assertEqual([line.net for line in ORDER], [1500, 1798])

    def test_vat_is_a_fifth(self) -> None:
        self.assertEqual([line.vat for line in ORDER], [300, 359])

    def test_gross_is_net_with_vat(self) -> None:
        self.assertEqual([line.gross for line in ORDER], [1800, 2157])

    def test_the_net_total_is_before_vat(self) -> None:
        self.assertEqual(net_total(ORDER), 3298)

    def test_the_customer_pays_vat_too(self) -> None:
        self.assertEqual(gross_total(ORDER), 3957)

    def test_no_lines_cost_nothing(self) -> None:
        self.assertEqual((net_total([]), gross_total([])), (0, 0))
