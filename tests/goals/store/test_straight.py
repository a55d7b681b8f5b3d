"""Statements that go straight to the driver do what they do through SQLAlchemy, on either database."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from goals.store import Store
from goals.store.straight import asked, changed
from goals.store.tables import usage

AT = datetime(2026, 3, 4, 5, 6, 7, 89, timezone(timedelta(hours=2)))
ROW: dict[str, Any] = {
    "goal_id": "g\0\ud800é",
    "reservation_id": "r1",
    "model": "m",
    "purpose": "turn",
    "fresh": 1,
    "cached": 0,
    "output": 2,
    "usd": None,
    "estimated": True,
    "at": AT,
}
ADD = insert(usage)
ONCE = insert_once(usage).on_conflict_do_nothing(index_elements=["reservation_id"])
CHANGE = update(usage).where(usage.c.reservation_id == bindparam("reserved"))
MODEL = select(usage.c.model, usage.c.fresh).where(usage.c.reservation_id == bindparam("reserved"))
WHOLE = select(usage).where(usage.c.reservation_id == bindparam("reserved"))


async def test_a_row_stands_as_any_other_would(store: Store) -> None:
    def both(connection: Connection) -> None:
        connection.execute(ADD, ROW)
        changed(connection, ADD, {**ROW, "reservation_id": "r2"})

    await store.database.write(both)
    rows = await store.database.read(lambda connection: connection.execute(select(usage)).mappings().all())
    one, other = ({**row, "id": 0, "reservation_id": ""} for row in rows)
    assert one == other


async def test_it_tells_how_many_rows_it_changed(store: Store) -> None:
    more = {**ROW, "reservation_id": "r2"}
    told = [
        await store.database.write(lambda connection, rows=rows: changed(connection, ONCE, *rows))
        for rows in ([ROW], [ROW, more], [])
    ]
    assert told == [1, 1, 0]


async def test_each_set_of_columns_is_a_statement_of_its_own(store: Store) -> None:
    def work(connection: Connection) -> Any:
        changed(connection, ADD, ROW)
        changed(connection, CHANGE, {"reserved": "r1", "model": "n"})
        changed(connection, CHANGE, {"reserved": "r1", "fresh": 7})
        return asked(connection, MODEL, {"reserved": "r1"})

    assert await store.database.write(work) == [("n", 7)]


async def test_an_answer_reads_as_any_other_would(store: Store) -> None:
    await store.database.write(lambda connection: changed(connection, ADD, ROW))
    both = await store.database.read(
        lambda connection: (
            connection.execute(WHOLE, {"reserved": "r1"}).all(),
            asked(connection, WHOLE, {"reserved": "r1"}),
        )
    )
    assert [row._asdict() for row in both[0]] == [row._asdict() for row in both[1]]


async def test_no_row_is_an_empty_answer(store: Store) -> None:
    assert await store.database.write(lambda connection: asked(connection, MODEL, {"reserved": "r1"})) == []


async def test_what_failed_is_undone_with_all_that_was_run_straight(store: Store) -> None:
    def work(connection: Connection) -> None:
        changed(connection, ADD, ROW)
        raise LookupError("no")

    with pytest.raises(LookupError):
        await store.database.write(work)
    assert await store.database.write(lambda connection: asked(connection, MODEL, {"reserved": "r1"})) == []
