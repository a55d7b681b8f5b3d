"""Which hooks a change makes due: each once per edge, under a key that stays the same however often it is tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from goals.domain.change import Change
from goals.domain.events import Event, Finished, Fired, Paused
from goals.domain.hooks import Hook, Moment
from goals.domain.values import Mode, Reason, Status


@dataclass(frozen=True, slots=True)
class Due:
    """A hook whose moment has come. `number` is that of its `event` among those of the change, from 0."""

    key: str
    moment: Moment
    hook: Hook
    event: Event
    number: int


def due(change: Change) -> tuple[Due, ...]:
    """The hooks that a change makes due, in the order in which they were asked for. A cancelled goal has none."""
    return tuple(_due(change))


def _due(change: Change) -> Iterator[Due]:
    goal = change.goal
    for number, event in enumerate(change.events):
        moment = _moment(event, change)
        if moment is None:
            continue
        for n, hook in enumerate(goal.request.hooks.get(moment, ())):
            yield Due(f"{goal.id}:{goal.version + 1}.hook.{moment}.{n}", moment, hook, event, number)


def _moment(event: Event, change: Change) -> Moment | None:
    """When an event is the moment of hooks."""
    match event:
        case Fired():
            return Moment.ACHIEVED
        case Finished(status=Status.COMPLETED) if not _fired(event, change):
            return Moment.ACHIEVED
        case Finished(status=Status.FAILED):
            return Moment.FAILED
        case Paused():
            return Moment.PAUSED
    return None


def _fired(end: Finished, change: Change) -> bool:
    """Whether a monitor's edge has fired its hooks: with its end, or before where it was met still at its deadline."""
    monitor = change.goal.request.mode is Mode.MONITOR
    return monitor and end.reason is Reason.PROVEN
