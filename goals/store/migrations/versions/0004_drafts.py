"""Drafts: contracts that somebody may start."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", Words(), nullable=False),
        sa.Column("thread_key", Words(), nullable=False),
        sa.Column("of_goal", Words(), nullable=False),
        sa.Column("status", Words(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("document", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_thread_key_at", "draft", ["thread_key", "at"], unique=False)
    op.create_index("ix_draft_of_goal_at", "draft", ["of_goal", "at"], unique=False)
    wanted = sa.text("status = 'wanted'")
    op.create_index("ix_draft_wanted", "draft", ["at", "id"], sqlite_where=wanted, postgresql_where=wanted)


def downgrade() -> None:
    op.drop_table("draft")
