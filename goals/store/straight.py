"""Runs the statements of every turn straight on SQLite's driver: each is compiled once, and what SQLAlchemy would note
about every run is left out. On other databases they run like any.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from goals.store.engines import written

Statement = Insert | Update | Delete | Select[Any]
Values = Mapping[str, Any]

COMPILED = "statements of every turn"


@dataclass(frozen=True, slots=True)
class Place:
    """A `?`: whose value stands there, how it is written, and what stands there where none is given."""

    name: str
    write: Callable[[Any], Any] | None
    constant: Any


@dataclass(frozen=True, slots=True)
class Compiled:
    sql: str
    places: tuple[Place, ...]

    def bound(self, values: Values) -> list[Any]:
        given = [(place, values.get(place.name, place.constant)) for place in self.places]
        return [place.write(value) if place.write else value for place, value in given]


def changed(connection: Connection, statement: Insert | Update | Delete, *rows: Values) -> int:
    """Run the statement for each row; returns how many rows of the database that changed."""
    if connection.dialect.name != "sqlite":
        counting = {"preserve_rowcount": True}
        return sum(
            connection.execute(statement, dict(row), execution_options=counting).rowcount for row in rows
        )
    return sum(_run(connection, statement, row).rowcount for row in rows)


def first(connection: Connection, statement: Select[Any], values: Values) -> tuple[Any, ...] | None:
    """The first row of an answer, of numbers and texts as they stand there."""
    if connection.dialect.name != "sqlite":
        row = connection.execute(statement, dict(values)).first()
        return None if row is None else tuple(row)
    found: tuple[Any, ...] | None = _run(connection, statement, values).fetchone()
    return found


def _run(connection: Connection, statement: Statement, values: Values) -> sqlite3.Cursor:
    compiled = _compiled(connection, statement, values)
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    return driver.execute(compiled.sql, written(connection, compiled.bound(values)))


def _compiled(connection: Connection, statement: Statement, values: Values) -> Compiled:
    """Kept as long as the connection is."""
    known = connection.info.setdefault(COMPILED, {})
    key = (statement, *values)
    if key not in known:
        known[key] = _compile(connection, statement, values)
    found: Compiled = known[key]
    return found


def _compile(connection: Connection, statement: Statement, values: Values) -> Compiled:
    made = statement.compile(dialect=connection.dialect, column_keys=list(values))
    places = (_place(connection, made, name) for name in made.positiontup or ())
    return Compiled(made.string, tuple(places))


def _place(connection: Connection, made: SQLCompiler, name: str) -> Place:
    column = made.binds[name].type.dialect_impl(connection.dialect)
    return Place(name, column.bind_processor(connection.dialect), made.params[name])
