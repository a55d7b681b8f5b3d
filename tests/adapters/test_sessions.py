"""How a thread stands is said of every state of its goal, and follows what people were told there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.chat import Busy, Undeliverable
from adapters.sessions import Sessions, Stand, following, stand
from goals.domain.values import Goal, Mode, Origin, Status, Wait, WaitKind
from goals.outbox import Later
from goals.ports import Outgoing
from tests.given import ORIGIN, goal

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def waiting(kind: WaitKind) -> Goal:
    return goal(status=Status.WAITING, wait=Wait(kind, "it", NOW))


@pytest.mark.parametrize(
    ("stands", "of"),
    [
        (Stand.RESTS, goal(status=Status.QUEUED)),
        (Stand.WAITS, goal(status=Status.PENDING_APPROVAL)),
        (Stand.WORKS, goal(status=Status.ACTIVE)),
        (Stand.RESTS, goal(status=Status.ACTIVE, mode=Mode.MONITOR)),
        (Stand.WAITS, waiting(WaitKind.APPROVAL)),
        (Stand.WAITS, waiting(WaitKind.ANSWER)),
        (Stand.RESTS, waiting(WaitKind.TIME)),
        (Stand.RESTS, waiting(WaitKind.VERIFIER)),
        (Stand.RESTS, waiting(WaitKind.PROVIDER)),
        (Stand.WAITS, goal(status=Status.PAUSED)),
        (Stand.OVER, goal(status=Status.COMPLETED)),
        (Stand.OVER, goal(status=Status.FAILED)),
        (Stand.OVER, goal(status=Status.CANCELLED)),
    ],
)
def test_every_state_of_a_goal_has_its_sign(stands: Stand, of: Goal) -> None:
    assert stand(of) is stands


class Sign:
    """A platform's sign, which refuses what it is told to."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.shown: list[tuple[Stand, str]] = []
        self.refusal = refusal

    async def __call__(self, at: Origin, stand: Stand, title: str) -> None:
        if self.refusal:
            raise self.refusal
        self.shown.append((stand, title))


class Desk:
    def __init__(self, *goals: Goal) -> None:
        self.goals = goals

    async def find(self, goal_id: str) -> Goal:
        return next(one for one in self.goals if one.id == goal_id)

    async def unfinished(self, *, thread_key: str, limit: int) -> list[Goal]:
        return [one for one in self.goals if one.unfinished]


def post(kind: str, lane: str, **body: Any) -> Outgoing:
    return Outgoing("g7k2:1", lane, kind, body, goal_id="g7k2")


def test_a_sign_follows_cards_and_messages_of_goals_where_there_are_signs_in_a_lane_of_its_own() -> None:
    follows, at = following({"local": Sign()}), ORIGIN.thread_key
    rows = [
        post("card", f"{at}/card"),
        post("event", at, event="Paused"),
        post("event", at, event="Finished"),
        post("reply", at),
        post("card", "discord:g:c:t/card"),
    ]
    told = [[(r.key, r.lane, r.body["ended"]) for r in follows(row, "sent", "")] for row in rows]
    lane = f"{at}/session"
    assert told == [
        [("g7k2:session*", lane, False)],
        [("g7k2:session*", lane, False)],
        [("g7k2:ended*", lane, True)],
        [],
        [],
    ]


def row(ended: bool) -> Outgoing:
    return Outgoing("g7k2:session*", "lane", "session", {"ended": ended}, goal_id="g7k2")


async def test_a_goal_is_over_for_its_thread_once_its_audit_is_posted_and_no_other_was_begun_there() -> None:
    ended, other = goal(id="g7k2", status=Status.COMPLETED), goal(id="b3b3", status=Status.ACTIVE)
    sign = Sign()
    for desk, told in ((Desk(ended), False), (Desk(ended, other), True), (Desk(ended), True)):
        await Sessions({"local": sign}, desk, str).send(row(told))
    assert sign.shown == [(Stand.OVER, ended.request.objective)]


async def test_a_busy_platform_is_asked_later_and_one_that_refuses_is_not_asked_again() -> None:
    desk = Desk(goal(id="g7k2", status=Status.ACTIVE))
    await Sessions({"local": Sign(Undeliverable("no"))}, desk, str).send(row(False))
    with pytest.raises(Later) as later:
        await Sessions({"local": Sign(Busy(7))}, desk, str).send(row(False))
    assert later.value.seconds == 7
