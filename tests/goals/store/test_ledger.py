"""The ledger on both databases: every call once, whatever crashed, and its sums."""

import pytest

from goals.domain.usage import Purpose, Reservation, Totals, Usage
from goals.domain.values import Status
from goals.ports import Change
from goals.store import Store
from tests.given import NOW, goal, later

MODEL = "openai/m"
WORK = Usage(MODEL, Purpose.AGENT, 15, 5, 8, 0.25)
WORD = Usage("openai/j", Purpose.JUDGE, 7, 0, 2, None, estimated=True)


def reserved(id_: str = "r1", goal_id: str = "g7k2") -> Reservation:
    return Reservation(id_, goal_id, MODEL, Purpose.AGENT, 1_000, 0.5, NOW)


@pytest.fixture(autouse=True)
async def opened(store: Store) -> None:
    await store.goals.record(Change(goal(version=0), ()), at=NOW)
    await store.goals.record(Change(goal(id="h7k2", version=0), ()), at=NOW)


async def test_what_is_reserved_counts_until_it_is_settled(store: Store) -> None:
    await store.ledger.reserve(reserved())
    open_ = await store.ledger.totals("g7k2")
    await store.ledger.settle("r1", "g7k2", WORK, later(seconds=3))
    settled = await store.ledger.totals("g7k2")

    assert (open_.reserved_tokens, open_.reserved_usd, open_.fresh) == (1_000, 0.5, 0)
    assert (settled.reserved_tokens, settled.reserved_usd, settled.fresh) == (0, 0.0, 15)


async def test_reserving_or_settling_again_changes_nothing(store: Store) -> None:
    for _ in range(2):
        await store.ledger.reserve(reserved())
    once = await store.ledger.totals("g7k2")
    for used in (WORK, WORD):
        await store.ledger.settle("r1", "g7k2", used, NOW)

    assert (once.reserved_tokens, (await store.ledger.totals("g7k2")).by_model) == (1_000, {MODEL: 0.25})


async def test_what_a_crash_left_open_is_booked_in_full_and_marked_estimated(store: Store) -> None:
    for id_ in ("r1", "r2"):
        await store.ledger.reserve(reserved(id_))
    await store.ledger.settle("r1", "g7k2", WORK, NOW)

    booked = [await store.ledger.settle_open("g7k2", NOW) for _ in range(2)]

    after = await store.ledger.totals("g7k2")
    assert (booked, after.tokens(count_cached=False), after.usd, after.reserved_tokens) == (
        [1, 0],
        1_023,
        0.75,
        0,
    )
    assert after.estimated


async def test_the_sums_are_by_model_and_by_purpose(store: Store) -> None:
    for id_, used in (("r1", WORK), ("r2", WORK), ("r3", WORD)):
        await store.ledger.reserve(reserved(id_))
        await store.ledger.settle(id_, "g7k2", used, NOW)

    assert await store.ledger.totals("g7k2") == Totals(
        fresh=37,
        cached=10,
        output=18,
        usd=0.5,
        estimated=True,
        by_model={MODEL: 0.5, "openai/j": 0.0},
        by_purpose={
            "agent": {"fresh": 30, "cached": 10, "output": 16, "usd": 0.5},
            "judge": {"fresh": 7, "cached": 0, "output": 2, "usd": 0.0},
        },
    )


async def test_what_is_open_when_a_goal_ends_is_booked_with_its_end(store: Store) -> None:
    await store.ledger.reserve(reserved())
    await store.ledger.reserve(reserved("r2", "h7k2"))
    ended = goal(version=1, status=Status.CANCELLED, ended_at=NOW)
    await store.goals.record(Change(ended, ()), at=NOW)

    used, other = await store.ledger.totals("g7k2"), await store.ledger.totals("h7k2")
    assert (used.fresh, used.usd, used.estimated, used.reserved_tokens) == (1_000, 0.5, True, 0)
    assert other.reserved_tokens == 1_000


async def test_each_goal_has_sums_of_its_own(store: Store) -> None:
    await store.ledger.reserve(reserved())
    await store.ledger.reserve(reserved("r2", "h7k2"))
    await store.ledger.settle("r1", "g7k2", WORK, NOW)
    await store.ledger.settle_open("g7k2", NOW)

    other = await store.ledger.totals("h7k2")
    assert (other.fresh, other.reserved_tokens) == (0, 1_000)


async def test_a_goal_that_asked_no_model_used_nothing(store: Store) -> None:
    assert await store.ledger.totals("g7k2") == Totals()


async def test_the_sums_of_many_goals_are_those_of_each(store: Store) -> None:
    for id_, goal_id, used in (("r1", "g7k2", WORK), ("r2", "g7k2", WORD), ("r3", "h7k2", WORD)):
        await store.ledger.reserve(reserved(id_, goal_id))
        await store.ledger.settle(id_, goal_id, used, NOW)
    await store.ledger.reserve(reserved("r4", "h7k2"))
    ids = ["g7k2", "h7k2", "none"]
    assert await store.ledger.totals_of(ids) == {id_: await store.ledger.totals(id_) for id_ in ids}
