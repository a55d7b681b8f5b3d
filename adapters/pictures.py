"""`/goal plot`: a monitor's past is drawn beside everything else and posted as a picture, and once more when it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from adapters.chat import Body, Busy, ChatPort, File, Undeliverable
from adapters.wishes.wish import Wish
from goals.codec import from_plain, to_plain
from goals.domain.errors import NotNow
from goals.domain.events import Event, Finished, Fired
from goals.domain.values import Goal, Mode, Origin
from goals.outbox import Later, Refused
from goals.ports import Outgoing

KIND = "plot"

Draw = Callable[[Goal], Awaitable[bytes | None]]
"""The picture of a monitor's past as PNG; None where nothing can be drawn."""


class Goals(Protocol):
    async def find(self, goal_id: str) -> Goal: ...


class Pictures:
    """The sender of the outbox's kind `plot`: in a lane of its own, so that nobody waits for it."""

    def __init__(self, ports: Mapping[str, ChatPort], goals: Goals, draw: Draw) -> None:
        self._ports = ports
        self._goals = goals
        self._draw = draw

    async def send(self, row: Outgoing) -> None:
        at = from_plain(Origin, row.body["at"])
        port = self._ports.get(at.platform)
        if port is None:
            raise Refused(f"There is no adapter for {at.platform} here.")
        goal = await self._goals.find(row.goal_id)
        try:
            await port.post(at, picture_body(goal, await self._draw(goal)), key=row.key)
        except Busy as busy:
            raise Later(busy.seconds) from busy
        except Undeliverable as refusal:
            raise Refused(str(refusal)) from refusal


def asked(wish: Wish, goal: Goal) -> Outgoing:
    """The outbox row of a picture; the same act asks for one. Raises NotNow for a goal that has no past to draw."""
    if goal.request.mode is not Mode.MONITOR:
        raise NotNow(f"Goal {goal.id} is no monitor; only what is watched has values over time to draw.")
    lane = f"{wish.at.thread_key}/{KIND}"
    return Outgoing(
        key=f"{KIND}:{wish.act}", lane=lane, kind=KIND, goal_id=goal.id, body={"at": to_plain(wish.at)}
    )


def picture_body(goal: Goal, picture: bytes | None) -> Body:
    if picture is None:
        return Body(f"Goal {goal.id} has no readings yet that could be drawn.")
    return Body(f"What goal {goal.id} has seen so far:", files=(file(goal, picture),))


def file(goal: Goal, picture: bytes) -> File:
    return File(f"{goal.id}.png", data=picture, media="image/png")


def ends(event: Event) -> bool:
    """Whether an event is the end of what a monitor has to show."""
    return event.ends if isinstance(event, Fired) else isinstance(event, Finished)
