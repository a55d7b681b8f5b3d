"""Deliver what changes left behind, posts and hooks: in order per lane, once per key, through the sender of each kind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from goals.bell import Bell
from goals.domain.errors import StoreUnavailable
from goals.ports import Clock, Delivery, OutboxRows, Outgoing, Posted

log = logging.getLogger(__name__)

BACK_OFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
TRIES = 20
STORE_RETRY = 1.0
LAST_WAIT = 2.0
IDLE = 3600.0
UNDER_WAY = 0.05
EDIT_EVERY = timedelta(seconds=3)
"""What stands (a card) is sent again at most so often, unless its change is to show at once."""


class Later(Exception):
    """The receiver asks for another try after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Refused(Exception):
    """The receiver refuses this row for good; it is set aside visibly and its lane goes on."""


class Failed(Exception):
    """A try that counts; there is another one until the patience is over, not before `seconds` have passed."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a row is tried before it is set aside, and the seconds between the tries."""

    tries: int = TRIES
    pauses: tuple[float, ...] = BACK_OFF

    def pause(self, attempts: int) -> float:
        """How long to wait after so many failed tries before the last one."""
        return self.pauses[min(attempts, len(self.pauses) - 1)]


POSTS = Patience()
HOOKS = Patience(8, (1.0, 5.0, 30.0, 120.0, 300.0, 900.0, 1800.0))

Settled = Literal["sent", "dead"]
Follows = Callable[[Outgoing, Settled, str], Sequence[Outgoing]]
"""What is to be told of a row that was delivered, or set aside for a reason."""


def _nothing(row: Outgoing, state: Settled, why: str) -> Sequence[Outgoing]:
    return ()


class Sender(Protocol):
    async def send(self, row: Outgoing) -> Posted | None:
        """Deliver a row; sending the same key again must change nothing. Raises Later, Failed or Refused.

        Anything else that it raises is a defect: the row is tried as one that failed.
        """


class Outbox:
    def __init__(
        self,
        rows: OutboxRows,
        senders: Mapping[str, Sender],
        clock: Clock,
        *,
        patience: Patience = POSTS,
        follows: Follows = _nothing,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """What `follows` when a row settles is stored with it; then `told` is called."""
        self._rows = rows
        self._senders = senders
        self._clock = clock
        self._patience = patience
        self._follows = follows
        self._told = told
        self._bell = Bell(clock)
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._looks_at: datetime | None = None

    async def put(self, rows: Sequence[Outgoing]) -> None:
        """Add rows of one's own, outside a change; a key that is there already changes nothing."""
        await self._rows.put(rows)
        self.nudge()

    def nudge(self, at: datetime | None = None) -> None:
        """Something may be due, now or `at` a time."""
        if at is None or self._looks_at is None or at < self._looks_at:
            self._bell.ring()

    async def settled(self, seconds: float = 5.0) -> None:
        """Return when everything that is due was delivered, at most after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while self._lanes or await self._rows.due(self._clock.now(), limit=1):
                    self.nudge()
                    await self._clock.sleep(0.02)
        except TimeoutError:
            return

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is finished first."""
        try:
            while True:
                self._looks_at = None
                seconds = await self._round()
                self._looks_at = self._clock.now() + timedelta(seconds=seconds)
                await self._bell.wait(seconds)
        finally:
            if self._lanes:
                await asyncio.wait(self._lanes.values(), timeout=LAST_WAIT)

    def _start(self, row: Outgoing) -> None:
        task = asyncio.create_task(self._deliver(row), name=f"deliver {row.key}")
        self._lanes[row.lane] = task
        task.add_done_callback(lambda _: self._ended(row.lane))

    def _ended(self, lane: str) -> None:
        self._lanes.pop(lane, None)
        self.nudge()

    async def _round(self) -> float:
        """Start what is due; returns the seconds until the next round."""
        try:
            # A row that arrives while it is read here is no longer due, though it was read.
            on_their_way = set(self._lanes)
            due, following = await self._rows.look(self._clock.now())
            for row in due:
                if row.lane not in on_their_way:
                    self._start(row)
            return self._until(following)
        except StoreUnavailable:
            return STORE_RETRY
        except Exception:  # a defect of ours must not keep everybody's posts back
            log.exception("the outbox stumbled")
            return STORE_RETRY

    def _until(self, at: datetime | None) -> float:
        if at is None:
            return IDLE
        return max(UNDER_WAY, (at - self._clock.now()).total_seconds())

    async def _deliver(self, row: Outgoing) -> None:
        try:
            posted = await self._senders[row.kind].send(row)
        except Later as later:
            await self._again(row, "later", later.seconds, str(later))
        except Refused as refused:
            await self._set_aside(row, str(refused))
        except Failed as failed:
            log.warning("could not deliver %s: %s", row.key, failed)
            await self._failed(row, str(failed), failed.seconds)
        except StoreUnavailable:
            log.warning("the store was away while %s was delivered", row.key)
        except Exception as error:  # a sender may be a stranger's code
            log.exception("could not deliver %s", row.key)
            await self._failed(row, repr(error))
        else:
            now = self._clock.now()
            again = now if row.not_before is None else now + EDIT_EVERY
            await self._settle(row, "sent", again, posted=posted)

    async def _failed(self, row: Outgoing, why: str, seconds: float = 0.0) -> None:
        if row.attempts + 1 >= self._patience.tries:
            await self._set_aside(row, why)
        else:
            await self._again(row, "retry", max(seconds, self._patience.pause(row.attempts)), why)

    async def _again(
        self, row: Outgoing, state: Literal["later", "retry"], seconds: float, error: str
    ) -> None:
        now = self._clock.now()
        await self._rows.settle(row, Delivery(state, now, now + timedelta(seconds=seconds), error))

    async def _set_aside(self, row: Outgoing, why: str) -> None:
        log.error("set aside %s: %s", row.key, why)
        await self._settle(row, "dead", error=why)

    async def _settle(
        self,
        row: Outgoing,
        state: Settled,
        again: datetime | None = None,
        *,
        error: str = "",
        posted: Posted | None = None,
    ) -> None:
        follows = self._follows(row, state, error)
        await self._rows.settle(row, Delivery(state, self._clock.now(), again, error, posted, follows))
        if follows:
            self._told()
