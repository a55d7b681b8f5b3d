"""A goal stands where it was put, and the others keep their order."""

from dataclasses import replace

import pytest

from goals.domain.queueing import Way, moved
from goals.domain.values import Goal
from tests.given import goal, later


def line(*wants: dict[str, object]) -> list[Goal]:
    """A queue whose goals are a, b, c …, queued a minute apart."""
    goals = [
        goal(**{"id": id, "queued_at": later(minutes=n), **want})
        for n, (id, want) in enumerate(zip("abcde", wants, strict=False))
    ]
    return sorted(goals, key=lambda each: (each.rank.order, each.id))


def after(queue: list[Goal], id: str, to: Way | int) -> str:
    """The order in which they stand then."""
    ranks = moved(queue, id, to)
    placed = [replace(each, moved=ranks.get(each.id, each.moved)) for each in queue]
    return "".join(each.id for each in sorted(placed, key=lambda each: (each.rank.order, each.id)))


@pytest.mark.parametrize(
    ("id", "to", "order"),
    [
        ("c", Way.UP, "acbd"),
        ("a", Way.UP, "abcd"),
        ("b", Way.DOWN, "acbd"),
        ("d", Way.DOWN, "abcd"),
        ("d", Way.TOP, "dabc"),
        ("d", 2, "adbc"),
        ("a", 3, "bcad"),
        ("a", 99, "bcda"),
        ("b", 2, "abcd"),
        ("c", 0, "cabd"),
    ],
)
def test_a_goal_stands_where_it_was_put(id: str, to: Way | int, order: str) -> None:
    assert after(line({}, {}, {}, {}), id, to) == order


def test_only_the_moved_goal_is_touched() -> None:
    assert list(moved(line({}, {}, {}, {}), "d", 2)) == ["d"]


def test_a_goal_that_stands_there_already_is_not_touched() -> None:
    assert moved(line({}, {}), "b", 2) == {}


def test_a_goal_takes_the_priority_of_those_it_stands_among() -> None:
    queue = line({"priority": 5}, {"priority": 5}, {}, {"front": True})
    assert [after(queue, "c", to) for to in (1, 2, 3, 4)] == ["cdab", "dcab", "dacb", "dabc"]
    assert (moved(queue, "c", 3)["c"].priority, moved(queue, "d", 4)["d"].front) == (5, False)


@pytest.mark.parametrize("apart", [{}, {"microseconds": 1}])
def test_there_is_always_room_between_two_goals(apart: dict[str, float]) -> None:
    queue = [
        goal(id=id, queued_at=later(**{k: v * n for k, v in apart.items()})) for n, id in enumerate("abc")
    ]
    for _ in range(30):
        ranks = moved(queue, queue[2].id, 2)
        placed = [replace(each, moved=ranks.get(each.id, each.moved)) for each in queue]
        expected = [queue[0].id, queue[2].id, queue[1].id]
        queue = sorted(placed, key=lambda each: (each.rank.order, each.id))
        assert [each.id for each in queue] == expected
