"""The trail seals events and tells details, drafts and channels have one, and the database keeps its rows."""

import sqlalchemy as sa
from alembic import op

from goals.store import append_only
from goals.store.columns import Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trail", sa.Column("details", Words(), nullable=False, server_default=""))
    op.add_column("trail", sa.Column("event_seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("trail", sa.Column("events", Words(), nullable=False, server_default=""))
    op.create_table(
        "chain",
        sa.Column("subject", Words(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", Words(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_chain"),
    )
    append_only.refuse(op.get_bind())


def downgrade() -> None:
    append_only.allow(op.get_bind())
    op.drop_table("chain")
    with op.batch_alter_table("trail") as trail:
        for column in ("events", "event_seq", "details"):
            trail.drop_column(column)
