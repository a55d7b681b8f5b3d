"""The tables: one row per goal with its document, and beside it rows that are only ever added."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict
from sqlalchemy import BigInteger, Column, ColumnElement, ForeignKey, Index, MetaData, Table, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from goals.store.columns import UtcDateTime, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class Row(SQLModel, registry=registry(metadata=metadata)):
    """A row of ours, apart from tables that others may declare with SQLModel. Rows are not validated: what would do
    that is not built.
    """

    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]


def _only(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that are still open, whatever number of closed ones there is."""
    condition: ColumnElement[bool] = text(where)  # type: ignore[assignment]
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class GoalRow(Row, table=True):
    """The goal as one document; the columns repeat what is asked for. `*_seq` and `trail_hash` are the
    last numbers and the end of the chain of its events and trail. An unfinished goal holds its thread, where it has
    one: `thread_held` is why no thread has two."""

    __tablename__ = "goal"
    __table_args__ = (
        Index(None, "status", "channel_key", "created_at"),
        Index(None, "channel_key", "created_at"),
        Index(None, "thread_key", "created_at"),
        Index(None, "owner", "created_at"),
        _only("ix_goal_alarm", "alarm_at", where="alarm_at IS NOT NULL"),
        _only("ix_goal_queue", "channel_key", "front", "priority", "place", "id", where="status = 'queued'"),
        _only("ix_goal_driven", "status", "mode", "id", where="status = 'active' AND mode = 'drive'"),
        _only("ix_goal_ended", "channel_key", "ended_at", where="ended_at IS NOT NULL"),
        Index("ix_goal_thread_held", "thread_held", unique=True),
    )
    id: str = Field(primary_key=True, sa_type=Words)
    version: int
    epoch: int
    status: str = Field(sa_type=Words)
    channel_key: str = Field(sa_type=Words)
    thread_key: str = Field(sa_type=Words)
    thread_held: str | None = Field(sa_type=Words)
    owner: str = Field(sa_type=Words)
    priority: int
    front: bool
    place: int = Field(sa_type=BigInteger)
    slot: int | None
    queued_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    alarm_at: datetime | None = Field(sa_type=UtcDateTime)
    mode: str = Field(sa_type=Words, sa_column_kwargs={"server_default": "drive"})
    event_seq: int
    trail_seq: int
    trail_hash: str = Field(sa_type=Words)
    document: str = Field(sa_type=Words)


class MonitorRow(Row, table=True):
    """A goal whose verifiers are polled. While `slot` is set somebody looks at it, until `next_at` at the latest: then
    others may. `state` is what was shown so far. Without `next_at` it is not polled now; one that has ended has no row.
    """

    __tablename__ = "monitor"
    __table_args__ = (Index(None, "next_at"), _only("ix_monitor_slot", "slot", where="slot IS NOT NULL"))
    goal_id: str = Field(primary_key=True, sa_type=Words)
    next_at: datetime | None = Field(sa_type=UtcDateTime)
    slot: datetime | None = Field(sa_type=UtcDateTime)
    lease: float
    goal_version: int
    state: str = Field(sa_type=Words)


