"""The command `goalward` in processes of their own, with a settings file, a state and a workspace made for it.

They are forked from one that has loaded it, unless they are to begin `anew`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.peers.started import ROOT, started

KEY = "the-key-of-the-command-line"
LONGEST = 180.0


@dataclass(frozen=True, slots=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def last(self) -> dict[str, Any]:
        """The JSON object on the last line of stdout."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


class CommandLine:
    """`agent` is a script that works on every goal; `state` is what `serve` keeps, `begin` starts a process.

    Commands are plain processes: the script lies beside the workspace.
    """

    def __init__(self, place: Path, begin: Callable[..., Any] = started) -> None:
        self.place = place
        self._begin = begin
        self.state, self.workspace = place / "state", place / "workspace"
        self.settings = place / "goalward.toml"
        self.workspace.mkdir()
        self.agent(":")
        self.settings.write_text(
            f'[defaults]\nagent = "worker"\n[agents.worker]\ntype = "command"\ncommand = ". {place}/agent.sh"\n'
        )

    def agent(self, script: str) -> None:
        (self.place / "agent.sh").write_text(script)

    async def start(self, *words: str, **environ: str) -> Any:
        """A process of asyncio's kind."""
        env = self._environment(environ)
        asks = "[model]" in self.settings.read_text() or any(
            name.startswith("GOALWARD_MODEL") for name in env
        )
        return await self._begin(*words, cwd=self.place, env=env, models=asks or words[0] == "demo")

    def _environment(self, environ: dict[str, str]) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.place),
            "XDG_STATE_HOME": str(self.place / "xdg"),
            "PYTHONPATH": str(ROOT),
            "GOALWARD_SANDBOX__MODE": "process",
            **environ,
        }

    async def __call__(self, *words: str, **environ: str) -> Ended:
        return await ended(await self.start(*words, **environ))

    async def run(self, *words: str) -> Ended:
        """`goalward run --json …` in the workspace."""
        return await self("run", "--json", "--workspace", str(self.workspace), *words)

    async def goals(self, *words: str, key: str = KEY) -> Ended:
        return await self("goals", "--state", str(self.state), *words, GOALWARD_LOCAL__KEY=key)

    @asynccontextmanager
    async def serving(self, **environ: str) -> AsyncIterator[Server]:
        """A server on the state, ended in order."""
        words = ("serve", "--port", "0", "--state", str(self.state))
        process = await self.start(*words, GOALWARD_LOCAL__KEY=KEY, **environ)
        try:
            async with asyncio.timeout(LONGEST):
                assert process.stdout is not None
                ready = (await process.stdout.readline()).decode()
            headers = {"Authorization": f"Bearer {KEY}"}
            async with httpx.AsyncClient(
                base_url=ready.split()[2].partition("?")[0], headers=headers
            ) as http:
                yield Server(ready, process, http)
        finally:
            if process.returncode is None:
                process.terminate()
            await ended(process)


@dataclass(frozen=True, slots=True)
class Server:
    ready: str
    process: Any
    http: httpx.AsyncClient

    async def say(self, text: str) -> None:
        said = await self.http.post("/api/channels/demo/messages", json={"user": "ana", "text": text})
        said.raise_for_status()

    async def goal(self, status: str) -> dict[str, Any]:
        """The only goal there is, once it has this status."""
        async with asyncio.timeout(LONGEST):
            while True:
                found = (await self.http.get("/api/goals")).json()["goals"]
                if [goal["status"] for goal in found] == [status]:
                    return dict(found[0])
                await asyncio.sleep(0.05)


async def ended(process: Any) -> Ended:
    """How a process ended; it is killed when it does not."""
    try:
        async with asyncio.timeout(LONGEST):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())
