"""A worker that the database hears of keeps its lifeline; one that it does not hear of loses it before others come."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bot.dispatch.heart import Heart
from bot.dispatch.jobs import Jobs
from bot.dispatch.tables import make_tables
from goals.work import lifeline
from goals.work.lifeline import Lifeline

pytestmark = pytest.mark.postgres

PATIENCE = 60.0
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture
async def jobs(postgres_url: str) -> AsyncIterator[Jobs]:
    make_tables(postgres_url)
    made = Jobs(postgres_url, 3600)
    await made.open()
    yield made
    await made.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_each_beat_renews_the_lifeline(jobs: Jobs, postgres_url: str) -> None:
    line, begun = Lifeline(), lifeline.now()
    heart = Heart(postgres_url, await jobs.join(), 30.0, line)
    heart.begin(begun)
    first = lifeline.until(line.fd)
    await until(lambda: lifeline.until(line.fd) > first)
    heart.end()


async def test_a_worker_that_was_taken_for_gone_loses_its_lifeline_at_once(
    jobs: Jobs, postgres_url: str
) -> None:
    line, worker = Lifeline(), await jobs.join()
    await jobs.leave(worker)
    heart = Heart(postgres_url, worker, 3.0, line)
    heart.begin(lifeline.now() + int(PATIENCE * 1e9))
    await until(lambda: lifeline.until(line.fd) == 0)
    heart.end()


async def test_a_lifeline_runs_out_while_the_database_is_away() -> None:
    line = Lifeline()
    heart = Heart(NOWHERE, 1, 1.0, line)
    heart.begin(lifeline.now())
    await until(lambda: not line.holds)
    heart.end()


async def test_a_heart_that_has_ended_renews_nothing(jobs: Jobs, postgres_url: str) -> None:
    line = Lifeline()
    heart = Heart(postgres_url, await jobs.join(), 3.0, line)
    heart.begin(lifeline.now())
    heart.end()
    line.cut()
    await until(lambda: not heart.beats)
    assert not line.holds
