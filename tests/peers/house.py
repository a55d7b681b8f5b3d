"""The whole bot in this process, on a real socket, store and workspaces: people talk to it, scripts are its agents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from inspect import isawaitable
from pathlib import Path
from typing import Any

import httpx

from bot.app import open_core
from bot.platforms import Platforms
from bot.roles import ALL, Role
from bot.settings import Settings
from bot.web.channel import local_channel
from bot.web.doors import Doors
from bot.web.guard import Access
from bot.web.server import bind, serving, url_of
from goals.domain.values import Goal
from goals.plugins import Plugins
from tests.peers.clock import ManualClock
from tests.peers.declared import declared

KEY = "the-key-of-the-house"
AGENTS = ("worker", "other")


class House:
    """`settings` are those of `goalward.toml` besides the state; `agents` are more of them: name to command line or
    section. Commands are plain processes, since `worker` and `other` write what they saw beside their workspace.

    `worker` and `other` are there always, and do what they are given with `agent`.
    """

    def __init__(
        self, place: Path, *, pace: Any = None, discord_pace: Any = None, role: Role = ALL, **settings: Any
    ) -> None:
        self.place = place
        self.role = role
        self.paces = {"slack": pace, "discord": discord_pace}
        self.state = place / "state"
        self.clock = ManualClock()
        self.url = ""
        self._channels: dict[str, str] = {}
        self._doors = AsyncExitStack()
        for name in ("agents", "prompts"):
            (place / name).mkdir()
        for name in AGENTS:
            self.agent(":", name)
        lines = {name: self._line(name) for name in AGENTS} | settings.pop("agents", {})
        agents = {
            name: {"type": "command", "command": line} if isinstance(line, str) else line
            for name, line in lines.items()
        }
        defaults = {"agent": "worker", **settings.pop("defaults", {})}
        self.settings = Settings.model_validate(
            {
                "state": self.state,
                "agents": agents,
                "defaults": defaults,
                "sandbox": {"mode": "process"},
                **settings,
            }
        )

    async def open(self) -> None:
        plugins = Plugins(
            declared,
            databases=self.settings.databases,
            prometheus=bool(self.settings.prometheus.url),
            commands=self.settings.hooks.commands,
        )
        self.core, lock = await open_core(self.settings, clock=self.clock, plugins=plugins, role=self.role)
        self._doors.callback(lock.release)
        self.platforms = Platforms(self.core, self.paces)
        self._doors.push_async_callback(self.platforms.close)
        self._doors.push_async_callback(self.core.stop)
        local, app = local_channel(self.core, Access(KEY))
        await self.core.start()
        bound = bind("127.0.0.1", 0)
        doors = Doors(app, self.platforms.doors)
        await self._doors.enter_async_context(serving(doors, bound, end_streams=local.feed.close))
        self.url = url_of(bound)
        self._doors.push_async_callback(self.platforms.stop)
        await self.platforms.start()
        self.http = await self._doors.enter_async_context(self.caller({"Authorization": f"Bearer {KEY}"}))

    async def close(self) -> None:
        await self._doors.aclose()

    async def restart(self) -> None:
        """Stop, and start on the same state."""
        await self.close()
        await self.open()

    def caller(self, headers: dict[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=60, verify=False, trust_env=False
        )

    # --- the agent ------------------------------------------------------------------------------------

    def agent(self, script: str, name: str = "worker") -> None:
        """What an agent does from now on: text for the shell, run in the workspace, with $GOALWARD_TURN."""
        (self.place / "agents" / name).write_text(script)

    def prompts(self, goal_id: str) -> list[str]:
        """What the agents of a goal were told, turn by turn."""
        return [path.read_text() for path in sorted((self.place / "prompts").glob(f"{goal_id}.*"))]

    def workspace(self, goal_id: str) -> Path:
        return self.state / "workspaces" / goal_id

    def _line(self, name: str) -> str:
        prompts, script = self.place / "prompts", self.place / "agents" / name
        told = f'"{prompts}/$GOALWARD_GOAL.$(printf %03d $GOALWARD_TURN)"'
        return f'cat > "{prompts}/new-$$"; mv "{prompts}/new-$$" {told}; . {script}'

    # --- people ---------------------------------------------------------------------------------------

    async def say(self, channel: str, text: str, *, user: str = "ana") -> str:
        """Say something in a channel; returns the thread that it opens."""
        said = await self._post(f"/api/channels/{channel}/messages", user=user, text=text)
        self._channels[said["thread"]] = channel
        return str(said["thread"])

    def know(self, thread: str, channel: str) -> None:
        """A thread that nobody of us has opened."""
        self._channels[thread] = channel

    async def reply(self, thread: str, text: str, *, user: str = "ana") -> list[str]:
        """Say something in a thread; returns what the bot newly said there."""
        before = {message["id"] for message in await self.messages(thread)}
        path = f"/api/channels/{self._channels[thread]}/messages"
        await self._post(path, user=user, text=text, thread=thread)
        await self.settled()
        said = await self.messages(thread)
        return [m["text"] for m in said if m["bot"] and m["id"] not in before]

    async def react(self, message: dict[str, Any], emoji: str, *, user: str = "ana") -> None:
        await self._post(f"{_path(message)}/reactions", user=user, emoji=emoji)
        await self.settled()

    async def take_back(self, message: dict[str, Any], emoji: str, *, user: str = "ana") -> None:
        """Take a reaction back."""
        await self._request("DELETE", f"{_path(message)}/reactions", user=user, emoji=emoji)
        await self.settled()

    async def press(
        self,
        message: dict[str, Any],
        action: str,
        *,
        user: str = "ana",
        label: str = "",
        typed: str | None = None,
    ) -> None:
        """Press the message's button of that action, with that label where there are several; `typed` is what it
        asks for.
        """
        button = next(b for b in message["buttons"] if b["action"] == action and label in b["label"])
        value = button["value"] if typed is None else f"{button['value']} {typed}"
        await self._post(f"{_path(message)}/buttons", user=user, action=action, value=value)
        await self.settled()

    async def settled(self) -> None:
        """Return when what people did is carried out and told."""
        await self.core.inbox.settled()
        await self.core.hooks.settled()
        await self.core.outbox.settled(60)

    # --- looking --------------------------------------------------------------------------------------

    async def messages(self, thread: str) -> list[dict[str, Any]]:
        path = f"/api/channels/{self._channels[thread]}/threads/{thread}"
        found: list[dict[str, Any]] = (await self._get(path))["messages"]
        return found

    async def texts(self, thread: str) -> list[str]:
        """What the bot said in a thread, its card included."""
        return [message["text"] for message in await self.messages(thread) if message["bot"]]

    async def card(self, thread: str, *, saying: str = "") -> dict[str, Any]:
        """The goal's one card, once it says this."""
        return await self.shown(thread, lambda m: m["text"].startswith("🎯") and saying in m["text"])

    async def question(self, thread: str) -> dict[str, Any]:
        """The newest message with an open approval."""
        return await self.shown(thread, lambda m: any(b["action"] == "approve" for b in m.get("buttons", ())))

    async def shown(self, thread: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The newest message of the bot that fits, once there is one."""

        async def newest() -> dict[str, Any] | None:
            said = [m for m in await self.messages(thread) if m["bot"] and fits(m)]
            return said[-1] if said else None

        found: dict[str, Any] = await self.until(newest)
        return found

    async def goals(self, channel: str = "demo") -> list[dict[str, Any]]:
        """The goals of a channel, oldest first."""
        found = (await self._get("/api/goals", channel=f"local:{channel}"))["goals"]
        return list(reversed(found))

    async def goal(self, thread: str) -> dict[str, Any]:
        """The newest goal of a thread, once there is one."""
        newest: Goal = await self.until(lambda: self._newest(thread))
        return dict(await self._get(f"/api/goals/{newest.id}"))

    async def stands(self, thread: str, status: str, *, seconds: float = 120) -> dict[str, Any]:
        """The goal of a thread, once it has this status and people were told."""

        async def there() -> bool:
            newest = await self._newest(thread)
            return newest is not None and newest.status == status

        try:
            await self.until(there, seconds=seconds)
        except TimeoutError:
            raise AssertionError(f"not {status}: {await self._newest(thread)}") from None
        await self.settled()
        return await self.goal(thread)

    async def _newest(self, thread: str) -> Goal | None:
        found = await self.core.service.goals(thread_key=f"local:{self._channels[thread]}:{thread}")
        return found[0] if found else None

    async def until(self, condition: Callable[[], Any], *, seconds: float = 120) -> Any:
        """What the condition gives, once that is anything."""
        async with asyncio.timeout(seconds):
            while True:
                found = condition()
                if found := await found if isawaitable(found) else found:
                    return found
                await asyncio.sleep(0.02)

    async def _get(self, path: str, **query: str) -> Any:
        return (await self.http.get(path, params=query)).raise_for_status().json()

    async def _post(self, path: str, **body: str) -> Any:
        return await self._request("POST", path, **body)

    async def _request(self, method: str, path: str, **body: str) -> Any:
        return (await self.http.request(method, path, json=body)).raise_for_status().json()


def _path(message: dict[str, Any]) -> str:
    return f"/api/channels/{message['channel']}/messages/{message['id']}"
