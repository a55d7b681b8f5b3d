"""What processes that share a store cost while there is nothing to do."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from bot.dispatch.tables import make_tables
from tests.bench.figures import Figure, figure
from tests.peers.postgres import end_postgres, new_database, start_postgres
from tests.peers.served import Served

ROLES = ("gateway", "worker", "monitor")
SETTLES, SECONDS, TIMES = 5.0, 10.0, 3


async def idle(place: Path) -> list[Figure]:
    server = await asyncio.to_thread(start_postgres)
    settings = _settings(place, new_database(server))
    made = [Served(place / role, settings, place / f"{role}.log", role=role) for role in ROLES]
    try:
        for served in made:
            await served.start()
        await asyncio.sleep(SETTLES)
        seen = [await _shares(made) for _ in range(TIMES)]
    finally:
        for served in made:
            await served.close()
        await asyncio.to_thread(end_postgres, server)
    return [
        figure(f"an idle {role}", [shares[number] for shares in seen], "% of a core", 2.0)
        for number, role in enumerate(ROLES)
    ]


def _settings(place: Path, url: str) -> Path:
    make_tables(url)
    place.mkdir(parents=True)
    settings = place / "goalward.toml"
    settings.write_text(f'store = "{url}"\ndispatch = "procrastinate"\n')
    return settings


async def _shares(made: list[Served]) -> list[float]:
    """How much of a core each took for a while, in percent."""
    before, begun = [_cpu(served.pid) for served in made], time.monotonic()
    await asyncio.sleep(SECONDS)
    seconds = time.monotonic() - begun
    return [100 * (_cpu(served.pid) - used) / seconds for served, used in zip(made, before, strict=True)]


def _cpu(pid: int) -> float:
    """Processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
