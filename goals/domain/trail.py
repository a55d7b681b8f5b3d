"""Who did what, in rows of which each seals the one before: altering, adding or leaving out one breaks the chain. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from goals.domain import events
from goals.domain.events import Event

ITSELF = "goalward"
"""Who did what nobody asked for."""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """Row `seq`, from 1, of the trail of `goal_id`: a goal, a draft (`draft:ID`) or a channel (`local:demo`).

    `what` are the names of what happened. `details` is JSON with something on each of them, people's words as
    digests. `event_seq` is the number of the last of these events and `events` their digest; 0 and empty
    where none is kept.
    """

    goal_id: str
    seq: int
    at: datetime
    who: str
    what: str
    platform: str
    before: str
    after: str
    hash: str
    details: str = ""
    event_seq: int = 0
    events: str = ""


@dataclass(frozen=True, slots=True)
class StoredText:
    """An event as it is stored."""

    seq: int
    at: datetime
    name: str
    document: str


@dataclass(frozen=True, slots=True)
class Trail:
    """What is kept under one subject. `seq` and `hash` are the last row's as they stand apart from the rows."""

    subject: str
    rows: tuple[TrailRow, ...]
    seq: int
    hash: str
    events: Mapping[int, StoredText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that does not follow, and why, as the rest of a sentence about it."""

    subject: str
    row: int
    why: str


def sealed(row: TrailRow, previous: str) -> str:
    """sha256, in hex, over the previous row's hash (empty for the first) and the row as canonical JSON."""
    canonical = json.dumps(said(row), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()


def said(row: TrailRow) -> dict[str, Any]:
    """What a row says, without its hash. Older rows say nothing of events."""
    told = {
        "goal": row.goal_id,
        "seq": row.seq,
        "at": row.at.isoformat(timespec="microseconds"),
        "who": row.who,
        "what": row.what,
        "platform": row.platform,
        "before": row.before,
        "after": row.after,
    }
    if row.details or row.event_seq or row.events:
        told |= {"details": row.details, "event_seq": row.event_seq, "events": row.events}
    return told


def exported(row: TrailRow) -> dict[str, Any]:
    """A row as it leaves the house: all that was sealed, and the seal."""
    return {**said(row), "hash": row.hash}


def broken(trail: Trail) -> Broken | None:
    """None when the chain holds: every row follows, seals the events that are there, and none is missing at the end."""
    previous = ""
    for number, row in enumerate(trail.rows, start=1):
        if why := _wrong(row, number, previous, trail):
            return Broken(trail.subject, number, why)
        previous = row.hash
    if trail.seq > len(trail.rows):
        return Broken(trail.subject, len(trail.rows) + 1, f"is missing: there must be {trail.seq} rows")
    if (trail.seq, trail.hash) != (len(trail.rows), previous):
        return Broken(trail.subject, max(len(trail.rows), 1), "is not the one that the trail must end with")
    return None


def _wrong(row: TrailRow, number: int, previous: str, trail: Trail) -> str:
    if row.seq != number:
        return "is missing"
    if row.goal_id != trail.subject or row.hash != sealed(row, previous):
        return "does not follow the row before it: one of the two was altered"
    if row.events and row.events != _seal_of(row, trail.events):
        return "seals other events than there are: the log was altered"
    return ""


def _seal_of(row: TrailRow, events: Mapping[int, StoredText]) -> str:
    numbers = range(row.event_seq - len(row.what.split()) + 1, row.event_seq + 1)
    return events_digest(events[number] for number in numbers if number in events)


def events_digest(stored: Iterable[StoredText]) -> str:
    """sha256, in hex, over events as they are stored."""
    lines = (f"{e.seq} {e.at.isoformat(timespec='microseconds')} {e.name} {e.document}" for e in stored)
    return digest("\n".join(lines))


def digest(text: str) -> str:
    """sha256 of people's words, in hex."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def details(happened: Sequence[Event]) -> str:
    """Something on each event, as a JSON list; empty where there is nothing to say."""
    facts = [_facts(event) for event in happened]
    return json.dumps(facts, sort_keys=True, separators=(",", ":")) if any(facts) else ""


def _facts(event: Event) -> dict[str, Any]:
    match event:
        case events.Opened():
            return {"objective": digest(event.objective), "reopens": event.reopens}
        case events.Steered():
            return {"words": event.digest or digest(event.text)}
        case events.ContractChanged():
            return {"revision": event.revision, "words": digest(event.what)}
        case events.ApprovalAsked(a) | events.ApprovalDecided(a) | events.ApprovalVoted(a):
            voters = [voter.id for voter in a.votes]
            subject = {"approval": a.id, "kind": a.kind.value, "digest": a.digest}
            return {**subject, "status": a.status.value, "votes": voters, "for_goal": a.for_goal}
        case events.BudgetRaised():
            return {"dimension": event.dimension, "allowed": event.allowed}
        case events.Paused() | events.Finished():
            return {"reason": event.reason.value}
        case events.GoalProposed(proposal):
            return {"objective": digest(proposal.objective)}
    return _small_facts(event)


def _small_facts(event: Event) -> dict[str, Any]:
    match event:
        case events.Admitted(slot):
            return {"slot": slot}
        case events.Moved():
            return {"place": event.place}
        case events.Muted():
            return {"on": event.on}
        case events.WaitStarted(wait):
            return {"kind": wait.kind.value, "until": wait.until.isoformat() if wait.until else None}
        case events.TurnEnded():
            return {"turn": event.turn, "decision": event.decision}
        case events.Fired(number):
            return {"number": number, "ends": event.ends}
    return {}
