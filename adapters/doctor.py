"""`/goal doctor`: the set-up is examined beside everything else, and the answer posted when it is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from adapters.chat import Body, Busy, ChatPort, Undeliverable
from adapters.figures import plural
from adapters.wishes.wish import Wish
from goals.codec import from_plain, to_plain
from goals.domain.values import Origin
from goals.outbox import Later, Refused
from goals.ports import Outgoing

KIND = "doctor"
WRONG = {"fail": "✗", "warn": "!"}
"""The levels of what is wrong, the worst first."""


class Finding(Protocol):
    """`level` is fail, warn or ok; `what` a sentence, `advice` what to do about it."""

    @property
    def level(self) -> str: ...

    @property
    def what(self) -> str: ...

    @property
    def advice(self) -> str: ...


Examine = Callable[[], Awaitable[Sequence[Finding]]]


class Doctor:
    """The sender of the outbox's kind `doctor`: in a lane of its own, so that nobody waits for it."""

    def __init__(self, ports: Mapping[str, ChatPort], examine: Examine) -> None:
        self._ports = ports
        self._examine = examine

    async def send(self, row: Outgoing) -> None:
        at = from_plain(Origin, row.body["at"])
        port = self._ports.get(at.platform)
        if port is None:
            raise Refused(f"There is no adapter for {at.platform} here.")
        try:
            await port.post(at, findings_body(await self._examine()), key=row.key)
        except Busy as busy:
            raise Later(busy.seconds) from busy
        except Undeliverable as refusal:
            raise Refused(str(refusal)) from refusal


def asked(wish: Wish) -> Outgoing:
    """The outbox row of an examination; the same act asks for one."""
    lane = f"{wish.at.thread_key}/{KIND}"
    return Outgoing(key=f"{KIND}:{wish.act}", lane=lane, kind=KIND, body={"at": to_plain(wish.at)})


def findings_body(findings: Sequence[Finding]) -> Body:
    """What is wrong, the worst first, each with what to do; of the rest only how much there is."""
    wrong = [each for level in WRONG for each in findings if each.level == level]
    lines = [f"{WRONG[each.level]} {each.what} {each.advice}".strip() for each in wrong]
    head = f"{plural(len(findings), 'thing')} examined, {len(wrong) or 'nothing'} to look after."
    return Body("\n".join([head, *lines]))
