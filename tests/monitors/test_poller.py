"""The poller over a real store: what is due is looked at, once each, and what is found is kept or told."""

import asyncio
from functools import partial
from pathlib import Path
from typing import cast

from goals.domain import facts, lifecycle
from goals.domain.values import Reason, Status, Verdict, VerifierSpec
from goals.domain.watching import Trigger
from goals.ports import Executor
from goals.store import Store
from goals.work.lookout import FOLDER, Lookouts
from monitors.ticker import Ticker
from tests.given import ANA
from tests.monitors.looking import Watchtower, always, broken, in_turn, met, unmet
from tests.peers.clock import ManualClock

HALF_HOUR = 1800.0


async def test_it_fires_on_each_edge_to_true_and_an_error_between_two_trues_is_none(store: Store) -> None:
    found = [unmet(), met(), met(), broken(), met(), unmet(), met()]
    tower = Watchtower(store, in_turn(found))
    await tower.open("g7k2", every=10.0, repeat=True)

    await tower.look()
    for _ in found[1:]:
        await tower.after(11)

    fires = ["Fired", "VerifierBroke", "VerifierMended", "Cleared", "Fired"]
    assert (tower.looks["g7k2"], tower.events("g7k2")) == (7, fires)
    assert (await tower.goal("g7k2")).status is Status.ACTIVE


async def test_a_change_of_the_value_fires_and_the_first_value_does_not(store: Store) -> None:
    found = [unmet(value) for value in (100.0, 100.0, 250.0, 250.0, 900.0)]
    tower = Watchtower(store, in_turn(found))
    await tower.open("g7k2", every=10.0, repeat=True, trigger=Trigger.CHANGE)

    await tower.look()
    fired = []
    for _ in found[1:]:
        await tower.after(11)
        fired.append((await tower.goal("g7k2")).watched.fired)

    assert fired == [0, 1, 1, 2]
    past = await store.monitors.history("g7k2")
    assert [(point.last, point.count) for point in past] == [(100.0, 2), (250.0, 2), (900.0, 1)]


async def test_the_first_edge_ends_a_monitor_that_does_not_repeat(store: Store) -> None:
    tower = Watchtower(store, in_turn([unmet(), met()]))
    await tower.open("g7k2", every=10.0)

    await tower.look()
    await tower.after(11)
    await tower.after(11)

    ended = await tower.goal("g7k2")
    assert (ended.status, ended.reason, tower.looks["g7k2"]) == (Status.COMPLETED, Reason.PROVEN, 2)
    assert await store.monitors.next_at() is None


async def test_it_is_looked_at_once_at_the_start_and_then_once_an_interval_however_often_the_tick_comes(
    store: Store,
) -> None:
    tower = Watchtower(store, always(unmet()))
    await tower.open("g7k2", every=HALF_HOUR)

    seen = []
    for _ in range(6):
        for _ in range(5):
            await tower.look()
        await tower.after(HALF_HOUR / 3)
        seen.append(tower.looks["g7k2"])

    assert seen == [1, 1, 1, 2, 2, 2]


async def test_one_that_hangs_holds_up_nobody(store: Store) -> None:
    hangs = asyncio.Event()

    async def found(goal_id: str) -> Verdict:
        if goal_id == "g000":
            await hangs.wait()
        return unmet()

    tower = Watchtower(store, found)
    ids = [f"g{n:03}" for n in range(100)]
    for goal_id in ids:
        await tower.open(goal_id, every=60.0)

    async def others_are_done(times: int) -> bool:
        return await tower.checks(ids[1:]) == [times] * 99

    for times in (1, 2, 3):
        await tower.poller.round()
        await tower.until(partial(others_are_done, times))
        tower.clock.advance(67)

    hangs.set()
    await tower.poller.settled()
    assert tower.looks["g000"] == 1


async def test_as_many_as_are_looked_at_at_once_hang_and_hold_up_nobody(store: Store) -> None:
    hangs = asyncio.Event()

    async def found(goal_id: str) -> Verdict:
        if goal_id != "good":
            await hangs.wait()
        return unmet()

    tower = Watchtower(store, found, parallel=64, long=0.0)
    for n in range(64):
        await tower.open(f"h{n:03}", every=60.0)
    await tower.poller.round()
    await tower.until(lambda: len(tower.looks) == 64)

    await tower.open("good", every=60.0)
    await tower.poller.round()
    await tower.until(lambda: tower.looks["good"])

    hangs.set()
    await tower.poller.settled()
    assert await tower.checks(["good"]) == [1]


