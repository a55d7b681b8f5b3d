"""A change of a goal with all that belongs to it, in one transaction: the only way a goal is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from goals.domain.alarms import alarm_at
from goals.domain.errors import SlotTaken, StaleGoal, ThreadTaken
from goals.domain.trail import StoredText, TrailRow
from goals.domain.values import Goal, Mode, Status
from goals.ports import Change, Outgoing
from goals.ports.sharing import Signal, Topic
from goals.store import approvals, history, inbox, ledger, monitors, notes, outbox, trail
from goals.store.codec import dump
from goals.store.straight import asked, changed
from goals.store.tables import goal as goals
from goals.store.tables import slot as slots

_BEFORE = select(
    goals.c.status, goals.c.slot, goals.c.event_seq, goals.c.trail_seq, goals.c.trail_hash
).where(goals.c.id == bindparam("of"), goals.c.version == bindparam("known"))
_OPEN = insert_once(goals).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
_IS_THERE = select(goals.c.id).where(goals.c.id == bindparam("of"))
_CHANGE = update(goals).where(goals.c.id == bindparam("of"), goals.c.version == bindparam("known"))
_TAKE = insert_once(slots).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
_LEAVE = delete(slots).where(slots.c.goal_id == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Before:
    """How the goal's row stood: where its numbered rows and its chain go on."""

    status: str = ""
    slot: int | None = None
    event_seq: int = 0
    trail_seq: int = 0
    trail_hash: str = ""


def record(
    connection: Connection, change: Change, at: datetime, outgoing: Sequence[Outgoing], act: str
) -> Goal:
    """Store a change and return the goal with its next version.

    Raises AlreadyHandled, StaleGoal (also for a new goal whose id is taken), ThreadTaken (for one in whose thread
    another is unfinished), SlotTaken: then nothing is stored.
    """
    if act:
        inbox.handle(connection, act, at)
    before = _before(connection, change.goal)
    happened = history.stored(connection, change.events, after=before.event_seq, at=at)
    sealed = _sealed(connection, change, at, before, happened)
    goal = replace(change.goal, version=change.goal.version + 1)
    _write(connection, goal, _numbers(before, change, sealed))
    _move(connection, goal, before.slot)
    _poll(connection, change, goal, before)
    history.keep(connection, goal.id, happened)
    for event in change.events:
        approvals.keep(connection, event)
    if sealed is not None:
        trail.add(connection, sealed)
    if goal.status.terminal:
        ledger.book_open(connection, goal.id, at)
    outbox.put(connection, outgoing)
    notes.note(connection, Signal(Topic.GOAL, goal.id, goal.status.value))
    return goal


def _before(connection: Connection, goal: Goal) -> Before:
    if goal.version == 0:
        return Before()
    rows = asked(connection, _BEFORE, {"of": goal.id, "known": goal.version})
    if not rows:
        raise StaleGoal(goal.id)
    return Before(*rows[0])


def _sealed(
    connection: Connection, change: Change, at: datetime, before: Before, happened: Sequence[StoredText]
) -> TrailRow | None:
    if not trail.is_due(change, before.status):
        return None
    return trail.next_row(
        connection,
        change,
        at,
        seq=before.trail_seq + 1,
        before=before.status,
        previous=before.trail_hash,
        stored=happened,
    )


def _numbers(before: Before, change: Change, sealed: TrailRow | None) -> dict[str, Any]:
    return {
        "event_seq": before.event_seq + len(change.events),
        "trail_seq": sealed.seq if sealed else before.trail_seq,
        "trail_hash": sealed.hash if sealed else before.trail_hash,
    }


def _write(connection: Connection, goal: Goal, numbers: dict[str, Any]) -> None:
    if goal.version == 1:
        return _open(connection, goal, {**_fixed(goal), **_standing(goal), **numbers})
    known = {"of": goal.id, "known": goal.version - 1}
    over = {"thread_held": None} if goal.status.terminal else {}
    if changed(connection, _CHANGE, {**known, **_standing(goal), **over, **numbers}) == 0:
        raise StaleGoal(goal.id)


def _open(connection: Connection, goal: Goal, row: dict[str, Any]) -> None:
    held = goal.origin.thread_key if goal.origin.thread and goal.unfinished else None
    if connection.execute(_OPEN, {**row, "thread_held": held}).rowcount:
        return
    if connection.scalar(_IS_THERE, {"of": goal.id}):
        raise StaleGoal(goal.id)
    raise ThreadTaken(goal.origin.thread_key)


def _move(connection: Connection, goal: Goal, held: int | None) -> None:
    """Free the slot that was held and take the one that is due."""
    if goal.slot == held:
        return
    if held is not None:
        connection.execute(_LEAVE, {"of": goal.id})
    if goal.slot is None:
        return
    taken = {"channel_key": goal.origin.channel_key, "slot": goal.slot, "goal_id": goal.id}
    if connection.execute(_TAKE, taken).rowcount == 0:
        raise SlotTaken(f"{goal.origin.channel_key} {goal.slot}")


def _poll(connection: Connection, change: Change, goal: Goal, before: Before) -> None:
    """Whoever polls its verifiers knows that the goal is another one now, and when to look."""
    monitor = goal.request.mode is Mode.MONITOR
    if monitor:
        monitors.remember(connection, goal)
    if change.polled is not None and goal.unfinished:
        monitors.poll(connection, goal, change.polled)
    elif monitor or goal.status.terminal or Status.WAITING.value in (before.status, goal.status.value):
        monitors.moved_on(connection, goal)


def _fixed(goal: Goal) -> dict[str, Any]:
    return {
        "id": goal.id,
        "channel_key": goal.origin.channel_key,
        "owner": goal.owner.id,
        "mode": goal.request.mode.value,
        "created_at": goal.created_at,
    }


def _standing(goal: Goal) -> dict[str, Any]:
    return {
        "version": goal.version,
        "epoch": goal.epoch,
        "status": goal.status.value,
        "thread_key": goal.origin.thread_key,
        "priority": goal.rank.priority,
        "front": goal.rank.front,
        "place": goal.rank.place,
        "slot": goal.slot,
        "queued_at": goal.queued_at,
        "ended_at": goal.ended_at,
        "alarm_at": None if goal.status.terminal else alarm_at(goal),
        "document": dump(goal),
    }
