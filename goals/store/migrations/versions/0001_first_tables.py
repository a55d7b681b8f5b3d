"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from goals.store.columns import UtcDateTime, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", Words(), nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("status", Words(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("document", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    op.create_index("ix_approval_goal_id_asked_at", "approval", ["goal_id", "asked_at"], unique=False)
    op.create_table(
        "event",
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("document", Words(), nullable=False),
        sa.PrimaryKeyConstraint("goal_id", "seq", name="pk_event"),
    )
    op.create_table(
        "goal",
        sa.Column("id", Words(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("status", Words(), nullable=False),
        sa.Column("channel_key", Words(), nullable=False),
        sa.Column("thread_key", Words(), nullable=False),
        sa.Column("owner", Words(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("front", sa.Boolean(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("alarm_at", UtcDateTime(), nullable=True),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("trail_seq", sa.Integer(), nullable=False),
        sa.Column("trail_hash", Words(), nullable=False),
        sa.Column("document", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_goal"),
    )
    op.create_index(
        "ix_goal_alarm",
        "goal",
        ["alarm_at"],
        unique=False,
        sqlite_where=sa.text("alarm_at IS NOT NULL"),
        postgresql_where=sa.text("alarm_at IS NOT NULL"),
    )
    op.create_index("ix_goal_channel_key_created_at", "goal", ["channel_key", "created_at"], unique=False)
    op.create_index("ix_goal_owner_created_at", "goal", ["owner", "created_at"], unique=False)
    op.create_index(
        "ix_goal_status_channel_key_created_at", "goal", ["status", "channel_key", "created_at"], unique=False
    )
    op.create_index("ix_goal_thread_key_created_at", "goal", ["thread_key", "created_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("body", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("key", name="uq_inbox_key"),
    )
    op.create_index(
        "ix_inbox_unhandled",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("handled_at IS NULL"),
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("lane", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("body", Words(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("error", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("thread_key", Words(), nullable=False),
        sa.Column("message", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
    )
    op.create_index("ix_post_goal_id_subject_id", "post", ["goal_id", "subject", "id"], unique=False)
    op.create_index("ix_post_thread_key_message", "post", ["thread_key", "message"], unique=True)
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pulse"),
    )
    op.create_table(
        "room_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("thread", Words(), nullable=False),
        sa.Column("user", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("body", Words(), nullable=False),
        sa.Column("reactions", Words(), nullable=False),
        sa.Column("edited", UtcDateTime(), nullable=True),
        sa.Column("private_to", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_room_message"),
        sa.UniqueConstraint("key", name="uq_room_message_key"),
    )
    op.create_index("ix_room_message_channel_id", "room_message", ["channel", "id"], unique=False)
    op.create_index(
        "ix_room_message_channel_thread_id", "room_message", ["channel", "thread", "id"], unique=False
    )
    op.create_table(
        "slot",
        sa.Column("channel_key", Words(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.PrimaryKeyConstraint("channel_key", "slot", name="pk_slot"),
        sa.UniqueConstraint("goal_id", name="uq_slot_goal_id"),
    )
    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_step"),
    )
    op.create_index("ix_step_goal_id_turn_id", "step", ["goal_id", "turn", "id"], unique=False)
    op.create_table(
        "trail",
        sa.Column("goal_id", Words(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", Words(), nullable=False),
        sa.Column("what", Words(), nullable=False),
        sa.Column("platform", Words(), nullable=False),
        sa.Column("before", Words(), nullable=False),
        sa.Column("after", Words(), nullable=False),
        sa.Column("hash", Words(), nullable=False),
        sa.PrimaryKeyConstraint("goal_id", "seq", name="pk_trail"),
    )


def downgrade() -> None:
    op.drop_table("trail")
    op.drop_table("step")
    op.drop_table("slot")
    op.drop_table("room_message")
    op.drop_table("pulse")
    op.drop_table("post")
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_table("goal")
    op.drop_table("event")
    op.drop_table("approval")
