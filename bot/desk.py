"""Goals as the command line sees them: over HTTP where a server runs, else straight from a stopped one's state."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from adapters.acts import GoalActs
from adapters.chat import Message
from bot.app import Core, open_core
from bot.lock import holder
from bot.run import RULES
from bot.runs import ADDRESS, kept, states
from bot.settings import Settings
from goals.audit import to_json
from goals.clean import every_text
from goals.domain.errors import BadRequest, GoalError, NotAllowed, NotFound
from goals.domain.values import Person, Status

ANSWER_WITHIN = 3.0


class Desk(Protocol):
    async def list(self, status: str) -> list[dict[str, Any]]: ...

    async def read(self, goal_id: str, what: str) -> dict[str, Any]:
        """`show`, `audit`, `summary`, `log` or `diff` of a goal, as the HTTP interface gives it."""

    async def say(self, goal_id: str, words: str) -> str:
        """Carry out a verb on a goal. Returns what the bot answered, if it did."""


@asynccontextmanager
async def open_desk(
    settings: Settings, state: Path | None, key: str, goal_id: str, environ: Mapping[str, str]
) -> AsyncIterator[Desk]:
    """The desk where a goal is known; without an id, the one of the settings' state. Raises NotFound."""
    place = state or settings.state
    if holder(place) is not None:
        async with _served(place, key or _key(settings)) as desk:
            yield desk
        return
    found = [place] if state else states(place, environ)
    for candidate in found:
        if holder(candidate) is not None or not (settings.store or kept(candidate)):
            continue
        core, lock = await open_core(settings.model_copy(update={"state": candidate}), rules=lambda _: RULES)
        try:
            if not goal_id or await core.store.goals.load(goal_id) is not None:
                yield StateDesk(core)
                return
        finally:
            await core.stop()
            lock.release()
    raise NotFound(f"There is no goal {goal_id} here." if goal_id else f"There are no goals in {place}.")


def _key(settings: Settings) -> str:
    return settings.local.key.get_secret_value() if settings.local.key else ""


@asynccontextmanager
async def _served(state: Path, key: str) -> AsyncIterator[Desk]:
    import httpx

    address = state / ADDRESS
    if not address.exists():
        raise GoalError(
            f"A process works on {state} and is not ready, or it is a `goalward run`; try again later."
        )
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(base_url=address.read_text(), headers=headers, timeout=10) as http:
        yield ServedDesk(http)


class StateDesk:
    """Straight on a stopped server's state. What is changed is told to the channel at its next start."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._acts = GoalActs(core.service, core.drafts, core.store.messages, core.clock)

    async def list(self, status: str) -> list[dict[str, Any]]:
        found = await self._core.service.reports(_status(status), None)
        cleaned: list[dict[str, Any]] = every_text([to_json(report) for report in found], self._core.clean)
        return cleaned

    async def read(self, goal_id: str, what: str) -> dict[str, Any]:
        told: dict[str, Any] = every_text(await self._read(goal_id, what), self._core.clean)
        return told

    async def _read(self, goal_id: str, what: str) -> dict[str, Any]:
        if what == "diff":
            return {"turn": None, "diff": await self._core.service.diff(goal_id)}
        if what == "log":
            from bot.web.goals import happened

            return {
                "events": [
                    happened(e).model_dump(mode="json") for e in await self._core.service.events(goal_id)
                ]
            }
        return to_json(await self._core.service.report(goal_id))

    async def say(self, goal_id: str, words: str) -> str:
        goal = await self._core.service.find(goal_id)
        who = Person(getpass.getuser(), platform=goal.origin.platform)
        said = Message("", who, goal.origin, "", f"/goal {goal_id} {words}")
        body = await self._acts.act(said)
        return self._core.clean(body.text) if body else ""


class ServedDesk:
    """Over the HTTP interface of the local channel."""

    def __init__(self, http: Any) -> None:
        self._http = http

    async def list(self, status: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._get("/api/goals", status=status))["goals"]
        return found

    async def read(self, goal_id: str, what: str) -> dict[str, Any]:
        tail = {"show": "", "log": "/events"}.get(what, f"/{what}")
        return await self._get(f"/api/goals/{goal_id}{tail}")

    async def say(self, goal_id: str, words: str) -> str:
        goal = await self._get(f"/api/goals/{goal_id}")
        channel = goal["channel"]
        text = {"user": getpass.getuser(), "text": f"/goal {goal_id} {words}", "thread": goal["thread"]}
        sent = await self._answer(await self._http.post(f"/api/channels/{channel}/messages", json=text))
        return await self._reply(channel, sent["thread"], sent["message"])

    async def _reply(self, channel: str, thread: str, after: str) -> str:
        """What the bot says next in the thread; nothing where it only repaints what stands there."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                while True:
                    said = (await self._get(f"/api/channels/{channel}/threads/{thread}"))["messages"]
                    bots = [m for m in said if m["bot"]]
                    answers = [m["text"] for m in bots if m["id"] > after]
                    if answers:
                        return str(answers[0])
                    asked_at = next(m["at"] for m in said if m["id"] == after)
                    if any((m["edited"] or "") > asked_at for m in bots):
                        return ""
                    await asyncio.sleep(0.1)
        except TimeoutError:
            return ""

    async def _get(self, path: str, **query: str) -> dict[str, Any]:
        return await self._answer(await self._http.get(path, params={k: v for k, v in query.items() if v}))

    async def _answer(self, response: Any) -> dict[str, Any]:
        if response.status_code == 401:
            raise NotAllowed("The server wants its key: set GOALWARD_LOCAL__KEY, or give it with `--key`.")
        told: dict[str, Any] = response.json()
        if response.is_error:
            raise GoalError(told.get("error", f"The server answered {response.status_code}."))
        return told


def _status(text: str) -> Status | None:
    if text and text not in list(Status):
        raise BadRequest(f"There is no status '{text}'; there are {', '.join(Status)}.")
    return Status(text) if text else None
