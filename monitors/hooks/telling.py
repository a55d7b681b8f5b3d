"""What a hook is told: the edge, the goal as it stands, and what its verifiers found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goals.audit import Report, to_json
from goals.clean import Clean, without
from goals.domain.events import Event, Finished, Fired, Paused
from goals.domain.hooks import Moment
from goals.domain.values import Check, Checked, Goal
from goals.hook_rows import event_of
from goals.ports import HookEvent, Outgoing


def told(row: Outgoing, goal: Goal, report: Report, clean: Clean) -> HookEvent:
    """The event of a hook's row, without secrets."""
    happened = event_of(row)
    check = happened.check if isinstance(happened, Fired) else goal.check
    return HookEvent(
        row.key,
        Moment(row.body["moment"]),
        datetime.fromisoformat(row.body["at"]),
        clean(_explanation(happened)),
        without(to_json(report), clean),
        None if check is None else without(verdict(check), clean),
    )


def verdict(check: Check) -> dict[str, Any]:
    """A check as plain JSON: `met` is null where a part of it broke."""
    parts = [_part(result) for result in check.results]
    values = [part["value"] for part in parts if part["value"] is not None]
    return {
        "met": None if check.broken else check.met,
        "reason": "; ".join(part["reason"] for part in parts if part["reason"]),
        "value": values[0] if values else None,
        "at": check.at.isoformat(),
        "verifiers": parts,
    }


def _part(result: Checked) -> dict[str, Any]:
    found = result.verdict
    return {
        "type": result.type,
        "how": result.how,
        "met": found.met,
        "reason": found.reason,
        "value": found.value,
        "evidence": found.evidence,
    }


def _explanation(event: Event) -> str:
    """A sentence that says what happened."""
    match event:
        case Fired(check=check):
            return "; ".join(result.verdict.reason for result in check.results)
        case Finished() | Paused():
            return event.explanation
    return ""
