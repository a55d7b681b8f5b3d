"""Rows that are only ever added: the database itself refuses to change, replace or take out one of them."""

from __future__ import annotations

from sqlalchemy import Connection

TABLES = ("event", "trail")


def refuse(connection: Connection) -> None:
    """Have the database refuse it from now on."""
    make = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES
    for statement in (*make[0], *(line.format(table=table) for table in TABLES for line in make[1])):
        connection.exec_driver_sql(statement)


def allow(connection: Connection) -> None:
    """Undo `refuse`."""
    for table in TABLES:
        for trigger in (f"{table}_is_kept", f"{table}_is_not_emptied", f"{table}_is_not_replaced"):
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}{on}")
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS only_added")


_SQLITE = (
    (),
    (
        "CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END",
        "CREATE TRIGGER {table}_is_not_emptied BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END",
        "CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM {table} WHERE goal_id = NEW.goal_id AND seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END",
    ),
)
_POSTGRES = (
    (
        "CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'these rows are only ever added'; END $$",
    ),
    (
        "CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION only_added()",
        "CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION only_added()",
    ),
)
