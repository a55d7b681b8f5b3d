"""Runs the statements of every turn straight on SQLite's driver: each is compiled once, and what SQLAlchemy would note
about every run is left out. On other databases they run like any.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Delete, Insert, Select, Update
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
    """`row` makes one of what the driver reads, where there are any; `read` says how columns are read, by number."""

    sql: str
    places: tuple[Place, ...]
    row: Callable[[Iterable[Any]], Any] = tuple
    read: Mapping[int, Callable[[Any], Any]] = field(default_factory=dict)

    def bound(self, values: Values) -> list[Any]:
        given = [(place, values.get(place.name, place.constant)) for place in self.places]
        return [place.write(value) if place.write else value for place, value in given]

    def found(self, raw: tuple[Any, ...]) -> Any:
        if not self.read:
            return self.row(raw)
        return self.row(self.read[n](value) if n in self.read else value for n, value in enumerate(raw))


def changed(connection: Connection, statement: Insert | Update | Delete, *rows: Values) -> int:
    """Run the statement for each row, all with the same names; returns how many rows of the database that changed."""
    if not rows:
        return 0
    if connection.dialect.name != "sqlite":
        counting = {"preserve_rowcount": True}
        return sum(
            connection.execute(statement, dict(row), execution_options=counting).rowcount for row in rows
        )
    compiled = _compiled(connection, statement, rows[0])
    if len(rows) == 1:
        return _run(connection, compiled, rows[0]).rowcount
    bound = [written(connection, compiled.bound(row)) for row in rows]
    return _driver(connection).executemany(compiled.sql, bound).rowcount


def change_each(connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Values]) -> None:
    """Run the statement for each of many rows with the same names, in one go."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(statement, [dict(row) for row in rows])
        return
    changed(connection, statement, *rows)


def asked(connection: Connection, statement: Select[Any], values: Values) -> Sequence[Any]:
    """The rows of an answer, their columns by name."""
    if connection.dialect.name != "sqlite":
        return connection.execute(statement, dict(values)).all()
    compiled = _compiled(connection, statement, values)
    return [compiled.found(raw) for raw in _run(connection, compiled, values)]


def _run(connection: Connection, compiled: Compiled, values: Values) -> sqlite3.Cursor:
    return _driver(connection).execute(compiled.sql, written(connection, compiled.bound(values)))


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


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
    places = tuple(_place(connection, made, name) for name in made.positiontup or ())
    if not isinstance(statement, Select):
        return Compiled(made.string, places)
    columns = statement.selected_columns
    row = namedtuple("Row", [column.name for column in columns])  # type: ignore[misc]
    return Compiled(made.string, places, row._make, dict(_read(connection, columns)))


def _read(
    connection: Connection, columns: Iterable[ColumnElement[Any]]
) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    for number, column in enumerate(columns):
        if read := column.type.dialect_impl(connection.dialect).result_processor(connection.dialect, None):
            yield number, read


def _place(connection: Connection, made: SQLCompiler, name: str) -> Place:
    column = made.binds[name].type.dialect_impl(connection.dialect)
    return Place(name, column.bind_processor(connection.dialect), made.params[name])
