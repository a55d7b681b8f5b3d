"""A thread has one unfinished goal: the database itself refuses a second."""

import sqlalchemy as sa
from alembic import op

from goals.store.columns import Words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Of goals that came to share a thread before, the newest holds it; a thread's key ends with its id.
HELD = """
UPDATE goal SET thread_held = thread_key
WHERE status NOT IN ('completed', 'failed', 'cancelled') AND thread_key NOT LIKE '%:' AND NOT EXISTS (
    SELECT 1 FROM goal AS other
    WHERE other.thread_key = goal.thread_key AND other.status NOT IN ('completed', 'failed', 'cancelled')
    AND (other.created_at > goal.created_at OR (other.created_at = goal.created_at AND other.id > goal.id))
)
"""


def upgrade() -> None:
    op.add_column("goal", sa.Column("thread_held", Words(), nullable=True))
    op.execute(HELD)
    op.create_index("ix_goal_thread_held", "goal", ["thread_held"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_goal_thread_held", table_name="goal")
    op.drop_column("goal", "thread_held")
