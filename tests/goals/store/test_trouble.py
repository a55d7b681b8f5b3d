"""The disk full, the database gone: writes wait, it is said once, and they go on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from goals.domain.errors import StoreUnavailable
from goals.store import Store, Trouble, open_store
from tests.given import NOW
from tests.peers.postgres import end_postgres, new_database, start_postgres

BIG = {"text": "x" * 200_000}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def allow_pages(store: Store, pages: int) -> None:
    """SQLite's own limit: what does not fit fails with SQLITE_FULL."""

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").all()

    await store.database.write(limit)


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store("", tmp_path)
    yield store
    await store.close()


@pytest.fixture
def told(sqlite: Store) -> list[Trouble | None]:
    heard: list[Trouble | None] = []
    sqlite.on_trouble(heard.append)
    return heard


async def test_a_write_to_a_full_disk_waits_until_there_is_room(
    sqlite: Store, told: list[Trouble | None]
) -> None:
    await allow_pages(sqlite, 1)
    waiting = [asyncio.create_task(sqlite.inbox.put(f"m{number}", BIG, NOW)) for number in range(2)]
    await until(lambda: sqlite.trouble is not None)
    trouble = sqlite.trouble
    read = await sqlite.inbox.unhandled()

    await allow_pages(sqlite, 1_000_000)
    stored = await asyncio.gather(*waiting)
    await until(lambda: sqlite.trouble is None)

    assert read == []
    assert stored == [True] * 2
    assert sorted(key for key, _ in await sqlite.inbox.unhandled()) == ["m0", "m1"]
    assert told == [trouble, None]
    assert trouble is not None
    assert trouble.what == "The disk that holds the store is full."


async def test_a_write_nobody_waits_for_is_dropped_while_the_disk_is_full(
    sqlite: Store, told: list[Trouble | None]
) -> None:
    await allow_pages(sqlite, 1)
    waiting = asyncio.create_task(sqlite.inbox.put("m1", BIG, NOW))
    await until(lambda: sqlite.trouble is not None)

    waiting.cancel()
    await allow_pages(sqlite, 1_000_000)
    await until(lambda: sqlite.trouble is None)

    assert await sqlite.inbox.unhandled() == []
    assert len(told) == 2


async def test_a_store_closed_in_trouble_refuses_what_waits(tmp_path: Path) -> None:
    store = await open_store("", tmp_path)
    await allow_pages(store, 1)
    waiting = asyncio.create_task(store.inbox.put("m1", BIG, NOW))
    await until(lambda: store.trouble is not None)

    await store.close()

    with pytest.raises(StoreUnavailable):
        await waiting


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """A server of one's own, to stop."""
    started = start_postgres()
    yield started
    end_postgres(started)


@pytest.mark.postgres
async def test_a_write_to_a_database_that_is_gone_waits_until_it_is_back(server: Any, tmp_path: Path) -> None:
    store = await open_store(new_database(server), tmp_path)
    told: list[Trouble | None] = []
    store.on_trouble(told.append)
    await store.inbox.put("before", {}, NOW)

    await asyncio.to_thread(server.stop)
    waiting = [asyncio.create_task(store.inbox.put(f"m{number}", {}, NOW)) for number in range(10)]
    await until(lambda: store.trouble is not None)
    with pytest.raises(StoreUnavailable, match="connection"):
        await store.inbox.unhandled()
    await asyncio.to_thread(server.start)
    stored = await asyncio.gather(*waiting)
    await until(lambda: told[-1] is None)

    assert stored == [True] * 10
    assert len(await store.inbox.unhandled()) == 11
    assert [type(each) for each in told] == [Trouble, type(None)]
    await store.close()


class LosesTheAnswer:
    """Stands between us and the database, and cuts one connection as soon as it has passed on a COMMIT."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.armed = False
        self.cuts = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_unix_connection(self.target)
        back = asyncio.create_task(self.pass_on(answers, writer))
        try:
            while said := await reader.read(65536):
                if self.armed and b"COMMIT" in said:
                    self.armed = False
                    self.cuts += 1
                    back.cancel()
                    questions.write(said)
                    await questions.drain()
                    await answers.read(1)
                    return
                questions.write(said)
        finally:
            back.cancel()
            questions.close()
            writer.close()

    async def pass_on(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await answers.read(65536):
            writer.write(said)


@pytest.mark.postgres
async def test_a_commit_whose_answer_was_lost_is_not_done_twice(server: Any, tmp_path: Path) -> None:
    url = new_database(server)
    path, _, host = url.partition("?host=")
    proxy = LosesTheAnswer(Path(host) / ".s.PGSQL.5432")
    listening = await asyncio.start_unix_server(proxy.serve, tmp_path / ".s.PGSQL.5432")
    store = await open_store(f"{path}?host={tmp_path}", tmp_path)
    proxy.armed = True

    first = await store.inbox.put("m1", {}, NOW)

    await store.close()
    listening.close()
    assert (first, proxy.cuts) == (True, 1)


async def test_a_question_that_a_library_breaks_down_on_leaves_the_store_to_others(store: Store) -> None:
    """Such as the panic of one that is written in Rust, which is no Exception."""

    class Panic(BaseException):
        pass

    def ask(connection: Connection) -> None:
        raise Panic

    for _ in range(4):
        with pytest.raises(Panic):
            await store.goals._database.read(ask)
    assert await store.goals.load("g7k2") is None