class ReadingRow(Row, table=True):
    """A stretch of same readings of a monitor; old ones are thinned."""

    __tablename__ = "reading"
    __table_args__ = (Index(None, "goal_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    goal_id: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    met: bool | None
    last: float | None
    low: float | None
    high: float | None
    count: int


class SlotRow(Row, table=True):
    """Who holds a slot of a channel: its key is why two goals never take one."""

    __tablename__ = "slot"
    channel_key: str = Field(primary_key=True, sa_type=Words)
    slot: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    goal_id: str = Field(unique=True, sa_type=Words)


class EventRow(Row, table=True):
    __tablename__ = "event"
    goal_id: str = Field(primary_key=True, sa_type=Words)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    name: str = Field(sa_type=Words)
    document: str = Field(sa_type=Words)


class StepRow(Row, table=True):
    __tablename__ = "step"
    __table_args__ = (Index(None, "goal_id", "turn", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    goal_id: str = Field(sa_type=Words)
    turn: int
    number: int
    kind: str = Field(sa_type=Words)
    epoch: int
    at: datetime = Field(sa_type=UtcDateTime)
    body: str = Field(sa_type=Words)


class ApprovalRow(Row, table=True):
    __tablename__ = "approval"
    __table_args__ = (Index(None, "goal_id", "asked_at"),)
    id: str = Field(primary_key=True, sa_type=Words)
    goal_id: str = Field(sa_type=Words)
    status: str = Field(sa_type=Words)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    document: str = Field(sa_type=Words)


class TrailTableRow(Row, table=True):
    __tablename__ = "trail"
    goal_id: str = Field(primary_key=True, sa_type=Words)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    who: str = Field(sa_type=Words)
    what: str = Field(sa_type=Words)
    platform: str = Field(sa_type=Words)
    before: str = Field(sa_type=Words)
    after: str = Field(sa_type=Words)
    hash: str = Field(sa_type=Words)
    details: str = Field(sa_type=Words, sa_column_kwargs={"server_default": ""})
    event_seq: int = Field(sa_column_kwargs={"server_default": "0"})
    events: str = Field(sa_type=Words, sa_column_kwargs={"server_default": ""})


class ChainRow(Row, table=True):
    """Where the trail of a draft or of a channel ends; that of a goal stands in the goal's own row."""

    __tablename__ = "chain"
    subject: str = Field(primary_key=True, sa_type=Words)
    seq: int
    hash: str = Field(sa_type=Words)


class OutboxRow(Row, table=True):
    """`state` is pending, sent or dead; `revision` counts how often a standing row was written. `claimed_by` is the
    process that delivers it now, where several might.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        _only("ix_outbox_pending", "lane", "id", where="state = 'pending'"),
        _only("ix_outbox_dead", "id", where="state = 'dead'"),
        _only("ix_outbox_hook", "goal_id", "id", where="kind = 'hook'"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, sa_type=Words)
    lane: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words)
    goal_id: str = Field(sa_type=Words)
    body: str = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    revision: int
    attempts: int
    not_before: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(sa_type=UtcDateTime)
    error: str = Field(sa_type=Words)
    claimed_by: str = Field(sa_type=Words, sa_column_kwargs={"server_default": ""})


class InboxRow(Row, table=True):
    __tablename__ = "inbox"
    __table_args__ = (_only("ix_inbox_unhandled", "id", where="handled_at IS NULL"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, sa_type=Words)
    body: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=UtcDateTime)
    handled_at: datetime | None = Field(sa_type=UtcDateTime)


class PostRow(Row, table=True):
    __tablename__ = "post"
    __table_args__ = (
        Index(None, "goal_id", "subject", "id"),
        Index(None, "thread_key", "message", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    goal_id: str = Field(sa_type=Words)
    thread_key: str = Field(sa_type=Words)
    message: str = Field(sa_type=Words)
    subject: str = Field(sa_type=Words)


class RoomMessageRow(Row, table=True):
    """A message of the local channel; its public id is made from `id`."""

    __tablename__ = "room_message"
    __table_args__ = (Index(None, "channel", "id"), Index(None, "channel", "thread", "id"))
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, sa_type=Words)
    channel: str = Field(sa_type=Words)
    thread: str = Field(sa_type=Words)
    user: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=UtcDateTime)
    bot: bool
    body: str = Field(sa_type=Words)
    reactions: str = Field(sa_type=Words)
    edited: datetime | None = Field(sa_type=UtcDateTime)
    private_to: str = Field(sa_type=Words)


class UsageRow(Row, table=True):
    """One model call, settled; never changed."""

    __tablename__ = "usage"
    __table_args__ = (Index(None, "goal_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    goal_id: str = Field(sa_type=Words)
    reservation_id: str = Field(unique=True, sa_type=Words)
    model: str = Field(sa_type=Words)
    purpose: str = Field(sa_type=Words)
    fresh: int
    cached: int
    output: int
    usd: float | None
    estimated: bool
    at: datetime = Field(sa_type=UtcDateTime)


class ReservationRow(Row, table=True):
    """The worst case of a model call that is under way, or that a crash left open."""

    __tablename__ = "reservation"
    __table_args__ = (Index(None, "goal_id"),)
    id: str = Field(primary_key=True, sa_type=Words)
    goal_id: str = Field(sa_type=Words)
    model: str = Field(sa_type=Words)
    purpose: str = Field(sa_type=Words)
    tokens: int
    usd: float
    at: datetime = Field(sa_type=UtcDateTime)


class DisabledChannelRow(Row, table=True):
    """A channel in which goal mode is switched off."""

    __tablename__ = "disabled_channel"
    channel_key: str = Field(primary_key=True, sa_type=Words)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(sa_type=Words)


class DraftRow(Row, table=True):
    """A draft as one document; `of_goal` names the goal whose agent proposed it, if one did."""

    __tablename__ = "draft"
    __table_args__ = (
        Index(None, "thread_key", "at"),
        Index(None, "of_goal", "at"),
        _only("ix_draft_wanted", "at", "id", where="status = 'wanted'"),
    )
    id: str = Field(primary_key=True, sa_type=Words)
    thread_key: str = Field(sa_type=Words)
    of_goal: str = Field(sa_type=Words)
    status: str = Field(sa_type=Words)
    version: int
    at: datetime = Field(sa_type=UtcDateTime)
    document: str = Field(sa_type=Words)


class PulseRow(Row, table=True):
    """Written to find out whether the store can be written again."""

    __tablename__ = "pulse"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    body: str = Field(sa_type=Words)


class ProcessRow(Row, table=True):
    """A process that shares this store with others, until it was not seen for too long. Of one that is older than the
    column nobody knows which `parts` of the work it does.
    """

    __tablename__ = "process"
    id: str = Field(primary_key=True, sa_type=Words)
    until: datetime = Field(sa_type=UtcDateTime)
    parts: str | None = Field(default=None, sa_type=Words)


class AbsenceRow(Row, table=True):
    """A part of the work that nobody does, as far as people are told."""

    __tablename__ = "absence"
    part: str = Field(primary_key=True, sa_type=Words)
    since: datetime = Field(sa_type=UtcDateTime)


class LeaseRow(Row, table=True):
    """What one process does at a time, and which; with that process's row it is gone."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True, sa_type=Words)
    process: str = Field(
        sa_column=Column(
            Words, ForeignKey("process.id", ondelete="CASCADE", name="fk_lease_process"), nullable=False
        )
    )


class SlackInstallationRow(Row, table=True):
    """A workspace of Slack into which the app was installed; `sealed` is encrypted by whoever brings it."""

    __tablename__ = "slack_installation"
    team: str = Field(primary_key=True, sa_type=Words)
    sealed: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=UtcDateTime)


class RegistrationRow(Row, table=True):
    """What a platform was told of us at a place of it (empty: everywhere), as a digest."""

    __tablename__ = "registration"
    platform: str = Field(primary_key=True, sa_type=Words)
    place: str = Field(primary_key=True, sa_type=Words)
    digest: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=UtcDateTime)


goal: Table = metadata.tables["goal"]
monitor: Table = metadata.tables["monitor"]
reading: Table = metadata.tables["reading"]
slot: Table = metadata.tables["slot"]
event: Table = metadata.tables["event"]
step: Table = metadata.tables["step"]
approval: Table = metadata.tables["approval"]
trail: Table = metadata.tables["trail"]
chain: Table = metadata.tables["chain"]
outbox: Table = metadata.tables["outbox"]
inbox: Table = metadata.tables["inbox"]
post: Table = metadata.tables["post"]
room_message: Table = metadata.tables["room_message"]
usage: Table = metadata.tables["usage"]
reservation: Table = metadata.tables["reservation"]
disabled_channel: Table = metadata.tables["disabled_channel"]
draft: Table = metadata.tables["draft"]
pulse: Table = metadata.tables["pulse"]
process: Table = metadata.tables["process"]
absence: Table = metadata.tables["absence"]
lease: Table = metadata.tables["lease"]
slack_installation: Table = metadata.tables["slack_installation"]
registration: Table = metadata.tables["registration"]
