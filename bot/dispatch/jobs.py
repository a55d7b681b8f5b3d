"""The queue of goals that are due, shared by every process: a job of Procrastinate stands for a goal until it parks.

A goal has one job in work and one that waits, at most. Jobs are deleted when they are done: what there is to be known
of a goal stands in its own rows.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from goals.domain.errors import GoalError

log = logging.getLogger(__name__)

ANYBODY = "goals"
"""The queue of jobs for whichever worker is free; every worker has a second one of its own."""

TASK = "goalward.drive"
CONNECTIONS = 3
PATIENCE = 5.0
MOST_PRIORITY = 1 << 30
LISTEN_AGAIN = 1.0

_KNOWN = "SELECT lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
_MINE = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %(worker)s"
_LEFT_WAITING = """
UPDATE procrastinate_jobs AS job SET queue_name = %(anybody)s
WHERE job.status = 'todo' AND job.queue_name <> %(anybody)s AND EXISTS (
    SELECT 1 FROM procrastinate_events AS event WHERE event.job_id = job.id AND event.type = 'deferred'
    AND event.at < now() - make_interval(secs => %(seconds)s))
RETURNING job.id
"""

NO_TABLES = 'The database has no tables for `dispatch = "procrastinate"` yet: run `goalward migrate` once.'


@dataclass(frozen=True, slots=True)
class Job:
    """A goal to be driven; `waited` are the seconds since it was put to work."""

    id: int
    goal_id: str
    waited: float


@dataclass(frozen=True, slots=True)
class Orphan:
    """A job whose worker is gone."""

    id: int
    goal_id: str


class Jobs:
    """`url` is the store's. `lease` are the seconds after which a worker that is not heard of counts as gone."""

    def __init__(self, url: str, lease: float) -> None:
        self._lease = lease
        self._app = App(
            connector=PsycopgConnector(
                conninfo=libpq(url),
                min_size=1,
                max_size=CONNECTIONS,
                timeout=PATIENCE,
                kwargs=connecting(lease),
            )
        )

    async def open(self) -> None:
        """Raises GoalError where the tables are missing."""
        await self._app.open_async()
        if not await self._app.check_connection_async():
            raise GoalError(NO_TABLES)

    async def close(self) -> None:
        await self._app.close_async()

    # --- putting goals to work ---

    async def put(self, goal_id: str, priority: int, queue: str = ANYBODY) -> None:
        """Have a goal driven; one that waits for that already is left where it stands."""
        deferrer = self._app.configure_task(
            TASK,
            queue=queue,
            lock=goal_id,
            queueing_lock=goal_id,
            priority=max(-MOST_PRIORITY, min(MOST_PRIORITY, priority)),
        )
        try:
            await deferrer.defer_async(goal_id=goal_id, at=time.time())
        except AlreadyEnqueued:
            log.debug("goal %s waits for a worker already", goal_id)

    async def known(self) -> set[str]:
        """The goals that wait for a worker or are in work."""
        return {row["lock"] for row in await self._all(_KNOWN)}

    # --- working ---

    async def join(self) -> int:
        """Become one of the workers; returns the number of this life. Those that are gone are forgotten."""
        await self._app.job_manager.prune_stalled_workers(self._lease)
        return await self._app.job_manager.register_worker()

    async def leave(self, worker: int) -> None:
        """What this life still has in work is free for others at once."""
        await self._app.job_manager.unregister_worker(worker)

    async def next(self, worker: int, queues: Sequence[str]) -> Job | None:
        """Take the first job that waits in one of the queues, by priority, then age; None when there is none."""
        job = await self._app.job_manager.fetch_job(list(queues), worker)
        if job is None or job.id is None:
            return None
        at = job.task_kwargs["at"]
        waited = time.time() - at if isinstance(at, int | float) else 0.0
        return Job(job.id, str(job.task_kwargs["goal_id"]), max(0.0, waited))

    async def done(self, job_id: int) -> None:
        """Forget a job; one that somebody else has forgotten already is nothing to complain of."""
        try:
            await self._app.job_manager.finish_job_by_id_async(job_id, Status.SUCCEEDED, delete_job=True)
        except ConnectorException as error:
            log.info("job %s could not be ended: %s", job_id, error.__cause__ or error)

    async def in_work(self, worker: int) -> set[int]:
        """The jobs that count as in work with a life of ours, also those whose arrival was lost on the way."""
        return {row["id"] for row in await self._all(_MINE, worker=worker)}

    async def listen(self, queues: Sequence[str], ring: Callable[[], None]) -> None:
        """Call `ring` whenever a job was put into one of the queues. What is missed while the database is away is
        found by whoever looks.
        """

        async def rung(**_: Any) -> None:
            ring()

        while True:
            try:
                await self._app.job_manager.listen_for_jobs(on_notification=rung, queues=queues)
            except ConnectorException as error:
                log.info("not told of jobs for a moment: %s", error.__cause__ or error)
            await asyncio.sleep(LISTEN_AGAIN)

    # --- looking after them ---

    async def orphans(self) -> list[Orphan]:
        """The jobs of workers that are gone: their goals are to be put to work again before the jobs are done with."""
        found = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._lease)
        return [Orphan(job.id, str(job.lock)) for job in found if job.id is not None]

    async def let_others(self, seconds: float) -> int:
        """Let any worker have the jobs that have waited so long for theirs. Returns how many there were."""
        return len(await self._all(_LEFT_WAITING, anybody=ANYBODY, seconds=seconds))

    async def _all(self, query: str, **values: Any) -> list[dict[str, Any]]:
        return await self._app.connector.execute_query_all_async(query, **values)


def libpq(url: str) -> str:
    """The store's URL as libpq reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def connecting(lease: float) -> dict[str, Any]:
    """How connections are made that notice within a lease when the other side is gone."""
    return {
        "connect_timeout": 2,
        "tcp_user_timeout": int(lease * 1000),
        "keepalives_idle": 2,
        "keepalives_interval": 2,
    }
