"""Processes that share a store: who is at work, and who holds what."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "process",
        sa.Column("id", Words(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_process"),
    )
    op.create_table(
        "lease",
        sa.Column("name", Words(), nullable=False),
        sa.Column("process", Words(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
        sa.ForeignKeyConstraint(["process"], ["process.id"], name="fk_lease_process", ondelete="CASCADE"),
    )
    op.add_column("outbox", sa.Column("claimed_by", Words(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("outbox", "claimed_by")
    op.drop_table("lease")
    op.drop_table("process")
