"""The queue of both writers: urgent units first and by themselves, the others in the order they came."""

from goals.store.queue import UnitQueue
from goals.store.unit import Unit


def unit(urgent: bool = False) -> Unit:
    return Unit(lambda connection: None, urgent=urgent)


def queue(*units: Unit) -> UnitQueue:
    made = UnitQueue()
    for each in units:
        made.put(each)
    made.end()
    return made


A, B, C = unit(), unit(), unit()
FIRST, SECOND = unit(urgent=True), unit(urgent=True)


def test_one_by_one_urgent_units_come_before_the_others() -> None:
    units = queue(A, FIRST, B, SECOND)
    assert [units.next() for _ in range(5)] == [FIRST, SECOND, A, B, None]


def test_urgent_units_are_a_group_of_their_own() -> None:
    units = queue(A, FIRST, B, SECOND)
    assert [units.next_group(9) for _ in range(3)] == [[FIRST, SECOND], [A, B], []]


def test_a_group_is_no_larger_than_its_limit() -> None:
    units = queue(A, B, C)
    assert [units.next_group(2) for _ in range(3)] == [[A, B], [C], []]


def test_what_waits_can_be_taken_without_waiting() -> None:
    units = queue(A, FIRST)
    taken = units.waiting(9)
    assert (taken, units.waiting(9), units.next()) == ([FIRST, A], [], None)
