"""Quiet looks are stored together; one that cannot be stored loses no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from goals.domain.watching import Watched
from goals.ports import Kept, Outgoing
from monitors.recorder import Recorder
from tests.given import NOW, later
from tests.peers.clock import ManualClock


class Shelf:
    """Keeps what it is given, but never what is `bad`."""

    def __init__(self, bad: str = "") -> None:
        self.bad = bad
        self.kept: list[list[str]] = []
        self.cards: list[str] = []

    async def keep(self, looks: Sequence[Kept]) -> None:
        names = [look.goal_id for look in looks]
        if self.bad in names:
            raise ValueError(self.bad)
        self.kept.append(names)

    async def tell(self, cards: Sequence[Outgoing]) -> None:
        self.cards += [card.key for card in cards]


def recorder(shelf: Shelf) -> Recorder:
    return Recorder(cast(Any, shelf), ManualClock(), shelf.tell)


def look(name: str, at: datetime = NOW) -> Kept:
    return Kept(name, at, later(seconds=60), Watched())


async def test_what_comes_together_is_stored_together_and_then_its_cards_are_painted() -> None:
    shelf = Shelf()
    keeps = recorder(shelf)
    keeps.add(look("g1"))
    keeps.add(look("g2"), Outgoing("g2:edit*", "lane", "card", {}))
    keeps.hurry()
    await keeps.settled()
    keeps.add(look("g3"))
    await keeps.settled()
    assert (shelf.kept, shelf.cards) == ([["g1", "g2"], ["g3"]], ["g2:edit*"])


async def test_one_that_cannot_be_stored_loses_no_other() -> None:
    shelf = Shelf(bad="g2")
    keeps = recorder(shelf)
    for name in ("g1", "g2", "g3"):
        keeps.add(look(name))
    await keeps.settled()
    assert shelf.kept == [["g1"], ["g3"]]


async def test_very_many_are_stored_in_several_transactions() -> None:
    shelf = Shelf()
    keeps = recorder(shelf)
    for n in range(600):
        keeps.add(look(f"g{n}"))
    await keeps.settled()
    assert [len(each) for each in shelf.kept] == [250, 250, 100]
