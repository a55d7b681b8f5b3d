"""The trail as it is kept: every act has its row, no row can be changed, and what was changed all the same is named."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.events import Noted, Opened, Paused, Steered
from goals.domain.trail import Broken, Trail, broken, digest
from goals.domain.values import Reason, Status
from goals.ports import Change
from goals.store import Store, append_only, open_store
from tests.given import ANA, BEN, NOW, ORIGIN, goal, later

WISH = Asked("fix the login")


async def some_acts(store: Store) -> None:
    stands = await store.goals.record(
        Change(goal(version=0, status=Status.QUEUED), (Opened(ANA, "x"),), ANA), at=NOW
    )
    stands = await store.goals.record(Change(stands, ()), at=NOW)
    stands = await store.goals.record(
        Change(replace(stands, status=Status.ACTIVE), ()), at=later(seconds=1.000001)
    )
    paused = replace(stands, status=Status.PAUSED, reason=Reason.OWNER)
    stands = await store.goals.record(
        Change(paused, (Paused(Reason.OWNER, "stopped", "resume"), Noted("so")), BEN), at=later(seconds=2)
    )
    await store.goals.record(Change(stands, (Noted("nobody did anything"),)), at=later(seconds=3))


async def kept(store: Store, subject: str = "g7k2") -> Trail:
    found = await store.history.kept(subject)
    assert found is not None
    return found


async def tampered(store: Store, *statements: str) -> Broken | None:
    """What is found after somebody with the database in their hands did this."""

    def work(connection: Connection) -> None:
        append_only.allow(connection)
        for statement in statements:
            connection.execute(text(statement))

    await store.database.write(work)
    return broken(await kept(store))


async def test_every_act_every_change_of_status_and_all_else_that_happened_has_a_row(store: Store) -> None:
    await some_acts(store)

    rows = await store.history.trail("g7k2")

    assert [(row.seq, row.who, row.what, row.platform, row.before, row.after) for row in rows] == [
        (1, "ana", "Opened", "local", "", "queued"),
        (2, "goalward", "", "", "queued", "active"),
        (3, "ben", "Paused Noted", "local", "active", "paused"),
        (4, "goalward", "Noted", "", "paused", "paused"),
    ]


async def test_an_untouched_trail_holds(store: Store) -> None:
    await some_acts(store)

    assert broken(await kept(store)) is None


async def test_words_stand_in_the_trail_as_their_digest(store: Store) -> None:
    long = Steered(BEN, "a" * 2000, digest("a" * 3000))
    opened = await store.goals.record(Change(goal(version=0), (Opened(ANA, "x"),), ANA), at=NOW)
    await store.goals.record(Change(opened, (Steered(BEN, "mind the docs"), long), BEN), at=NOW)

    *_, row = await store.history.trail("g7k2")

    assert row.details == f'[{{"words":"{digest("mind the docs")}"}},{{"words":"{digest("a" * 3000)}"}}]'


FOLLOWS = "does not follow the row before it: one of the two was altered"
LOG = "seals other events than there are: the log was altered"


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ("UPDATE trail SET who = 'mallory' WHERE seq = 2", Broken("g7k2", 2, FOLLOWS)),
        ("UPDATE trail SET details = '' WHERE seq = 1", Broken("g7k2", 1, FOLLOWS)),
        ("DELETE FROM trail WHERE seq = 1", Broken("g7k2", 1, "is missing")),
        ("DELETE FROM trail WHERE seq = 3", Broken("g7k2", 3, "is missing")),
        ("DELETE FROM trail WHERE seq = 4", Broken("g7k2", 4, "is missing: there must be 4 rows")),
        ("DELETE FROM trail", Broken("g7k2", 1, "is missing: there must be 4 rows")),
        (
            "UPDATE goal SET trail_hash = 'x'",
            Broken("g7k2", 4, "is not the one that the trail must end with"),
        ),
        ("DELETE FROM event WHERE seq = 2", Broken("g7k2", 3, LOG)),
        ("UPDATE event SET name = 'Resumed' WHERE seq = 4", Broken("g7k2", 4, LOG)),
        ("UPDATE event SET document = '{}' WHERE seq = 1", Broken("g7k2", 1, LOG)),
    ],
)
async def test_what_was_altered_or_taken_out_is_named(store: Store, done: str, found: Broken) -> None:
    await some_acts(store)

    assert await tampered(store, done) == found


@pytest.mark.parametrize("table", append_only.TABLES)
@pytest.mark.parametrize(
    "wish",
    [
        "UPDATE {} SET goal_id = goal_id",
        "DELETE FROM {}",
        "INSERT INTO {0} SELECT * FROM {0}",
    ],
)
async def test_the_database_itself_refuses_to_change_what_was_written(
    store: Store, table: str, wish: str
) -> None:
    await some_acts(store)

    with pytest.raises(DatabaseError):
        await store.database.write(lambda connection: connection.execute(text(wish.format(table))))

    assert broken(await kept(store)) is None


@pytest.mark.parametrize("table", append_only.TABLES)
async def test_sqlite_does_not_replace_what_was_written(tmp_path: Path, table: str) -> None:
    store = await open_store("", tmp_path)
    await some_acts(store)
    replaced = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"

    with pytest.raises(DatabaseError, match="only ever added"):
        await store.database.write(lambda connection: connection.execute(text(replaced)))

    await store.close()


@pytest.mark.postgres
async def test_postgresql_does_not_empty_what_was_written(postgres_url: str, tmp_path: Path) -> None:
    store = await open_store(postgres_url, tmp_path)
    await some_acts(store)

    with pytest.raises(DatabaseError, match="only ever added"):
        await store.database.write(lambda connection: connection.execute(text("TRUNCATE trail")))

    await store.close()


async def test_a_channel_that_is_switched_off_and_on_has_a_trail(store: Store) -> None:
    for _ in range(2):
        await store.channels.switch_off("local:demo", ANA, NOW)
    await store.channels.switch_on("local:demo", BEN, later(seconds=1))

    trail = await kept(store, "local:demo")

    assert broken(trail) is None
    assert [(row.who, row.what, row.before, row.after) for row in trail.rows] == [
        ("ana", "Disabled", "enabled", "disabled"),
        ("ben", "Enabled", "disabled", "enabled"),
    ]


async def test_a_draft_has_a_trail(store: Store) -> None:
    draft = await store.drafts.record(Draft("d2aa", WISH, ORIGIN, NOW, ANA), at=NOW, by=ANA)
    draft = await store.drafts.record(drafts.proposed(draft, WISH), at=NOW)
    draft = await store.drafts.record(drafts.amended(draft, BEN, "smaller", WISH, ORIGIN), at=NOW, by=BEN)
    await store.drafts.record(drafts.dropped(draft, ANA), at=NOW, by=ANA)

    trail = await kept(store, "draft:d2aa")

    assert broken(trail) is None
    assert [(row.who, row.what, row.before, row.after) for row in trail.rows] == [
        ("ana", "Wanted", "", "wanted"),
        ("goalward", "Proposed", "wanted", "proposed"),
        ("ben", "Amended", "proposed", "wanted"),
        ("ana", "Dropped", "wanted", "dropped"),
    ]


async def test_what_may_not_be_kept_is_taken_out_before_it_is_sealed(url: str, tmp_path: Path) -> None:
    store = await open_store(url, tmp_path, clean=lambda text: text.replace("hush", "[redacted]"))
    mallory = replace(ANA, id="hush")
    opened = Change(goal(version=0), (Opened(mallory, "the word is hush"),), mallory)
    await store.goals.record(opened, at=NOW)

    trail = await kept(store)

    await store.close()
    assert (broken(trail), trail.rows[0].who) == (None, "[redacted]")
    assert "the word is [redacted]" in trail.events[1].document
