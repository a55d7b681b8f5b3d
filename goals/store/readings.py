"""What monitors found, as stretches of same readings: the newest grows, and an old past is thinned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from goals.domain import past
from goals.domain.watching import Point, Reading
from goals.store.straight import change_each
from goals.store.tables import goal as goals
from goals.store.tables import reading as readings

_POINT = (
    readings.c.at,
    readings.c.until,
    readings.c.met,
    readings.c.last,
    readings.c.low,
    readings.c.high,
    readings.c.count,
)
_OF = readings.c.goal_id == bindparam("of")
_SEVERAL = readings.c.goal_id.in_(bindparam("several", expanding=True))
_PAST = select(*_POINT).where(_OF).order_by(readings.c.id)
_EACH = readings.alias("each")
_LAST = select(func.max(_EACH.c.id)).where(_EACH.c.goal_id == goals.c.id).scalar_subquery()
_NEWEST = (
    select(readings.c.goal_id, readings.c.id, *_POINT)
    .select_from(goals.join(readings, readings.c.id == _LAST))
    .where(goals.c.id.in_(bindparam("several", expanding=True)))
)
_BEGIN = insert(readings)
_GROW = (
    update(readings)
    .where(readings.c.id == bindparam("row"))
    .values(
        until=bindparam("to"),
        last=bindparam("now"),
        low=bindparam("least"),
        high=bindparam("most"),
        count=bindparam("times"),
    )
)
_LONG = (
    select(readings.c.goal_id).where(_SEVERAL).group_by(readings.c.goal_id).having(func.count() > past.MOST)
)
_DROP = delete(readings).where(_OF)


def keep(connection: Connection, found: Mapping[str, Reading]) -> None:
    """Store a reading for each of many goals; one that is no newer than what is kept changes nothing."""
    if not found:
        return
    newest = {row.goal_id: row for row in connection.execute(_NEWEST, {"several": list(found)})}
    grown, begun = [], []
    for goal_id, reading in found.items():
        row = newest.get(goal_id)
        if row is not None and reading.at <= row.until:
            continue
        longer = past.joined(_point(row), reading) if row is not None else None
        if row is not None and longer is not None:
            grown.append(_grown(row.id, longer))
        else:
            begun.append(_row(goal_id, past.first(reading)))
    change_each(connection, _GROW, grown)
    if begun:
        change_each(connection, _BEGIN, begun)
        _thin(connection, [values["goal_id"] for values in begun])


def history(connection: Connection, goal_id: str) -> list[Point]:
    """A goal's past, oldest first."""
    return [_point(row) for row in connection.execute(_PAST, {"of": goal_id})]


def _thin(connection: Connection, goal_ids: Sequence[str]) -> None:
    for goal_id in connection.scalars(_LONG, {"several": goal_ids}).all():
        less = past.thinned(history(connection, goal_id))
        connection.execute(_DROP, {"of": goal_id})
        change_each(connection, _BEGIN, [_row(goal_id, point) for point in less])


def _row(goal_id: str, point: Point) -> dict[str, Any]:
    return {"goal_id": goal_id, **{column.name: getattr(point, column.name) for column in _POINT}}


def _grown(row: int, point: Point) -> dict[str, Any]:
    return {
        "row": row,
        "to": point.until,
        "now": point.last,
        "least": point.low,
        "most": point.high,
        "times": point.count,
    }


def _point(row: Sequence[Any]) -> Point:
    """A row that ends with the columns of a point."""
    return Point(*row[-len(_POINT) :])
