"""The workspaces of Slack into which the app was installed."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_installation",
        sa.Column("team", Words(), nullable=False),
        sa.Column("sealed", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team", name="pk_slack_installation"),
    )


def downgrade() -> None:
    op.drop_table("slack_installation")