async def test_what_there_is_no_room_for_is_looked_at_as_soon_as_there_is(store: Store) -> None:
    tower = Watchtower(store, always(unmet()), parallel=64)
    ids = [f"g{n:03}" for n in range(300)]
    for goal_id in ids:
        await tower.open(goal_id, every=60.0)

    ticker = Ticker(tower.poller.round)
    tower.more = ticker.ring
    ticker.ring()
    ticking = asyncio.create_task(ticker.run())
    await tower.until(lambda: len(tower.looks) == 300)
    ticking.cancel()
    await tower.poller.settled()

    assert dict(tower.looks) == dict.fromkeys(ids, 1)


async def test_whoever_changes_a_monitor_while_it_is_looked_at_is_not_overridden(store: Store) -> None:
    muted = asyncio.Event()

    async def found(_: str) -> Verdict:
        if tower.looks["g7k2"] == 1:
            now = await tower.goal("g7k2")
            await tower.journal.record(lifecycle.apply(now, facts.Muted(tower.clock.now(), ANA, True)))
            muted.set()
        return met()

    tower = Watchtower(store, found)
    await tower.open("g7k2", every=60.0)

    await tower.look()
    await tower.look()

    ended = await tower.goal("g7k2")
    assert (ended.status, ended.muted, tower.looks["g7k2"]) == (Status.COMPLETED, True, 2)
    assert tower.events("g7k2") == ["Muted", "Fired", "Finished"]


async def test_one_that_is_paused_is_not_looked_at_and_goes_on_where_it_was(store: Store) -> None:
    found = [unmet(100.0), unmet(250.0)]
    tower = Watchtower(store, in_turn(found))
    await tower.open("g7k2", every=60.0, trigger=Trigger.CHANGE)
    await tower.look()

    now = tower.clock.now()
    paused = await tower.journal.record(lifecycle.apply(await tower.goal("g7k2"), facts.Paused(now, ANA)))
    await tower.after(3600)
    meanwhile = tower.looks["g7k2"]
    await tower.journal.record(lifecycle.apply(paused.goal, facts.Resumed(tower.clock.now(), ANA)))
    await tower.look()

    assert (meanwhile, tower.looks["g7k2"]) == (1, 2)
    assert (await tower.goal("g7k2")).status is Status.COMPLETED


async def test_a_check_that_somebody_asks_for_comes_at_once_and_is_told(store: Store) -> None:
    tower = Watchtower(store, always(unmet()))
    await tower.open("g7k2", every=HALF_HOUR)
    await tower.look()

    asked = facts.CheckAsked(tower.clock.now(), ANA)
    await tower.journal.record(lifecycle.apply(await tower.goal("g7k2"), asked))
    await tower.look()

    assert (tower.looks["g7k2"], tower.events("g7k2")) == (2, ["CheckAsked", "CheckedByHand"])


async def test_a_look_that_is_under_way_at_the_stop_is_done_again_at_the_start(store: Store) -> None:
    async def found(_: str) -> Verdict:
        await asyncio.Event().wait()
        return met()

    tower = Watchtower(store, found)
    await tower.open("g7k2", every=HALF_HOUR)
    await tower.poller.round()
    await tower.until(lambda: tower.looks["g7k2"])

    await tower.poller.drain(0.01)
    await Watchtower(store, always(met()), clock=tower.clock).look()

    assert (await tower.goal("g7k2")).status is Status.COMPLETED


async def test_a_verifier_that_is_not_there_any_more_is_a_check_that_broke(store: Store) -> None:
    tower = Watchtower(store, always(met()))
    await tower.open("g7k2", every=60.0, verifier=VerifierSpec("gone"))

    await tower.look()
    await tower.after(61)

    told = await tower.goal("g7k2")
    assert (told.status, tower.events("g7k2")) == (Status.ACTIVE, ["VerifierBroke"])
    assert told.watched.broke.startswith("There is no verifier type “gone”.")


async def test_a_place_to_look_at_that_the_disk_refuses_is_a_check_that_broke(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    clock = ManualClock()
    lookouts = Lookouts(tmp_path, cast(Executor, None), clock)
    tower = Watchtower(store, always(met()), clock=clock, lookout=lookouts)
    await tower.open("g7k2", every=60.0)

    await tower.look()

    told = await tower.goal("g7k2")
    assert (tower.looks["g7k2"], tower.events("g7k2")) == (0, ["VerifierBroke"])
    assert told.watched.broke.startswith("the place to look at cannot be had: ")
