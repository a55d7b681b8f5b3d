"""Approvals as rows: asked before anybody sees them, decided once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from goals.domain.errors import StaleGoal
from goals.domain.events import ApprovalAsked, ApprovalDecided, ApprovalVoted, Event
from goals.domain.values import Approval, ApprovalStatus
from goals.store.codec import dump, load
from goals.store.tables import approval

_NEW = insert(approval)
_ASKED = _NEW.on_conflict_do_update(
    index_elements=["id"], set_={"status": _NEW.excluded.status, "document": _NEW.excluded.document}
)
_DECIDED = update(approval).where(
    approval.c.id == bindparam("asked"), approval.c.status == ApprovalStatus.OPEN
)
_ONE = select(approval.c.document).where(approval.c.id == bindparam("asked"))
_OF_GOAL = (
    select(approval.c.document)
    .where(approval.c.goal_id == bindparam("of"))
    .order_by(approval.c.asked_at, approval.c.id)
)
_OF_GOALS = (
    select(approval.c.document)
    .where(approval.c.goal_id.in_(bindparam("of", expanding=True)))
    .order_by(approval.c.asked_at, approval.c.id)
)
_OPEN = (
    select(approval.c.document)
    .where(approval.c.status == ApprovalStatus.OPEN)
    .order_by(approval.c.asked_at, approval.c.id)
)


def keep(connection: Connection, event: Event) -> None:
    """Store what an event says about an approval. Raises StaleGoal when it was decided before."""
    if isinstance(event, ApprovalAsked):
        connection.execute(_ASKED, {"goal_id": event.approval.goal_id, **_row(event.approval)})
    elif isinstance(event, ApprovalDecided | ApprovalVoted):
        row = _row(event.approval)
        decided = connection.execute(
            _DECIDED, {"asked": row["id"], "status": row["status"], "document": row["document"]}
        )
        if decided.rowcount == 0:
            raise StaleGoal(event.approval.goal_id)


def of_goal(connection: Connection, goal_id: str, status: ApprovalStatus | None) -> list[Approval]:
    """A goal's approvals, oldest first; those of one status when it is given."""
    found = [load(Approval, document) for document in connection.scalars(_OF_GOAL, {"of": goal_id})]
    return [each for each in found if status is None or each.status is status]


def open_ones(connection: Connection) -> list[Approval]:
    return [load(Approval, document) for document in connection.scalars(_OPEN)]


def of_goals(connection: Connection, goal_ids: Sequence[str]) -> dict[str, list[Approval]]:
    """The approvals of many goals, oldest first."""
    found: dict[str, list[Approval]] = {goal_id: [] for goal_id in goal_ids}
    for document in connection.scalars(_OF_GOALS, {"of": list(goal_ids)}):
        asked = load(Approval, document)
        found[asked.goal_id].append(asked)
    return found


def one(connection: Connection, approval_id: str) -> Approval | None:
    document = connection.scalar(_ONE, {"asked": approval_id})
    return None if document is None else load(Approval, document)


def _row(asked: Approval) -> dict[str, object]:
    return {"id": asked.id, "status": asked.status, "asked_at": asked.asked_at, "document": dump(asked)}
