"""Who of the processes on one PostgreSQL does which part of the work, and what is told where nobody does."""

from __future__ import annotations

from pathlib import Path

import pytest

from goals.domain.parts import Part
from goals.ports import Outgoing
from goals.store import Store, open_store
from goals.store.attendance import Attended, at_work
from goals.store.engines import store_url
from goals.store.own_line import OwnLine
from tests.given import NOW, later
from tests.goals.store.sharing import LONG, sharer

NOBODY = dict.fromkeys(Part, 0)
CARD = Outgoing("g7k2:edit*", "local:demo:m1/card", "card", {}, goal_id="g7k2")

OLDER = "INSERT INTO process (id, until) VALUES (%(me)s, clock_timestamp() + make_interval(secs => %(ttl)s))"
"""How a process shows itself that is older than the question for its parts."""


async def looked(store: Store) -> Attended:
    assert store.attendance is not None
    return await store.attendance.look()


async def shown_as_older(url: str, state: Path, ttl: float) -> None:
    line = OwnLine(store_url(url, state))
    await line.ask(OLDER, {"me": "older", "ttl": ttl})
    await line.hang_up()


@pytest.mark.postgres
async def test_each_process_is_counted_for_its_parts_while_it_is_there(
    postgres_url: str, tmp_path: Path
) -> None:
    async with sharer(postgres_url, tmp_path, parts=[Part.TALK]) as gateway:
        async with sharer(postgres_url, tmp_path, parts=[Part.WATCH, Part.FIRE]):
            both = await looked(gateway.store)
            figures = await gateway.store.figures.read()
        alone = await looked(gateway.store)

    assert both == Attended({**NOBODY, Part.TALK: 1, Part.WATCH: 1, Part.FIRE: 1}, {})
    assert figures.processes == both.processes
    assert alone == Attended({**NOBODY, Part.TALK: 1}, {})


@pytest.mark.postgres
@pytest.mark.parametrize(("ttl", "found"), [(LONG, 1), (-1.0, 0)])
async def test_a_process_that_is_older_than_the_question_may_do_all_of_it_while_it_is_there(
    ttl: float, found: int, postgres_url: str, tmp_path: Path
) -> None:
    store = await open_store(postgres_url, tmp_path, ttl=LONG)
    await shown_as_older(postgres_url, tmp_path, ttl)
    there = await looked(store)
    await store.close()

    assert there == Attended(dict.fromkeys(Part, found), {})


@pytest.mark.postgres
async def test_one_process_tells_that_nobody_does_a_part_and_one_that_somebody_does_again(
    postgres_url: str, tmp_path: Path
) -> None:
    one, other = [await open_store(postgres_url, tmp_path, ttl=LONG) for _ in range(2)]
    assert one.attendance is not None and other.attendance is not None
    begun = [
        await store.begin(Part.WATCH, since, [CARD])
        for store, since in ((one.attendance, NOW), (other.attendance, later(seconds=1)))
    ]
    told = await other.absent()
    (card,) = await one.outbox.due(NOW)
    ended = [await store.end(Part.WATCH, [CARD]) for store in (one.attendance, other.attendance)]
    (again,) = await one.outbox.due(NOW)
    left = await one.absent()
    for store in (one, other):
        await store.close()

    assert (begun, told, ended, left) == ([True, False], {Part.WATCH: NOW}, [True, False], {})
    assert (card.key, again.revision - card.revision) == (CARD.key, 1)


async def test_where_one_process_does_it_all_nobody_is_missed(store: Store) -> None:
    assert (store.attendance, await store.absent()) == (None, {})
    assert (await store.figures.read()).processes == {}


@pytest.mark.postgres
async def test_the_doctor_counts_them_without_changing_anything(postgres_url: str, tmp_path: Path) -> None:
    before = at_work(postgres_url, tmp_path)
    async with sharer(postgres_url, tmp_path, parts=[Part.DRIVE]):
        there = at_work(postgres_url, tmp_path)

    assert (before, there) == (None, {**NOBODY, Part.DRIVE: 1})


def test_of_a_store_that_nobody_shares_or_that_is_away_nothing_can_be_told(tmp_path: Path) -> None:
    away = "postgresql+psycopg://nobody@/none?host=/nowhere"
    assert [at_work(url, tmp_path) for url in ("", away)] == [None, None]
