from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from adapters import pictures
from adapters.chat import Body, Busy, File, Undeliverable
from adapters.pictures import Pictures
from adapters.posts import Posts
from adapters.verbs import Verb
from adapters.wishes import Wish
from goals import audit
from goals.audit import Report
from goals.codec import to_plain
from goals.domain.errors import NotNow
from goals.domain.events import Event, Finished, Fired, Paused
from goals.domain.values import Check, Goal, Mode, Origin, Reason, Status
from goals.outbox import Later, Refused
from goals.ports import Outgoing
from tests.given import ANA, NOW, ORIGIN, goal

WATCHED = goal(mode=Mode.MONITOR, objective="p99 under 300 ms")
PNG = b"\x89PNG picture"
PICTURE = File("g7k2.png", data=PNG, media="image/png")
WISH = Wish(Verb("plot", "g7k2"), ANA, ORIGIN, "act-1")


@dataclass
class Port:
    refusal: Exception | None = None
    posted: list[tuple[str, Body]] = field(default_factory=list)

    async def post(self, to: Origin, body: Body, *, key: str) -> str:
        if self.refusal:
            raise self.refusal
        self.posted.append((key, body))
        return "m1"


@dataclass
class Desk:
    goal: Goal = WATCHED
    png: bytes | None = PNG

    async def find(self, goal_id: str) -> Goal:
        return self.goal

    async def report_of(self, goal: Goal) -> Report:
        return audit.report(goal, now=NOW)

    async def draw(self, goal: Goal) -> bytes | None:
        return self.png


@pytest.mark.parametrize(
    ("png", "body"),
    [
        (PNG, Body("What goal g7k2 has seen so far:", files=(PICTURE,))),
        (None, Body("Goal g7k2 has no readings yet that could be drawn.")),
    ],
)
async def test_a_picture_is_posted_where_it_was_asked_for(png: bytes | None, body: Body) -> None:
    port, desk = Port(), Desk(png=png)
    await Pictures({"local": port}, desk, desk.draw).send(pictures.asked(WISH, WATCHED))

    assert port.posted == [("plot:act-1", body)]


async def test_only_what_is_watched_is_drawn() -> None:
    with pytest.raises(NotNow, match="Goal g7k2 is no monitor; only what is watched has values over time"):
        pictures.asked(WISH, goal())


@pytest.mark.parametrize(
    ("refusal", "outcome"), [(Busy(3.0), Later), (Undeliverable("it is too large"), Refused)]
)
async def test_a_picture_that_cannot_be_posted_is_tried_again_or_given_up(
    refusal: Exception, outcome: type[Exception]
) -> None:
    desk = Desk()
    with pytest.raises(outcome):
        await Pictures({"local": Port(refusal)}, desk, desk.draw).send(pictures.asked(WISH, WATCHED))


CHECK = Check(NOW, "t", 1)
FIRED = Fired(1, CHECK, ends=True)
EXPIRED = Finished(Status.FAILED, Reason.EXPIRED, "The deadline has passed.", None)


@pytest.mark.parametrize(
    ("event", "mode", "files"),
    [
        (FIRED, Mode.MONITOR, (PICTURE,)),
        (EXPIRED, Mode.MONITOR, (PICTURE,)),
        (replace(FIRED, ends=False), Mode.MONITOR, ()),
        (Paused(Reason.OWNER, "why", "need", ANA, ""), Mode.MONITOR, ()),
        (EXPIRED, Mode.DRIVE, ()),
    ],
)
async def test_the_message_that_ends_a_monitor_brings_the_picture(
    event: Event, mode: Mode, files: tuple[File, ...]
) -> None:
    port, desk = Port(), Desk(goal(mode=mode))
    told = {"event": type(event).__name__, "body": to_plain(event)}
    posts = Posts({"local": port}, desk, None, desk.draw)  # type: ignore[arg-type, dict-item]
    await posts.send(Outgoing("g7k2:4.1", "local:demo:m1", "event", told, "g7k2"))

    assert [body.files for _, body in port.posted] == [files]
