"""One Goalward per database: a second one is refused in a sentence, until the first has gone."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from goals.domain.errors import GoalError
from goals.store import Store, open_store
from tests.peers.postgres import new_database

HOLD = """
import asyncio, sys
from pathlib import Path
from goals.store import open_store

async def hold():
    await open_store(sys.argv[1], Path("."), alone=True)
    print("held", flush=True)
    await asyncio.sleep(600)

asyncio.run(hold())
"""


@pytest.mark.postgres
async def test_a_second_process_is_refused_while_the_first_drives(postgres_url: str, tmp_path: Path) -> None:
    first = await open_store(postgres_url, tmp_path, alone=True)
    with pytest.raises(GoalError, match=r"^The database goalward_\d+ is in use by another Goalward\.$"):
        await open_store(postgres_url, tmp_path / "another", alone=True)
    await first.close()
    second = await open_store(postgres_url, tmp_path, alone=True)
    await second.close()


@pytest.mark.postgres
async def test_a_killed_process_keeps_nobody_out(postgres_url: str, tmp_path: Path) -> None:
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, postgres_url, stdout=PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    holder.kill()
    await holder.wait()
    store = await opened_at_last(postgres_url, tmp_path)
    await store.close()


async def opened_at_last(url: str, state: Path) -> Store:
    """The server takes a moment to notice that a connection has ended."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await open_store(url, state, alone=True)
            except GoalError:
                await asyncio.sleep(0.02)


@pytest.mark.postgres
async def test_each_database_has_a_lock_of_its_own(
    postgres: object, postgres_url: str, tmp_path: Path
) -> None:
    stores = [await open_store(url, tmp_path, alone=True) for url in (postgres_url, new_database(postgres))]
    for store in stores:
        await store.close()
