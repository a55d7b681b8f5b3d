"""Whole processes that share a database, each in a role of its own: started, spoken to and ended."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.dispatch.tables import make_tables
from tests.peers.served import Served

PATIENCE = 120.0
SECRET = {"GOALWARD_HOOKS__SECRET": "what-the-receiver-knows"}


class Cluster:
    """Processes of one set of settings, by their names; each has a state of its own, as on a machine of its own."""

    def __init__(self, place: Path, url: str, host: str) -> None:
        make_tables(url)
        self.place = place
        self.settings = place / "goalward.toml"
        self.settings.write_text(
            f'store = "{url}"\ndispatch = "procrastinate"\n[workers]\nlease = "3s"\n'
            f'[http]\nhosts = ["{host}"]\n'
            '[agents.fixer]\ntype = "command"\ncommand = "touch done"\n'
            f'[verifiers.http-up]\ntype = "http"\nurl = "http://{host}/up"\n'
        )
        self.all: list[Served] = []

    async def start(self, *roles: str) -> list[Served]:
        """Those of these roles, ready."""
        names = [f"{role}-{len(self.all) + number}" for number, role in enumerate(roles)]
        made = [
            Served(self.place / name, self.settings, self.place / f"{name}.log", role=role, env=SECRET)
            for name, role in zip(names, roles, strict=True)
        ]
        self.all += made
        await asyncio.gather(*(served.start() for served in made))
        return made


async def until(condition: Any) -> Any:
    async with asyncio.timeout(PATIENCE):
        while True:
            if found := await condition():
                return found
            await asyncio.sleep(0.1)
