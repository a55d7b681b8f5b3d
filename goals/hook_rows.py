"""Hooks as rows of the outbox: the one that is due, and what people are told once it is delivered or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from goals.codec import from_plain, to_plain
from goals.domain.edges import Due
from goals.domain.events import EVENTS, Event, HookGivenUp
from goals.domain.hooks import Hook
from goals.domain.values import Goal
from goals.ports import HOOK, Outgoing


def due(goal: Goal, hook: Due, now: datetime) -> Outgoing:
    """The row of a hook, in a lane of its own, so that none waits for another. `goal` is as it stood before."""
    body = {
        "moment": hook.moment.value,
        "hook": to_plain(hook.hook),
        "at": now.isoformat(),
        "of": f"{goal.id}:{goal.version + 1}.{hook.number}",
        "thread": goal.origin.thread_key,
        **document(hook.event),
    }
    return Outgoing(key=hook.key, lane=hook.key, kind=HOOK, body=body, goal_id=goal.id)


def document(event: Event) -> dict[str, object]:
    return {"event": type(event).__name__, "body": to_plain(event)}


def hook_of(row: Outgoing) -> Hook:
    return from_plain(Hook, row.body["hook"])


def event_of(row: Outgoing) -> Event:
    """What happened when the hook came due."""
    return from_plain(EVENTS[row.body["event"]], row.body["body"])


def follows(row: Outgoing, state: Literal["sent", "dead"], why: str) -> Sequence[Outgoing]:
    """What is told of a hook that was delivered, or given up: that loudly, with how to try it again."""
    if state == "sent":
        return shown(row)
    given_up = HookGivenUp(hook_of(row).how, row.attempts + 1, why, row.id)
    key = f"{row.key}.given_up.{row.revision}"
    loud = Outgoing(key, row.body["thread"], "event", document(given_up), row.goal_id)
    return (loud, *shown(row))


def shown(row: Outgoing) -> tuple[Outgoing, ...]:
    """The message that tells of the edge, and the card, drawn again."""
    thread, of = row.body["thread"], row.body["of"]
    happened = {"of": of, "event": row.body["event"], "body": row.body["body"]}
    return (
        Outgoing(f"{of}.hooks*", thread, "hooks", happened, row.goal_id),
        Outgoing(f"{row.goal_id}:edit*", f"{thread}/card", "card", {}, row.goal_id),
    )
