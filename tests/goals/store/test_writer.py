"""Both writers: what they promise about units of work, whoever waits for them."""

import asyncio
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from goals.domain.errors import StoreUnavailable
from goals.store import Store, open_store
from goals.store.tables import pulse

LOOP = Path(__file__).with_name("writes_in_a_loop.py")


def mark(number: int) -> object:
    def work(connection: Connection) -> int:
        connection.execute(insert(pulse).values(id=number, body=""))
        return number

    return work


async def marks(store: Store) -> list[int]:
    return await store.database.read(
        lambda connection: list(connection.scalars(select(pulse.c.id).order_by("id")))
    )


class Held:
    """Work that says when it was begun and goes on when it may."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.begun = threading.Event()
        self.may_go_on = threading.Event()

    def __call__(self, connection: Connection) -> None:
        self.begun.set()
        assert self.may_go_on.wait(20)
        connection.execute(insert(pulse).values(id=self.number, body=""))

    async def is_begun(self) -> None:
        await asyncio.to_thread(self.begun.wait, 20)


def fail(connection: Connection) -> None:
    connection.execute(insert(pulse).values(id=99, body=""))
    raise LookupError("no")


async def test_work_that_fails_undoes_only_itself(store: Store) -> None:
    held = Held(0)
    first = asyncio.create_task(store.database.write(held))
    await held.is_begun()
    group = asyncio.gather(
        store.database.write(mark(1)),
        store.database.write(fail),
        store.database.write(mark(2)),
        return_exceptions=True,
    )
    held.may_go_on.set()

    results = await group
    await first

    assert results[0] == 1
    assert isinstance(results[1], LookupError)
    assert results[2] == 2
    assert await marks(store) == [0, 1, 2]


async def test_work_that_was_begun_is_finished_though_nobody_waits(store: Store) -> None:
    held = Held(1)
    waiting = asyncio.create_task(store.database.write(held))
    await held.is_begun()

    waiting.cancel()
    held.may_go_on.set()
    async with asyncio.timeout(20):
        while await marks(store) != [1]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_work_that_was_not_begun_is_dropped_when_nobody_waits(tmp_path: Path) -> None:
    store = await open_store("", tmp_path)
    held = Held(1)
    first = asyncio.create_task(store.database.write(held))
    await held.is_begun()
    dropped = asyncio.create_task(store.database.write(mark(2)))
    await asyncio.sleep(0)

    dropped.cancel()
    held.may_go_on.set()
    await first
    await store.database.write(mark(3))

    assert await marks(store) == [1, 3]
    await store.close()


async def test_a_closed_store_has_finished_what_was_asked_for(url: str, tmp_path: Path) -> None:
    store = await open_store(url, tmp_path)
    writes = [asyncio.create_task(store.database.write(mark(number))) for number in range(20)]
    await asyncio.sleep(0)

    await store.close()

    assert await asyncio.gather(*writes) == list(range(20))
    with pytest.raises(StoreUnavailable):
        await store.database.write(mark(21))
    with pytest.raises(StoreUnavailable):
        await marks(store)


async def test_nothing_that_was_acknowledged_is_lost_by_kill_9(url: str, tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, LOOP, url, tmp_path, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    async with asyncio.timeout(60):
        acknowledged = [await child.stdout.readline() for _ in range(100)]
        child.kill()
        acknowledged += (await child.stdout.read()).splitlines(keepends=True)
        await child.wait()
    last = int([line for line in acknowledged if line.endswith(b"\n")][-1])

    store = await open_store(url, tmp_path)
    found = await store.goals.load("g7k2")
    steps = await store.steps.of_turn("g7k2", 1)
    await store.close()

    assert found is not None
    assert found.version >= last
    assert len(steps) >= last - 1


async def test_urgent_work_goes_before_all_that_waits(tmp_path: Path) -> None:
    store = await open_store("", tmp_path)
    order: list[str] = []
    held = Held(0)
    begun = asyncio.create_task(store.database.write(held))
    await held.is_begun()
    waits = store.database.write(lambda connection: order.append("waits"))
    urgent = store.database.write(lambda connection: order.append("urgent"), urgent=True)
    together = asyncio.gather(waits, urgent)
    await asyncio.sleep(0)
    held.may_go_on.set()
    await asyncio.gather(begun, together)
    await store.close()
    assert order == ["urgent", "waits"]
