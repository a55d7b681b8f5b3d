"""A real `goalward serve` in a process of its own: started, spoken to over HTTP, killed, started again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.peers.started import ROOT, started

KEY = "the-key-of-the-tests"
START = 150.0
REQUEST = 30.0


class Served:
    """One server on one state, in one role; `lives` counts how often it was started, `begin` is how."""

    def __init__(
        self,
        state: Path,
        settings: Path,
        log: Path,
        begin: Callable[..., Any] = started,
        *,
        role: str = "all",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._env = env or {}
        self.state = state
        self.settings = settings
        self.log = log
        self._begin = begin
        self._role = role
        self.lives = 0
        self.process: Any = None
        self._client: httpx.AsyncClient | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    async def start(self) -> None:
        """Return when it says that it is ready."""
        with self.log.open("ab") as log:
            self.process = await self._begin(
                *("serve", "--role", self._role, "--port", "0"),
                *("--state", str(self.state), "--settings", str(self.settings)),
                stderr=log,
                cwd=ROOT,
                env={**environment(), **self._env},
                models="[model]" in self.settings.read_text(),
            )
        assert self.process.stdout is not None
        async with asyncio.timeout(START):
            line = (await self.process.stdout.readline()).decode()
        assert line.startswith("goalward ready "), f"it did not start: {line!r}, see {self.log}"
        self.lives += 1
        url = line.split()[2].partition("?")[0]
        headers = {"Authorization": f"Bearer {KEY}"}
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=REQUEST, trust_env=False)

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        await self._ended()

    async def stop(self) -> int:
        """End it in order; returns its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START):
            return await self._ended()

    async def close(self) -> None:
        """Whatever happened, leave no process behind."""
        if self.process is not None and self.process.returncode is None:
            await self.kill()

    async def _ended(self) -> int:
        assert self.process is not None
        status = await self.process.wait()
        if self._client is not None:
            await self._client.aclose()
        return status

    # --- what people do ---

    async def say(self, channel: str, user: str, text: str, *, thread: str = "", act: str = "") -> str:
        """Say something, the same thing once per `act`; returns the thread."""
        body = {"user": user, "text": text} | ({"thread": thread} if thread else {})
        said = await self._post(f"api/channels/{channel}/messages", body, act)
        return str(said["thread"])

    async def react(self, channel: str, message: str, user: str, emoji: str, *, act: str = "") -> None:
        body = {"user": user, "emoji": emoji}
        await self._post(f"api/channels/{channel}/messages/{message}/reactions", body, act)

    async def thread(self, channel: str, thread: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._get(f"api/channels/{channel}/threads/{thread}"))[
            "messages"
        ]
        return found

    async def goals(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._get("api/goals"))["goals"]
        return found

    async def goal(self, goal_id: str) -> dict[str, Any]:
        return await self._get(f"api/goals/{goal_id}")

    async def events(self, goal_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._get(f"api/goals/{goal_id}/events"))["events"]
        return found

    async def status(self, path: str) -> int:
        """Of the answer to a GET."""
        assert self._client is not None
        return (await self._client.get(path)).status_code

    async def text(self, path: str) -> str:
        """Of the answer to a GET."""
        assert self._client is not None
        return (await self._client.get(path)).raise_for_status().text

    async def _get(self, path: str) -> dict[str, Any]:
        assert self._client is not None
        answer = await self._client.get(path)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def _post(self, path: str, body: dict[str, Any], act: str) -> dict[str, Any]:
        assert self._client is not None
        headers = {"Idempotency-Key": act} if act else {}
        answer = await self._client.post(path, json=body, headers=headers)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def environment() -> dict[str, str]:
    """Ours, with compiled modules kept: people do not compile the bot at every start.

    Commands are plain processes: agents of tests write beside their workspace.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GOALWARD_")}
    ours.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**ours, "GOALWARD_LOCAL__KEY": KEY, "GOALWARD_SANDBOX__MODE": "process"}
