"""What model calls use: settled calls and open reservations."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("reservation_id", Words(), nullable=False),
        sa.Column("model", Words(), nullable=False),
        sa.Column("purpose", Words(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("cached", sa.Integer(), nullable=False),
        sa.Column("output", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=True),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_usage"),
        sa.UniqueConstraint("reservation_id", name="uq_usage_reservation_id"),
    )
    op.create_index("ix_usage_goal_id_id", "usage", ["goal_id", "id"], unique=False)
    op.create_table(
        "reservation",
        sa.Column("id", Words(), nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("model", Words(), nullable=False),
        sa.Column("purpose", Words(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reservation"),
    )
    op.create_index("ix_reservation_goal_id", "reservation", ["goal_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reservation")
    op.drop_table("usage")
