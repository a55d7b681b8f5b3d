"""Where a queued goal stands, when one ended, and which channels have goal mode switched off."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PLACES = 1024
"""Places per microsecond since 1970, as goals.domain.values counts them."""


def upgrade() -> None:
    op.add_column("goal", sa.Column("place", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("goal", sa.Column("ended_at", UtcDateTime(), nullable=True))
    _fill()
    for name, columns, where in (
        ("ix_goal_queue", ["channel_key", "front", "priority", "place", "id"], "status = 'queued'"),
        ("ix_goal_ended", ["channel_key", "ended_at"], "ended_at IS NOT NULL"),
    ):
        condition = sa.text(where)
        op.create_index(name, "goal", columns, sqlite_where=condition, postgresql_where=condition)
    op.create_table(
        "disabled_channel",
        sa.Column("channel_key", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.PrimaryKeyConstraint("channel_key", name="pk_disabled_channel"),
    )


def downgrade() -> None:
    op.drop_table("disabled_channel")
    op.drop_index("ix_goal_ended", "goal")
    op.drop_index("ix_goal_queue", "goal")
    op.drop_column("goal", "ended_at")
    op.drop_column("goal", "place")


def _fill() -> None:
    """What the documents of the goals that are there say, in the new columns."""
    goal = sa.table(
        "goal",
        sa.column("id", Words()),
        sa.column("queued_at", UtcDateTime()),
        sa.column("document", Words()),
        sa.column("place", sa.BigInteger()),
        sa.column("ended_at", UtcDateTime()),
    )
    connection = op.get_bind()
    change = (
        sa.update(goal)
        .where(goal.c.id == sa.bindparam("of"))
        .values(place=sa.bindparam("place"), ended_at=sa.bindparam("ended_at"))
    )
    ids = list(connection.scalars(sa.select(goal.c.id)))
    for start in range(0, len(ids), 500):
        some = goal.c.id.in_(ids[start : start + 500])
        rows = connection.execute(sa.select(goal.c.id, goal.c.queued_at, goal.c.document).where(some))
        connection.execute(change, [_row(*row) for row in rows.all()])


def _row(goal_id: str, queued_at: datetime, document: str) -> dict[str, Any]:
    ended = json.loads(document).get("ended_at")
    return {
        "of": goal_id,
        "place": int(queued_at.timestamp()) * 1_000_000 * PLACES + queued_at.microsecond * PLACES,
        "ended_at": datetime.fromisoformat(ended) if ended else None,
    }
