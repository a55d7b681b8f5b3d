"""Which hooks come due: once per edge, under a key of their own."""

from typing import Any

import pytest

from goals.domain import edges, events
from goals.domain.change import Change
from goals.domain.events import Event
from goals.domain.hooks import Hook, Moment
from goals.domain.values import Mode, Reason, Status
from tests.given import check, goal_in

PROVEN = events.Finished(Status.COMPLETED, Reason.PROVEN, "")
BY_HAND = events.Finished(Status.COMPLETED, Reason.BY_HAND, "")
EXPIRED = events.Finished(Status.FAILED, Reason.EXPIRED, "")
CANCELLED = events.Finished(Status.CANCELLED, Reason.CANCELLED, "")
PAUSED = events.Paused(Reason.OWNER, "", "")
FIRED = events.Fired(1, check(True), ends=False)
LAST = events.Fired(1, check(True), ends=True)
NOTED = events.Noted("something")
HOOKS: dict[str, Any] = {
    "on_achieved": (Hook("notify", "@met"), Hook("command", "deploy")),
    "on_failed": (Hook("notify", "@failed"),),
    "on_paused": (Hook("notify", "@paused"),),
}
MET, MET_2 = "g7k2:4.hook.on_achieved.0", "g7k2:4.hook.on_achieved.1"


@pytest.mark.parametrize(
    ("mode", "happened", "keys"),
    [
        (Mode.DRIVE, (PROVEN,), [MET, MET_2]),
        (Mode.DRIVE, (EXPIRED,), ["g7k2:4.hook.on_failed.0"]),
        (Mode.DRIVE, (PAUSED,), ["g7k2:4.hook.on_paused.0"]),
        (Mode.DRIVE, (CANCELLED,), []),
        (Mode.DRIVE, (NOTED,), []),
        (Mode.MONITOR, (FIRED,), [MET, MET_2]),
        (Mode.MONITOR, (LAST, PROVEN), [MET, MET_2]),
        (Mode.MONITOR, (PROVEN,), []),  # met still at its deadline: that edge has fired
        (Mode.MONITOR, (BY_HAND,), [MET, MET_2]),
        (Mode.MONITOR, (EXPIRED,), ["g7k2:4.hook.on_failed.0"]),
        (Mode.MONITOR, (events.Cleared(check(False)),), []),
    ],
)
def test_each_edge_has_its_hooks_once(mode: Mode, happened: tuple[Event, ...], keys: list[str]) -> None:
    change = Change(goal_in(Status.ACTIVE, mode=mode, **HOOKS), happened)
    assert [due.key for due in edges.due(change)] == keys


def test_another_edge_has_other_keys() -> None:
    first, second = (Change(goal_in(Status.ACTIVE, version=n, **HOOKS), (FIRED,)) for n in (3, 7))
    assert {d.key for d in edges.due(first)}.isdisjoint(d.key for d in edges.due(second))


def test_a_hook_that_is_due_knows_its_event_and_its_place() -> None:
    change = Change(goal_in(Status.ACTIVE, **HOOKS), (NOTED, EXPIRED))
    assert edges.due(change) == (
        edges.Due("g7k2:4.hook.on_failed.0", Moment.FAILED, Hook("notify", "@failed"), EXPIRED, 1),
    )
