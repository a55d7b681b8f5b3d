"""What a platform was told of us, so that it is told again only when that changes."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("platform", Words(), nullable=False),
        sa.Column("place", Words(), nullable=False),
        sa.Column("digest", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "place", name="pk_registration"),
    )


def downgrade() -> None:
    op.drop_table("registration")
