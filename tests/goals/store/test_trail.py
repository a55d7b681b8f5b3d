from dataclasses import replace

from sqlalchemy import text

from goals.domain.events import Noted, Opened, Paused
from goals.domain.values import Reason, Status
from goals.ports import Change
from goals.store import Store
from goals.store.trail import first_broken
from tests.given import ANA, BEN, NOW, goal, later


async def three_acts(store: Store) -> None:
    stands = await store.goals.record(
        Change(goal(version=0, status=Status.QUEUED), (Opened(ANA, "x"),), ANA), at=NOW
    )
    stands = await store.goals.record(Change(stands, (Noted("nobody did anything"),)), at=NOW)
    stands = await store.goals.record(
        Change(replace(stands, status=Status.ACTIVE), ()), at=later(seconds=1.000001)
    )
    paused = replace(stands, status=Status.PAUSED, reason=Reason.OWNER)
    await store.goals.record(
        Change(paused, (Paused(Reason.OWNER, "stopped", "resume"), Noted("so")), BEN), at=later(seconds=2)
    )


async def test_every_act_and_every_change_of_status_has_a_row(store: Store) -> None:
    await three_acts(store)

    rows = await store.history.trail("g7k2")

    assert [(row.seq, row.who, row.what, row.platform, row.before, row.after) for row in rows] == [
        (1, "ana", "Opened", "local", "", "queued"),
        (2, "goalward", "", "", "queued", "active"),
        (3, "ben", "Paused Noted", "local", "active", "paused"),
    ]


async def test_an_untouched_trail_holds(store: Store) -> None:
    await three_acts(store)

    assert first_broken(await store.history.trail("g7k2")) is None


async def test_a_row_that_was_altered_breaks_the_trail(store: Store) -> None:
    await three_acts(store)

    await store.database.write(
        lambda connection: connection.execute(text("UPDATE trail SET who = 'mallory' WHERE seq = 2"))
    )

    assert first_broken(await store.history.trail("g7k2")) == 2


async def test_a_row_that_was_taken_out_breaks_the_trail(store: Store) -> None:
    await three_acts(store)

    await store.database.write(lambda connection: connection.execute(text("DELETE FROM trail WHERE seq = 1")))

    assert first_broken(await store.history.trail("g7k2")) == 1
