"""What of a sequence of checks is news: whole sequences, and one edge after the other whatever comes."""

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain.watching import News, Trigger, Watch, Watched
from monitors.triggers import look
from tests.given import later, reading

F, C, B, M, S, E = News.FIRED, News.CLEARED, News.BROKE, News.MENDED, News.STALLED, News.EXPIRED
MET, CHANGE = Watch(repeat=True), Watch(trigger=Trigger.CHANGE, repeat=True)

Found = bool | float | None


def looks(watch: Watch, *found: Found, deadline: datetime | None = None) -> list[tuple[News, ...]]:
    """The news of each of these checks, a minute apart."""
    watched, told = Watched(), []
    for minute, each in enumerate(found):
        after = look(watch, deadline, watched, reading(each, minute))
        watched = after.watched
        told.append(after.news)
    return told


@pytest.mark.parametrize(
    ("watch", "found", "news"),
    [
        (MET, (False, True, True, True, False, True), [(), (F,), (), (), (C,), (F,)]),
        (MET, (True, True), [(F,), ()]),
        (MET, (True, None, True), [(F,), (B,), (M,)]),
        (MET, (True, None, None, False, True), [(F,), (B,), (), (M, C), (F,)]),
        (MET, (False, None, True), [(), (B,), (M, F)]),
        (MET, (None, None, False), [(B,), (), (M,)]),
        (MET, (None, True), [(B,), (M, F)]),
        (CHANGE, (100.0, 100.0, 250.0, 250.0, 900.0), [(), (), (F,), (), (F,)]),
        (CHANGE, (100.0, None, 100.0), [(), (B,), (M,)]),
        (CHANGE, (100.0, None, 250.0), [(), (B,), (M, F)]),
        (CHANGE, (None, 100.0), [(B,), (M,)]),
        (CHANGE, (False, True, True, False), [(), (F,), (), (F, C)]),
        (CHANGE, (100.0, True), [(), (F,)]),
    ],
    ids=str,
)
def test_each_edge_is_told_once(watch: Watch, found: tuple[Found, ...], news: list[tuple[News, ...]]) -> None:
    assert looks(watch, *found) == news


@pytest.mark.parametrize(
    ("found", "news"),
    [
        ((False, False, False, False), [(), (), (S,), ()]),
        ((False, False, False, True, True, True), [(), (), (S,), (F,), (), (S,)]),
        ((7.0, 7.0, 8.0, 8.0, 8.0, 8.0), [(), (), (), (), (S,), ()]),
        ((False, None, False, None, False), [(), (B,), (M,), (B,), (M, S)]),
        ((None, None, None, None), [(B,), (), (), ()]),
    ],
    ids=str,
)
def test_the_third_of_the_same_checks_is_told_once_until_it_changes(
    found: tuple[Found, ...], news: list[tuple[News, ...]]
) -> None:
    assert looks(Watch(repeat=True, stall_after=2), *found) == news


@pytest.mark.parametrize(
    ("found", "news"),
    [
        ((1.0, 2.0, 3.0), [(), (), (E,)]),
        ((False, False, True), [(), (), (F, E)]),
        ((True, True, True), [(F,), (), (E,)]),
        ((False, False, None), [(), (), (B, E)]),
    ],
    ids=str,
)
def test_the_check_at_the_deadline_says_so_whatever_it_found(
    found: tuple[Found, ...], news: list[tuple[News, ...]]
) -> None:
    assert looks(MET, *found, deadline=later(minutes=2)) == news


def test_what_is_known_after_a_check_that_broke_is_what_was_known_before_it() -> None:
    watched = Watched()
    for minute, found in enumerate((100.0, 250.0, 250.0, None, None)):
        watched = look(MET, None, watched, reading(found, minute)).watched
    assert watched == Watched(
        checks=5, checked_at=later(minutes=4), met=False, mark="it is 250", value=250.0, reason="it is 250",
        same=2, since=later(minutes=1), broken=2, broken_at=later(minutes=3), broke="it hung",
    )  # fmt: skip


def test_what_is_known_after_an_edge_is_what_was_found_and_that_it_was_one() -> None:
    before = look(MET, None, Watched(), reading(None)).watched
    assert look(MET, None, before, reading(True, 1)).watched == Watched(
        checks=2, checked_at=later(minutes=1), met=True, mark="12 passed", reason="12 passed",
        same=1, since=later(minutes=1), fired=1, fired_at=later(minutes=1),
    )  # fmt: skip


def test_a_value_that_stays_is_no_change_whatever_else_the_check_says() -> None:
    watched = look(CHANGE, None, Watched(), reading(100.0, mark="seen at noon")).watched
    assert look(CHANGE, None, watched, reading(100.0, 1, mark="seen at one")).news == ()


@given(st.lists(st.sampled_from((True, False, None)), max_size=40))
def test_a_monitor_fires_once_for_each_time_it_becomes_met(found: list[bool | None]) -> None:
    sound = [False, *(each for each in found if each is not None)]
    edges = sum(now and not before for before, now in pairwise(sound))
    assert sum(F in news for news in looks(MET, *found)) == edges


@given(st.lists(st.sampled_from((1.0, 2.0, 3.0, None)), max_size=40))
def test_a_monitor_fires_once_for_each_change_of_its_value(found: list[float | None]) -> None:
    sound = [each for each in found if each is not None]
    edges = sum(now != before for before, now in pairwise(sound))
    assert sum(F in news for news in looks(CHANGE, *found)) == edges


@given(st.lists(st.sampled_from((True, False, 1.0, None)), max_size=40), st.integers(1, 4))
def test_each_break_is_told_once_and_mended_once_before_the_next(found: list[Found], patience: int) -> None:
    told = [each for news in looks(Watch(repeat=True, stall_after=patience), *found) for each in news]
    both = [each for each in told if each in (B, M)]
    assert both == [B, M] * (len(both) // 2) + [B] * (len(both) % 2)
