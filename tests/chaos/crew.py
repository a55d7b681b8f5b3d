"""Several processes on one PostgreSQL, as on several machines: each with a state and a wire of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.dispatch.tables import make_tables
from goals.store import migrate
from tests.peers.postgres import end_postgres, new_database, start_postgres
from tests.peers.served import Served
from tests.peers.wire import Wire, wired

SECRET = "the-secret-of-the-hooks"
AGENT = Path(__file__).parent / "beating.py"


@dataclass(frozen=True, slots=True)
class Ground:
    """How many workers there are, for how many goals at once, how long one may be silent, in seconds, how many turns
    the agent `beating` needs, and which host hooks may call.
    """

    workers: int
    slots: int
    lease: float
    parts: int
    host: str


@dataclass(slots=True)
class Member:
    """One process and the wire to its database."""

    served: Served
    wire: Wire

    async def again(self) -> None:
        """Kill it and start it anew."""
        await self.served.kill()
        await self.served.start()

    def freeze(self) -> None:
        os.kill(self.served.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.served.pid, signal.SIGCONT)


@dataclass(slots=True)
class Crew:
    ground: Ground
    database: Any
    url: str
    beats: Path
    gateway: Member
    workers: list[Member] = field(default_factory=list)

    @property
    def members(self) -> list[Member]:
        return [self.gateway, *self.workers]

    def begun(self) -> int:
        """How many runs of agents there have been."""
        texts = [path.read_text() for path in self.beats.iterdir()]
        return sum(len({line.split()[0] for line in text.splitlines()}) for text in texts)

    async def restart_database(self) -> None:
        await asyncio.to_thread(self.database.stop)
        await asyncio.to_thread(self.database.start)


@asynccontextmanager
async def a_crew(place: Path, ground: Ground) -> AsyncIterator[Crew]:
    """A gateway and the workers."""
    async with AsyncExitStack() as end:
        database = await asyncio.to_thread(start_postgres)
        end.callback(end_postgres, database)
        url = await asyncio.to_thread(new_database, database)
        await asyncio.to_thread(migrate, url, place)
        await asyncio.to_thread(make_tables, url)
        beats, snapshots = place / "beats", place / "snapshots"
        beats.mkdir()
        snapshots.mkdir()
        file = place / "goalward.toml"
        file.write_text(settings(beats, snapshots, ground))
        names = ["gateway", *(f"worker-{n}" for n in range(1, ground.workers + 1))]
        members = [await end.enter_async_context(_member(place, file, name, url)) for name in names]
        yield Crew(ground, database, url, beats, members[0], members[1:])


@asynccontextmanager
async def _member(place: Path, file: Path, name: str, url: str) -> AsyncIterator[Member]:
    base, _, directory = url.removeprefix("postgresql+psycopg://postgres:@/").partition("?host=")
    async with wired(Path(directory) / ".s.PGSQL.5432") as wire:
        store = f"postgresql+psycopg://postgres@127.0.0.1:{wire.port}/{base}"
        served = Served(
            place / name,
            file,
            place / f"{name}.log",
            role=name.partition("-")[0],
            env={"GOALWARD_STORE": store, "GOALWARD_WORKERS__NAME": name, "GOALWARD_HOOKS__SECRET": SECRET},
        )
        await served.start()
        try:
            yield Member(served, wire)
        finally:
            await served.close()


def settings(beats: Path, snapshots: Path, ground: Ground) -> str:
    agent = [sys.executable, "-I", "-S", str(AGENT), str(beats), str(ground.parts)]
    return f"""
dispatch = "procrastinate"

[workers]
lease = "{ground.lease}s"
slots = {ground.slots}

[defaults]
checkpoint_turns = 0

[workspaces]
snapshots = "{snapshots}"

[http]
hosts = [{ground.host!r}]

[agents.beating]
type = "command"
argv = {agent!r}
"""
