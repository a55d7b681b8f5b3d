"""Monitors: what is polled, and what it has shown; hooks by their goal."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("goal", sa.Column("mode", Words(), nullable=False, server_default="drive"))
    driven = sa.text("status = 'active' AND mode = 'drive'")
    op.create_index(
        "ix_goal_driven", "goal", ["status", "mode", "id"], sqlite_where=driven, postgresql_where=driven
    )
    op.create_table(
        "monitor",
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("slot", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.Float(), nullable=False),
        sa.Column("goal_version", sa.Integer(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.PrimaryKeyConstraint("goal_id", name="pk_monitor"),
    )
    op.create_index("ix_monitor_next_at", "monitor", ["next_at"])
    held = sa.text("slot IS NOT NULL")
    op.create_index("ix_monitor_slot", "monitor", ["slot"], sqlite_where=held, postgresql_where=held)
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("last", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
    )
    op.create_index("ix_reading_goal_id_id", "reading", ["goal_id", "id"])
    hooks = sa.text("kind = 'hook'")
    op.create_index("ix_outbox_hook", "outbox", ["goal_id", "id"], sqlite_where=hooks, postgresql_where=hooks)


def downgrade() -> None:
    op.drop_index("ix_outbox_hook", "outbox")
    op.drop_table("reading")
    op.drop_table("monitor")
    op.drop_index("ix_goal_driven", "goal")
    op.drop_column("goal", "mode")
