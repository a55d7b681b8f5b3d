"""Order lines and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VAT = 20


@dataclass(frozen=True)
class Line:
    """One position of an order; `price` is for one piece, in cents, before VAT."""

    text: str
    quantity: int
    price: int

    @property
    def net(self) -> int:
        return self.quantity * self.price

    @property
    def vat(self) -> int:
        return self.net * VAT // 100

    @property
    def gross(self) -> int:
        return self.net + self.vat


def net_total(lines: Sequence[Line]) -> int:
    return sum(line.net for line in lines)


def gross_total(lines: Sequence[Line]) -> int:
    """What the customer pays, VAT included."""
    return sum(line.net for line in lines)
