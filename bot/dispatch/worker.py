"""Works on goals that are due: takes jobs while it has places free, drives each goal until it parks, and lives by a
lease that it has to renew. Without it nothing of ours goes on: then everything is another's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b

from procrastinate.exceptions import ConnectorException

from bot.dispatch.heart import Heart
from bot.dispatch.jobs import ANYBODY, Job, Jobs
from bot.dispatch.turns import Turns
from bot.dispatch.watchdog import Watchdog
from goals.bell import Bell
from goals.domain.errors import StoreUnavailable
from goals.ports import Clock, Executor
from goals.work import lifeline
from goals.work.lifeline import Lifeline

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks for jobs of which nobody was told."""

REJOIN = 0.5
CANCEL_TIMEOUT = 5.0
LAST_WAIT = 2.0


def queue_of(worker: str) -> str:
    """The queue of goals whose workspace is with a worker; nobody's is everybody's. PostgreSQL tells of no longer ones."""
    return f"{ANYBODY}-{blake2b(worker.encode(), digest_size=8).hexdigest()}" if worker else ANYBODY


@dataclass(frozen=True, slots=True)
class Workplace:
    """Who works, on so many goals at once, with a `lease` in seconds, on the store at `url`.

    A goal waits for the worker that has its workspace for `patience` seconds: then it is anybody's.
    """

    name: str
    slots: int
    lease: float
    url: str
    patience: float = 5.0


@dataclass(slots=True)
class Life:
    """From a registration to the loss of its lease, or to the end. `jobs` are those in work, by their goals."""

    number: int
    over: asyncio.Event = field(default_factory=asyncio.Event)
    jobs: dict[str, Job] = field(default_factory=dict)
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    strange: set[int] = field(default_factory=set)


