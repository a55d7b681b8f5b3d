"""The queue that all processes share: a goal is in work once, and what a worker leaves is another's."""

from collections.abc import AsyncIterator

import pytest

from bot.dispatch.jobs import ANYBODY, Jobs
from bot.dispatch.tables import make_tables
from bot.dispatch.worker import queue_of
from goals.domain.errors import GoalError

pytestmark = pytest.mark.postgres

EVERYBODYS = (ANYBODY,)
LONG = 3600.0


@pytest.fixture
async def jobs(postgres_url: str) -> AsyncIterator[Jobs]:
    make_tables(postgres_url)
    made = Jobs(postgres_url, LONG)
    await made.open()
    yield made
    await made.close()


async def taken(jobs: Jobs, worker: int, *queues: str) -> list[str]:
    """The goals of all jobs that a worker gets from the queues, in their order."""
    found = []
    while (job := await jobs.next(worker, queues or EVERYBODYS)) is not None:
        found.append(job.goal_id)
    return found


async def test_without_its_tables_it_says_how_they_are_made(postgres_url: str) -> None:
    jobs = Jobs(postgres_url, LONG)
    with pytest.raises(GoalError, match="run `goalward migrate` once"):
        await jobs.open()
    await jobs.close()


def test_tables_are_made_once(postgres_url: str) -> None:
    assert [make_tables(postgres_url), make_tables(postgres_url)] == [True, False]


async def test_goals_are_given_out_by_priority_then_age(jobs: Jobs) -> None:
    for goal_id, priority in (("a", 0), ("b", 5), ("c", 0), ("d", -1), ("e", 10**12)):
        await jobs.put(goal_id, priority)
    assert await taken(jobs, await jobs.join()) == ["e", "b", "a", "c", "d"]


async def test_a_goal_that_waits_is_not_put_twice(jobs: Jobs) -> None:
    await jobs.put("a", 0)
    await jobs.put("a", 0)
    assert await taken(jobs, await jobs.join()) == ["a"]


async def test_a_goal_in_work_waits_for_whoever_has_it(jobs: Jobs) -> None:
    worker = await jobs.join()
    await jobs.put("a", 0)
    first = await jobs.next(worker, EVERYBODYS)
    await jobs.put("a", 0)
    meanwhile = await taken(jobs, worker)
    await jobs.done(first.id if first else 0)
    assert (meanwhile, await taken(jobs, worker)) == ([], ["a"])


async def test_what_waits_and_what_is_in_work_is_known(jobs: Jobs) -> None:
    await jobs.put("a", 0)
    job = await jobs.next(await jobs.join(), EVERYBODYS)
    await jobs.put("b", 0)
    before = await jobs.known()
    await jobs.done(job.id if job else 0)
    assert (before, await jobs.known()) == ({"a", "b"}, {"b"})


async def left(jobs: Jobs) -> list[str]:
    """The goals of the orphans, which are done with."""
    found = await jobs.orphans()
    for orphan in found:
        await jobs.done(orphan.id)
    return [orphan.goal_id for orphan in found]


async def test_the_jobs_of_a_worker_that_left_are_orphans_once(jobs: Jobs) -> None:
    worker = await jobs.join()
    await jobs.put("a", 0)
    await jobs.next(worker, EVERYBODYS)
    before = await left(jobs)
    await jobs.leave(worker)
    assert [before, await left(jobs), await left(jobs)] == [[], ["a"], []]


async def test_an_orphan_may_wait_for_its_next_worker_before_it_is_done_with(jobs: Jobs) -> None:
    worker = await jobs.join()
    await jobs.put("a", 0)
    await jobs.next(worker, EVERYBODYS)
    await jobs.leave(worker)
    await jobs.put("a", 0)
    still_held = await taken(jobs, await jobs.join())
    await left(jobs)
    assert (still_held, await taken(jobs, await jobs.join())) == ([], ["a"])


async def test_the_jobs_of_a_worker_that_is_not_heard_of_are_orphans(jobs: Jobs, postgres_url: str) -> None:
    await jobs.put("a", 0)
    await jobs.next(await jobs.join(), EVERYBODYS)
    others = Jobs(postgres_url, 0.0)
    await others.open()
    found = await left(others)
    await others.close()
    assert found == ["a"]


async def test_a_worker_that_was_given_up_takes_nothing_from_the_next_one(jobs: Jobs) -> None:
    worker = await jobs.join()
    await jobs.put("a", 0)
    old = await jobs.next(worker, EVERYBODYS)
    await jobs.leave(worker)
    await left(jobs)
    await jobs.put("a", 0)
    await jobs.next(await jobs.join(), EVERYBODYS)
    await jobs.done(old.id if old else 0)
    assert await jobs.known() == {"a"}


async def test_a_goal_waits_for_the_worker_that_has_its_workspace_and_then_for_anybody(jobs: Jobs) -> None:
    mine, theirs = queue_of("mine"), queue_of("theirs")
    worker = await jobs.join()
    await jobs.put("a", 0, theirs)
    at_first = await taken(jobs, worker, ANYBODY, mine)
    await jobs.let_others(LONG)
    soon = await taken(jobs, worker, ANYBODY, mine)
    await jobs.let_others(0)
    assert (at_first, soon, await taken(jobs, worker, ANYBODY, mine)) == ([], [], ["a"])


async def test_a_worker_may_have_a_long_name(jobs: Jobs) -> None:
    own = queue_of("worker-" * 30)
    await jobs.put("a", 0, own)
    assert await taken(jobs, await jobs.join(), own) == ["a"]


async def test_a_job_whose_arrival_was_lost_counts_as_in_work(jobs: Jobs) -> None:
    worker = await jobs.join()
    await jobs.put("a", 0)
    job = await jobs.next(worker, EVERYBODYS)
    assert job is not None
    assert await jobs.in_work(worker) == {job.id}
