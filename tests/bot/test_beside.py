"""`goalward serve` on a shared store: who works on goals is a process beside it, which may die while the page lives on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.dispatch.tables import make_tables
from goals.work import processes
from tests.peers.served import Served

pytestmark = pytest.mark.postgres

PATIENCE = 120.0
WISH = '/goal --agent fixer --auto-approve --verify "test -f made" make it'


@pytest.fixture
async def served(tmp_path: Path, postgres_url: str) -> AsyncIterator[Served]:
    make_tables(postgres_url)
    settings = tmp_path / "goalward.toml"
    settings.write_text(
        f'store = "{postgres_url}"\ndispatch = "procrastinate"\n[workers]\nlease = "3s"\n'
        '[agents.fixer]\ntype = "command"\ncommand = "touch made"\n'
    )
    made = Served(tmp_path / "state", settings, tmp_path / "log")
    await made.start()
    yield made
    await made.close()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)


def worker(served: Served) -> int | None:
    """The process beside it, once it runs the command."""
    for pid in processes.children(served.pid):
        if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return None


async def completed(served: Served, number: int) -> bool:
    return [goal["status"] for goal in await served.goals()] == ["completed"] * number


async def test_goals_are_worked_on_beside_it_also_after_the_worker_was_killed(served: Served) -> None:
    await served.say("demo", "ana", WISH)
    await until(lambda: completed(served, 1))
    files, first = (await served.goals())[0]["files"], worker(served)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await served.say("demo", "ana", WISH)
    await until(lambda: completed(served, 2))
    second = worker(served)
    status = await served.stop()
    assert second is not None
    assert (files[0]["path"], second != first, status, processes.alive(second)) == ("made", True, 0, False)
