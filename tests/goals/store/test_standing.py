"""A store can be looked at without being made or changed."""

import sqlite3
from pathlib import Path

import pytest

from goals.domain.errors import GoalError, StoreUnavailable
from goals.store import migrate
from goals.store.schema import HEAD
from goals.store.standing import Standing, standing


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert standing("", tmp_path) == Standing("", HEAD)
    assert list(tmp_path.iterdir()) == []


def test_a_new_store_has_the_newest_revision(tmp_path: Path) -> None:
    migrate("", tmp_path)
    assert standing("", tmp_path) == Standing(HEAD, HEAD)


def test_an_older_store_stays_as_it_is(tmp_path: Path) -> None:
    migrate("", tmp_path)
    with sqlite3.connect(tmp_path / "goalward.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert [standing("", tmp_path), standing("", tmp_path)] == [Standing("0000", HEAD)] * 2


def test_a_file_that_is_no_store_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "goalward.db").write_text("this is no database, but long enough to be looked at" * 20)
    with pytest.raises(StoreUnavailable, match="The store cannot be read: file is not a database"):
        standing("", tmp_path)


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoalError, match="must be a SQLite file"):
        standing("mysql://x/y", tmp_path)
