from dataclasses import replace
from datetime import datetime

from goals.domain.change import Change
from goals.domain.values import Goal, Mode, Status, VerifierSpec, Wait, WaitKind
from goals.domain.watching import Point, Polled, Reading, Watch, Watched
from goals.ports import Claim, Kept
from goals.store import Store
from tests.given import NOW, goal, later

QUICK = VerifierSpec("data", {"path": "x.json", "expr": "data", "timeout": 10})
CLAIMED_FOR = 40
"""Seconds: the time limit of `QUICK`, and what is done around it."""


def monitor(goal_id: str, **changes: object) -> Goal:
    asked = {"mode": Mode.MONITOR, "watch": Watch(), "verifiers": (QUICK,), "version": 0, **changes}
    return goal(id=goal_id, status=Status.ACTIVE, **asked)


async def opened(store: Store, goal_id: str = "g7k2", at: datetime = NOW) -> Goal:
    """A monitor that is due at a time."""
    return await store.goals.record(Change(monitor(goal_id), (), polled=Polled(at)), at=NOW)


def look(claim: Claim, next_at: datetime, **found: object) -> Kept:
    reading = Reading(claim.slot, False, **found)
    shown = replace(claim.watched, checked_at=claim.slot, met=False, same=claim.watched.same + 1)
    return Kept(claim.goal_id, claim.slot, next_at, shown, reading)


def names(claims: list[Claim]) -> list[str]:
    return [claim.goal_id for claim in claims]


async def test_what_is_due_is_claimed_once_the_longest_overdue_first(store: Store) -> None:
    for goal_id, seconds in {"gaa1": 2, "gaa2": 0, "gaa3": 1, "gaa4": 9}.items():
        await opened(store, goal_id, later(seconds=seconds))

    first = await store.monitors.claim(later(seconds=5), 2)
    second = await store.monitors.claim(later(seconds=5), 2)

    assert first == [Claim("gaa2", 1, NOW, Watched()), Claim("gaa3", 1, later(seconds=1), Watched())]
    assert names(second) == ["gaa1"]
    assert await store.monitors.claim(later(seconds=5), 2) == []


async def test_after_a_look_a_monitor_is_due_at_its_next_time_with_what_was_shown(store: Store) -> None:
    await opened(store)
    (claim,) = await store.monitors.claim(NOW, 10)

    await store.monitors.keep([look(claim, later(seconds=60))])

    shown = Watched(checked_at=NOW, met=False, same=1)
    assert await store.monitors.claim(later(seconds=59), 10) == []
    assert await store.monitors.next_at() == later(seconds=60)
    assert await store.monitors.polled(["g7k2", "gxxx"]) == {"g7k2": Polled(later(seconds=60), shown)}
    assert await store.monitors.claim(later(seconds=60), 10) == [Claim("g7k2", 1, later(seconds=60), shown)]


async def test_one_who_takes_too_long_loses_the_claim_and_stores_nothing(store: Store) -> None:
    await opened(store)
    (lost,) = await store.monitors.claim(NOW, 10)
    too_early = await store.monitors.claim(later(seconds=CLAIMED_FOR - 1), 10)
    (taken,) = await store.monitors.claim(later(seconds=CLAIMED_FOR), 10)

    await store.monitors.keep([look(lost, later(seconds=60))])
    await store.monitors.forget("g7k2", lost.slot)

    assert too_early == []
    assert await store.monitors.history("g7k2") == []
    assert taken.slot == later(seconds=CLAIMED_FOR)
    await store.monitors.keep([look(taken, later(seconds=120))])
    assert await store.monitors.next_at() == later(seconds=120)


async def test_what_a_dead_process_had_claimed_is_due_again_at_once(store: Store) -> None:
    await opened(store)
    await opened(store, "gaa2", later(days=1))
    await store.monitors.claim(NOW, 10)

    assert await store.monitors.recover() == 1

    assert names(await store.monitors.claim(NOW, 10)) == ["g7k2"]
    assert await store.monitors.next_at() == later(seconds=CLAIMED_FOR)


async def test_what_is_looked_at_now_was_due_at_its_slot(store: Store) -> None:
    await opened(store)
    await store.monitors.claim(NOW, 10)

    assert await store.monitors.polled(["g7k2"]) == {"g7k2": Polled(NOW)}


async def test_a_forgotten_goal_is_polled_no_more_until_a_change_says_when_and_goes_on_where_it_was(
    store: Store,
) -> None:
    stored = await opened(store)
    (first,) = await store.monitors.claim(NOW, 10)
    await store.monitors.keep([look(first, later(seconds=60))])
    (second,) = await store.monitors.claim(later(seconds=60), 10)

    await store.monitors.forget("g7k2", second.slot)

    assert await store.monitors.next_at() is None
    assert await store.monitors.polled(["g7k2"]) == {}
    again = Polled(later(hours=1), stored.watched, sooner=True)
    await store.goals.record(Change(stored, (), polled=again), at=NOW)
    shown = Watched(checked_at=NOW, met=False, same=1)
    assert await store.monitors.claim(later(hours=2), 10) == [Claim("g7k2", 2, later(hours=1), shown)]


