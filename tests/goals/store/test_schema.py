import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, insert, select, table, text

from goals.domain.errors import GoalError, StoreUnavailable
from goals.domain.values import Goal, Status
from goals.store import migrate, open_store, tables
from goals.store.codec import dump
from goals.store.engines import make_private, store_url, writing
from goals.store.schema import HEAD, MIGRATIONS, revision, upgrade
from goals.store.tables import metadata
from tests.given import NOW, goal, goal_in, later


@pytest.fixture
def connection(url: str, tmp_path: Path) -> Iterator[Connection]:
    place = store_url(url, tmp_path)
    engine = writing(place, connections=1)
    with engine.connect() as connected:
        yield connected
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_the_migrations_lead_to_the_tables_as_they_are_declared(connection: Connection) -> None:
    upgrade(connection)

    assert differences(connection) == []
    assert revision(connection) == HEAD


def test_a_new_store_is_made_as_the_migrations_would(
    url: str, tmp_path: Path, connection: Connection
) -> None:
    assert migrate(url, tmp_path) == HEAD

    assert differences(connection) == []
    assert revision(connection) == HEAD


def brought_to(connection: Connection, wanted: str) -> None:
    """The tables as they were then."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, wanted)


def written_by_0002(connection: Connection, goal: Goal) -> None:
    """A goal as it was stored before queued goals had places."""
    brought_to(connection, "0002")
    row = {
        "id": goal.id, "version": 1, "epoch": 0, "status": goal.status.value, "channel_key": "local:demo",
        "thread_key": "local:demo:m1", "owner": "ana", "priority": 0, "front": False,
        "queued_at": goal.queued_at, "created_at": goal.created_at, "event_seq": 1, "trail_seq": 1,
        "trail_hash": "", "document": dump(goal),
    }  # fmt: skip
    known = table("goal", *(column(name, tables.goal.c[name].type) for name in row))
    connection.execute(insert(known).values(row))


def test_goals_that_are_there_get_their_places_and_ends(connection: Connection) -> None:
    queued = goal(version=1, queued_at=later(microseconds=7))
    written_by_0002(connection, queued)
    written_by_0002(connection, ended := goal_in(Status.CANCELLED, id="h3m2", version=1))

    upgrade(connection)

    asked = select(tables.goal.c.id, tables.goal.c.place, tables.goal.c.ended_at).order_by(tables.goal.c.id)
    assert [tuple(row) for row in connection.execute(asked)] == [
        ("g7k2", queued.rank.place, None),
        ("h3m2", ended.rank.place, NOW),
    ]


def test_of_goals_that_share_a_thread_already_the_newest_holds_it(connection: Connection) -> None:
    written_by_0002(connection, goal(version=1))
    written_by_0002(connection, goal(id="h3m2", version=1, created_at=later(seconds=1)))
    written_by_0002(connection, goal_in(Status.CANCELLED, id="k4p3", version=1, created_at=later(seconds=2)))

    upgrade(connection)

    asked = select(tables.goal.c.id, tables.goal.c.thread_held).order_by(tables.goal.c.id)
    assert [tuple(row) for row in connection.execute(asked)] == [
        ("g7k2", None), ("h3m2", "local:demo:m1"), ("k4p3", None),
    ]  # fmt: skip


def test_of_processes_that_are_up_meanwhile_nobody_knows_what_they_do(connection: Connection) -> None:
    brought_to(connection, "0010")
    known = table("process", *(column(name, tables.process.c[name].type) for name in ("id", "until")))
    connection.execute(insert(known).values(id="older", until=NOW))

    upgrade(connection)

    assert [tuple(row) for row in connection.execute(select(tables.process))] == [("older", NOW, None)]


def test_migrating_again_changes_nothing(url: str, tmp_path: Path) -> None:
    assert [migrate(url, tmp_path) for _ in range(2)] == [HEAD, HEAD]


def test_the_newest_migration_is_the_one_that_is_wanted() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_store_of_a_newer_goalward_is_refused_with_one_sentence(
    url: str, tmp_path: Path, connection: Connection
) -> None:
    migrate(url, tmp_path)
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    connection.commit()

    with pytest.raises(GoalError, match="newer Goalward"):
        migrate(url, tmp_path)


async def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    store = await open_store("", tmp_path / "state")

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}

    await store.close()
    assert modes == {0o600}


@pytest.mark.parametrize(
    "url", ["mysql://x", "sqlite://", "nonsense", "postgresql://x/y", "sqlite+aiosqlite:///x"]
)
def test_a_url_that_is_no_store_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(GoalError, match="The store must be"):
        store_url(url, tmp_path)


@pytest.mark.parametrize(
    "url", ["sqlite:////dev/null/nope.db", "postgresql+psycopg://nobody@/none?host=/nowhere"]
)
def test_a_store_that_cannot_be_opened_says_why(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="The store cannot be opened: "):
        migrate(url, tmp_path)


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    make_private(store_url("", tmp_path))
    (tmp_path / "goalward.db").write_text("my diary " * 1000)

    with pytest.raises(StoreUnavailable, match="not a database"):
        migrate("", tmp_path)

    assert (tmp_path / "goalward.db").read_text().startswith("my diary")