class Worker:
    """`again` puts a goal to work where something is due to it; `taken_up` is told how long goals waited, in seconds."""

    def __init__(
        self,
        place: Workplace,
        jobs: Jobs,
        turns: Turns,
        line: Lifeline,
        executor: Executor,
        clock: Clock,
        again: Callable[[str], Awaitable[None]],
        taken_up: Callable[[float], None],
    ) -> None:
        self._place = place
        self._jobs = jobs
        self._turns = turns
        self._line = line
        self._executor = executor
        self._clock = clock
        self._put_again = again
        self._taken_up = taken_up
        self._queues = (ANYBODY, queue_of(place.name))
        self._free = asyncio.Semaphore(place.slots)
        self._bell = Bell(clock)
        self._life: Life | None = None
        self._ending = asyncio.Event()
        self._gone = asyncio.Event()

    @property
    def driven(self) -> list[str]:
        """The goals that are under way here now."""
        return list(self._life.tasks) if self._life else []

    def stop(self, goal_id: str) -> asyncio.Task[None] | None:
        """End a goal's turn, soon. Its task, where that is another than the caller's."""
        task = self._life.tasks.get(goal_id) if self._life else None
        if task is None or task is asyncio.current_task():
            return None
        task.cancel()
        return task

    async def cancel(self, goal_id: str) -> None:
        """End a goal's turn; its processes are dead on return."""
        task = self.stop(goal_id)
        if task is not None:
            await asyncio.wait({task}, timeout=CANCEL_TIMEOUT)
            await self._executor.kill(goal_id)

    async def run(self) -> None:
        """Work, one life after the other, until `drain`."""
        try:
            while not self._ending.is_set():
                try:
                    await self._live()
                except ConnectorException as error:
                    log.warning("this worker cannot work now: %s", error.__cause__ or error)
                await self._clock.sleep(0 if self._ending.is_set() else REJOIN)
        finally:
            self._gone.set()

    async def drain(self, grace: float) -> None:
        """Let turns under way end for up to `grace` seconds, then stop them; others go on with their goals."""
        self._ending.set()
        tasks = set(self._life.tasks.values()) if self._life else set()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WAIT):
                await self._gone.wait()

    async def forget_strangers(self) -> None:
        """Give back jobs that count as ours and whose arrival was lost: seen twice, and not in work."""
        life = self._life
        if life is None:
            return
        unknown = await self._jobs.in_work(life.number) - {job.id for job in life.jobs.values()}
        for job_id in unknown & life.strange:
            await self._jobs.done(job_id)
        life.strange = unknown

    # --- a life ---------------------------------------------------------------------------------------

    async def _live(self) -> None:
        since = lifeline.now()
        life = Life(await self._jobs.join())
        heart = Heart(self._place.url, life.number, self._place.lease, self._line)
        watchdog = Watchdog(self._line, life.over.set)
        heart.begin(since)
        watchdog.begin()
        self._life = life
        log.info("worker %s is at work as number %d", self._place.name, life.number)
        fetching = asyncio.create_task(self._fetch(life), name="fetch jobs")
        listening = asyncio.create_task(self._jobs.listen(self._queues, self._bell.ring), name="hear of jobs")
        try:
            await self._lived(life)
        finally:
            await self._stopped(life)
            watchdog.calm()
            heart.end()
            for task in (fetching, listening):
                task.cancel()
            await asyncio.gather(fetching, listening, return_exceptions=True)
            await self._stopped(life)  # what was fetched last
            self._life = None
        await self._jobs.leave(life.number)

    async def _lived(self, life: Life) -> None:
        """Return when the life is over, or everything is put down at the end."""
        waiting = [asyncio.create_task(event.wait(), name="wait") for event in (life.over, self._ending)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        while life.tasks and not life.over.is_set():
            await asyncio.wait(set(life.tasks.values()), return_when=asyncio.FIRST_COMPLETED)

    async def _stopped(self, life: Life) -> None:
        """End what is under way, whoever cancels us meanwhile."""
        while life.tasks:
            tasks = set(life.tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _fetch(self, life: Life) -> None:
        while not self._ending.is_set():
            await self._free.acquire()
            job = await self._next(life)
            if job is not None:
                self._begin(life, job)
                continue
            self._free.release()
            await self._bell.wait(POLL)

    async def _next(self, life: Life) -> Job | None:
        try:
            return await self._jobs.next(life.number, self._queues)
        except ConnectorException as error:
            log.warning("jobs cannot be fetched now: %s", error.__cause__ or error)
        except Exception:  # a job that nobody understands must not keep this worker from all others
            log.exception("a job cannot be read")
        return None

    # --- a job ----------------------------------------------------------------------------------------

    def _begin(self, life: Life, job: Job) -> None:
        task = asyncio.create_task(self._work(life, job), name=f"goal {job.goal_id}")
        life.jobs[job.goal_id], life.tasks[job.goal_id] = job, task
        task.add_done_callback(lambda _: self._parked(life, job))

    async def _work(self, life: Life, job: Job) -> None:
        self._taken_up(job.waited)
        try:
            await self._turns.drive(job.goal_id, lambda: self._goes_on(life))
        finally:
            if not life.over.is_set():
                await self._put_down(job)

    async def _put_down(self, job: Job) -> None:
        """A goal to which something is still due waits for its next worker before this one lets go of it."""
        try:
            await self._put_again(job.goal_id)
            await self._jobs.done(job.id)
        except (ConnectorException, StoreUnavailable) as error:
            log.warning("goal %s is put down later: %s", job.goal_id, error.__cause__ or error)

    def _goes_on(self, life: Life) -> bool:
        return not (self._ending.is_set() or life.over.is_set())

    def _parked(self, life: Life, job: Job) -> None:
        task = life.tasks.pop(job.goal_id)
        del life.jobs[job.goal_id]
        self._free.release()
        if not task.cancelled() and task.exception() is not None:
            log.error("goal %s was dropped", job.goal_id, exc_info=task.exception())
