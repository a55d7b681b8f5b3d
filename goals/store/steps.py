"""The acts inside a turn, each stored before the next: what is here was done, whatever happened after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from goals.domain.errors import StaleGoal
from goals.domain.values import Step
from goals.store.codec import dump_body, load_body
from goals.store.database import Database
from goals.store.straight import changed
from goals.store.tables import goal, step

_COLUMNS = [step.c.turn, step.c.number, step.c.kind, step.c.epoch, step.c.at, step.c.body]
_NEW = [bindparam(f"new_{column.name}", type_=column.type) for column in _COLUMNS]

# The goal's row is held until the commit, so that a takeover and a late step cannot cross.
_APPEND = (
    insert(step)
    .from_select(
        [step.c.goal_id, *_COLUMNS],
        select(goal.c.id, *_NEW)
        .where(goal.c.id == bindparam("of"), goal.c.epoch == bindparam("taken"))
        .with_for_update(read=True),
    )
    .execution_options(preserve_rowcount=True)
)
_OF_TURN = (
    select(step)
    .where(step.c.goal_id == bindparam("of"), step.c.turn == bindparam("in_turn"))
    .order_by(step.c.id)
)

_OF_GOAL = (
    select(step).where(step.c.goal_id == bindparam("of"), step.c.id > bindparam("after")).order_by(step.c.id)
)

REMEMBERED = 50
"""Goals."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The steps of a goal up to a reply, whose row is `last`: none will ever come between them.

    What was stored before a reply was asked for is committed when the reply is stored, and rows never change.
    """

    last: int = 0
    steps: tuple[Step, ...] = ()


def append(connection: Connection, goal_id: str, *added: Step) -> None:
    """Store steps. Raises StaleGoal when the goal's epoch is no longer the steps'."""
    if changed(connection, _APPEND, *(_row(goal_id, one) for one in added)) < len(added):
        raise StaleGoal(goal_id)


def _row(goal_id: str, added: Step) -> dict[str, Any]:
    return {
        "of": goal_id,
        "taken": added.epoch,
        "new_turn": added.turn,
        "new_number": added.number,
        "new_kind": added.kind,
        "new_epoch": added.epoch,
        "new_at": added.at,
        "new_body": dump_body(added.body),
    }


class StoredSteps:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._settled: dict[str, Settled] = {}

    async def append(self, goal_id: str, *steps: Step) -> None:
        """Store steps together. Raises StaleGoal when the goal's epoch is no longer the steps'."""
        await self._database.write(lambda connection: append(connection, goal_id, *steps))

    async def of_turn(self, goal_id: str, turn: int) -> list[Step]:
        """A turn's steps in the order they were stored."""
        return await self._database.read(
            lambda connection: [
                _step(row) for row in connection.execute(_OF_TURN, {"of": goal_id, "in_turn": turn})
            ]
        )

    async def of_goal(self, goal_id: str) -> list[Step]:
        """Every stored step, in the order in which they were stored."""
        known = self._settled.get(goal_id, Settled())
        rows = await self._database.read(
            lambda connection: connection.execute(_OF_GOAL, {"of": goal_id, "after": known.last}).all()
        )
        steps = [*known.steps, *map(_step, rows)]
        self._remember(goal_id, known, rows, steps)
        return steps

    def _remember(
        self, goal_id: str, known: Settled, rows: Sequence[Row[Any]], steps: Sequence[Step]
    ) -> None:
        """Keep in mind what need not be read again, of the goals that were asked for last."""
        replies = [n for n, row in enumerate(rows, 1) if row.kind == "reply"]
        if replies:
            upto = replies[-1]
            known = Settled(rows[upto - 1].id, tuple(steps[: len(known.steps) + upto]))
        self._settled.pop(goal_id, None)
        self._settled[goal_id] = known
        if len(self._settled) > REMEMBERED:
            self._settled.pop(next(iter(self._settled)))


def _step(row: Row[Any]) -> Step:
    return Step(row.turn, row.number, row.kind, load_body(row.body), row.at, row.epoch)