async def test_one_that_is_to_be_looked_at_sooner_was_not_looked_at_less(store: Store) -> None:
    stored = await opened(store)
    (claim,) = await store.monitors.claim(NOW, 10)
    await store.monitors.keep([look(claim, later(seconds=60))])

    await store.goals.record(Change(stored, (), polled=Polled(NOW, sooner=True)), at=NOW)

    shown = Watched(checked_at=NOW, met=False, same=1)
    assert await store.monitors.claim(NOW, 10) == [Claim("g7k2", 2, NOW, shown)]


async def test_a_monitor_that_has_ended_is_polled_no_more_and_its_last_check_is_kept(store: Store) -> None:
    stored = await opened(store)
    (claim,) = await store.monitors.claim(NOW, 10)

    seen = Watched(checked_at=NOW, met=True, value=3.0, same=1, fired=1)
    over = replace(stored, status=Status.COMPLETED, ended_at=NOW, watched=seen)
    await store.goals.record(Change(over, ()), at=NOW)
    await store.monitors.keep([look(claim, later(seconds=5))])

    assert await store.monitors.next_at() is None
    assert await store.monitors.history("g7k2") == [Point(NOW, NOW, True, 3.0, 3.0, 3.0)]


async def test_news_move_a_monitor_and_end_the_claim_of_whoever_looks(store: Store) -> None:
    stored = await opened(store)
    (claim,) = await store.monitors.claim(NOW, 10)

    fired = Watched(checked_at=NOW, met=True, value=3.0, same=1, fired=1)
    told = Change(replace(stored, watched=fired), (), polled=Polled(later(seconds=60), fired))
    await store.goals.record(told, at=NOW)
    await store.monitors.keep([look(claim, later(seconds=5))])

    assert await store.monitors.claim(later(seconds=60), 10) == [Claim("g7k2", 2, later(seconds=60), fired)]
    assert await store.monitors.history("g7k2") == [Point(NOW, NOW, True, 3.0, 3.0, 3.0)]


async def test_a_change_that_says_nothing_of_polling_is_known_to_whoever_polls(store: Store) -> None:
    stored = await opened(store)

    await store.goals.record(Change(replace(stored, status=Status.PAUSED), ()), at=NOW)

    assert await store.monitors.claim(NOW, 10) == [Claim("g7k2", 2, NOW, Watched())]


async def test_a_goal_that_waits_for_a_verifier_is_claimed_for_as_long_as_that_may_take(store: Store) -> None:
    wait = Wait(WaitKind.VERIFIER, "CI is green", NOW, verifier=VerifierSpec("ci", {"timeout": "5m"}))
    waiting = goal(version=0, status=Status.WAITING, wait=wait, verifiers=(QUICK,))
    stored = await store.goals.record(Change(waiting, (), polled=Polled(NOW)), at=NOW)
    await store.monitors.claim(NOW, 10)

    awake = replace(stored, status=Status.ACTIVE, wait=None)
    await store.goals.record(Change(awake, ()), at=NOW)

    assert await store.monitors.next_at() == later(seconds=330)
    assert await store.monitors.claim(later(seconds=330), 10) == [
        Claim("g7k2", 2, later(seconds=330), Watched())
    ]


async def test_a_goal_that_has_waited_and_then_ended_is_polled_no_more(store: Store) -> None:
    wait = Wait(WaitKind.VERIFIER, "CI is green", NOW, verifier=QUICK)
    waiting = goal(version=0, status=Status.WAITING, wait=wait)
    stored = await store.goals.record(Change(waiting, (), polled=Polled(NOW)), at=NOW)
    awake = await store.goals.record(Change(replace(stored, status=Status.ACTIVE, wait=None), ()), at=NOW)
    ended = replace(awake, status=Status.COMPLETED, ended_at=NOW)
    await store.goals.record(Change(ended, ()), at=NOW)

    assert await store.monitors.claim(later(seconds=60), 10) == []


async def test_same_readings_are_one_stretch_of_the_past(store: Store) -> None:
    await opened(store)
    found = (100.0, 100.0, 250.0)
    for n, value in enumerate(found):
        (claim,) = await store.monitors.claim(later(seconds=60 * n), 10)
        await store.monitors.keep([look(claim, later(seconds=60 * (n + 1)), value=value)])

    assert await store.monitors.history("g7k2") == [
        Point(NOW, later(seconds=60), False, 100.0, 100.0, 100.0, 2),
        Point(later(seconds=120), later(seconds=120), False, 250.0, 250.0, 250.0),
    ]


async def test_a_long_past_is_thinned_and_keeps_its_extremes(store: Store) -> None:
    await opened(store)
    times = 700
    for n in range(times):
        (claim,) = await store.monitors.claim(later(seconds=60 * n), 10)
        value = 1e6 if n == 7 else float(n)
        await store.monitors.keep([look(claim, later(seconds=60 * (n + 1)), value=value)])

    past = await store.monitors.history("g7k2")

    assert len(past) < 330
    assert sum(point.count for point in past) == times
    assert max(point.high or 0.0 for point in past) == 1e6


async def test_many_looks_are_stored_together(store: Store) -> None:
    ids = [f"g{n:04}" for n in range(1200)]
    for goal_id in ids:
        await opened(store, goal_id)
    claims = await store.monitors.claim(NOW, 5000)

    await store.monitors.keep([look(claim, later(seconds=60)) for claim in claims])

    assert sorted(names(claims)) == ids
    assert len(await store.monitors.polled(ids)) == 1200
    assert await store.monitors.next_at() == later(seconds=60)
