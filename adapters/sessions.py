"""How a goal's thread stands, for platforms with signs of their own for an agent that is at work in one.

The sign follows what people were told: a card or a message that is delivered leaves a row of the outbox behind, in a
lane of its own, so that nothing else waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from adapters.chat import Busy, Undeliverable
from adapters.figures import cut
from adapters.printable import printable
from goals.clean import Clean
from goals.domain.values import Goal, Mode, Origin, Status, WaitKind
from goals.outbox import Follows, Later, Settled
from goals.ports import Outgoing

KIND = "session"
TITLE = 200
TELLS = ("card", "event")
"""Kinds of posts that say how a goal stands."""
ENDS = ("Finished", "Fired")
"""The events whose message may be a goal's last."""
OF_PEOPLE = (WaitKind.APPROVAL, WaitKind.ANSWER)


class Stand(StrEnum):
    """An agent works, somebody's word is needed, nothing is done for now, or all is over."""

    WORKS = "works"
    WAITS = "waits"
    RESTS = "rests"
    OVER = "over"


class Show(Protocol):
    async def __call__(self, at: Origin, stand: Stand, title: str) -> None:
        """Show how a thread stands; `title` says what is done there, for a thread that had no sign before.

        Doing it again changes nothing. Raises Busy and Undeliverable.
        """


class Desk(Protocol):
    async def find(self, goal_id: str) -> Goal: ...

    async def unfinished(self, *, thread_key: str, limit: int) -> list[Goal]: ...


def stand(goal: Goal) -> Stand:
    """A monitor that watches is not at work: nobody waits for it to be done."""
    if goal.status.terminal:
        return Stand.OVER
    if goal.status in (Status.PENDING_APPROVAL, Status.PAUSED):
        return Stand.WAITS
    if goal.status is Status.WAITING and goal.wait is not None and goal.wait.kind in OF_PEOPLE:
        return Stand.WAITS
    works = goal.status is Status.ACTIVE and goal.request.mode is Mode.DRIVE
    return Stand.WORKS if works else Stand.RESTS


def following(shows: Mapping[str, Show]) -> Follows:
    """What follows a post on the platforms that show sessions."""

    def follows(row: Outgoing, state: Settled, why: str) -> Sequence[Outgoing]:
        if row.kind not in TELLS or row.lane.partition(":")[0] not in shows:
            return ()
        ends = row.body.get("event") in ENDS
        key = f"{row.goal_id}:{'ended' if ends else KIND}*"
        lane = f"{row.lane.removesuffix('/card')}/{KIND}"
        return (Outgoing(key, lane, KIND, {"ended": ends}, goal_id=row.goal_id),)

    return follows


class Sessions:
    """The sender of the outbox's kind `session`. What a platform refuses stays unsaid."""

    def __init__(self, shows: Mapping[str, Show], desk: Desk, clean: Clean) -> None:
        self._shows = shows
        self._desk = desk
        self._clean = clean

    async def send(self, row: Outgoing) -> None:
        goal = await self._desk.find(row.goal_id)
        show = self._shows.get(goal.origin.platform)
        stands = stand(goal)
        if show is None or (stands is Stand.OVER and not await self._is_over(goal, row)):
            return
        try:
            await show(goal.origin, stands, cut(self._clean(printable(goal.request.objective)), TITLE))
        except Busy as busy:
            raise Later(busy.seconds) from busy
        except Undeliverable:
            return

    async def _is_over(self, goal: Goal, row: Outgoing) -> bool:
        """Whether its audit is posted, and no other goal was begun in its thread since."""
        if not row.body["ended"]:
            return False
        return not await self._desk.unfinished(thread_key=goal.origin.thread_key, limit=1)
