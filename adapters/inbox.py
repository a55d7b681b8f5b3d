"""What comes in from a platform: durable before it is acknowledged, then handled once, in order per thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol

from pydantic import ValidationError

from adapters.chat import Body, Busy, Inbound, Message, Press, Reaction, Undeliverable
from adapters.language import is_addressed
from goals.codec import from_plain, to_plain
from goals.domain.errors import AlreadyHandled, GoalError, NotAllowed, StoreUnavailable
from goals.outbox import Outbox
from goals.ports import Clock, InboxRows, Outgoing

log = logging.getLogger(__name__)

KINDS: dict[str, type[Message] | type[Reaction] | type[Press]] = {
    kind.__name__: kind for kind in (Message, Reaction, Press)
}
STORE_RETRY = 1.0


class Acts(Protocol):
    async def act(self, event: Inbound) -> Body | None:
        """Carry out what somebody said or pressed. Returns the reply, if there is one; raises GoalError."""


Complete = Callable[[Inbound], Awaitable[Inbound | None]]
"""An event with all that there is to know about it; None for one that means nothing. Raises Busy."""


async def as_it_is(event: Inbound) -> Inbound | None:
    return event


class Inbox:
    def __init__(
        self,
        rows: InboxRows,
        outbox: Outbox,
        acts: Acts,
        clock: Clock,
        complete: Complete = as_it_is,
        mine: Callable[[str], bool] = lambda platform: True,
    ) -> None:
        """`mine` says of which platforms this process handles what comes in; another does the rest."""
        self._complete = complete
        self._mine = mine
        self._rows = rows
        self._outbox = outbox
        self._acts = acts
        self._clock = clock
        self._threads: dict[str, asyncio.Task[None]] = {}
        self._under_way: set[str] = set()
        self._reads: list[set[str]] = []

    async def accept(self, event: Inbound) -> None:
        """Store what came in; it is handled afterwards. A key that was there before changes nothing.

        Whoever waits in vain and is cut short may have stored it all the same: it is taken up when it comes
        again, or by `recover`.
        """
        body = {"kind": type(event).__name__, "event": to_plain(event)}
        if await self._rows.put(event.key, body, self._clock.now()):
            self._take(event)
        elif event.key not in self._under_way and self._mine(event.at.platform):
            await self.recover()

    async def recover(self) -> None:
        """Take up what was stored and neither handled nor begun."""
        ended: set[str] = set()
        self._reads.append(ended)
        try:
            rows = await self._rows.unhandled()
        finally:
            self._reads.remove(ended)
        for key, body in rows:
            try:
                if key not in ended:
                    self._take(_event(body))
            except (KeyError, ValidationError):
                log.exception("%s cannot be read any more; it is left out", key)
                await self._rows.handled(key, self._clock.now())

    async def settled(self) -> None:
        """Return when all that came in so far is handled."""
        while self._threads:
            await asyncio.wait(set(self._threads.values()))

    def _take(self, event: Inbound) -> None:
        if event.key in self._under_way or not self._mine(event.at.platform):
            return
        self._under_way.add(event.key)
        thread = _lane(event)
        before = self._threads.get(thread)
        task = asyncio.create_task(self._handle(event, before), name=f"handle {event.key}")
        self._threads[thread] = task
        task.add_done_callback(lambda done: self._done(event.key, thread, done))

    def _done(self, key: str, thread: str, task: asyncio.Task[None]) -> None:
        self._under_way.discard(key)
        for ended in self._reads:  # what is read at this time may show it as it was before
            ended.add(key)
        if self._threads.get(thread) is task:
            del self._threads[thread]

    async def _handle(self, event: Inbound, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        while True:
            try:
                whole = await self._complete(event)
                return await self._end(event, None if whole is None else await self._reply(whole))
            except StoreUnavailable:
                await self._clock.sleep(STORE_RETRY)
            except Busy as busy:
                await self._clock.sleep(busy.seconds)

    async def _reply(self, event: Inbound) -> Outgoing | None:
        try:
            body = await self._acts.act(event)
        except AlreadyHandled:
            return None
        except NotAllowed as refusal:
            return note(event, Body(str(refusal), refused=True))
        except GoalError as refusal:
            return reply(event, Body(str(refusal), refused=True), private=isinstance(event, Reaction | Press))
        except Undeliverable as refusal:
            return reply(event, Body(str(refusal), refused=True), private=True)
        except (StoreUnavailable, Busy):
            raise
        except Exception:  # a defect of ours must not stop the thread's other messages
            log.exception("could not handle %s", event.key)
            return reply(
                event, Body("Something went wrong in Goalward itself; its log says what.", refused=True)
            )
        return reply(event, body) if body else None

    async def _end(self, event: Inbound, answer: Outgoing | None) -> None:
        await self._rows.handled(event.key, self._clock.now(), [answer] if answer else [])
        if answer:
            self._outbox.nudge()


def _lane(event: Inbound) -> str:
    """What is handled in order: a thread's events; for a reaction whose thread is not known yet, its message's."""
    if isinstance(event, Reaction) and not event.at.thread:
        return f"{event.at.thread_key}{event.message}"
    return event.at.thread_key


def reply(event: Inbound, body: Body, *, private: bool = False) -> Outgoing:
    """The outbox row of an answer to what somebody did; outside of every thread nobody else saw that."""
    whom = to_plain(event.who) if private or not event.at.thread else None
    return Outgoing(
        key=f"once:{body.once}" if body.once else f"reply:{event.key}",
        lane=event.at.thread_key,
        kind="reply",
        body={"at": to_plain(event.at), "body": to_plain(body), "private": whom},
    )


def note(event: Inbound, body: Body) -> Outgoing:
    """What somebody without the right is told. Whoever just talks in a thread is told once there."""
    row = reply(event, body, private=True)
    if not isinstance(event, Message) or is_addressed(event.text):
        return row
    return replace(row, key=f"note:{event.at.thread_key}:{event.who.id}")


def _event(body: dict[str, Any]) -> Inbound:
    return from_plain(KINDS[body["kind"]], body["event"])
