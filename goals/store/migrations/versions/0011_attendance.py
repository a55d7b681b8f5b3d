"""Which parts of the work each process does, and which of them nobody does."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("process", sa.Column("parts", Words(), nullable=True))
    op.create_table(
        "absence",
        sa.Column("part", Words(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("part", name="pk_absence"),
    )


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_column("process", "parts")
