"""Goals as the command line sees them: over HTTP where a server runs, else straight from a stopped one's state."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from adapters.acts import GoalActs
from adapters.chat import Message
from bot.app import Core, open_core
from bot.lock import holder
from bot.roles import NONE
from bot.runs import ADDRESS, kept, states
from bot.settings import Settings
from goals.audit import to_json
from goals.clean import without
from goals.domain.errors import BadRequest, GoalError, NotAllowed, NotFound
from goals.domain.hooks import HookState
from goals.domain.values import Goal, Person, Status

ANSWER_WITHIN = 3.0
OWN_CHANNEL = "cli"
"""Of the local channel: what is said about goals of other platforms."""


class Desk(Protocol):
    async def knows(self, goal_id: str) -> bool:
        """Whether there is a goal of this id, or a trail of something else (`local:demo`)."""

    async def list(self, status: str) -> list[dict[str, Any]]: ...

    async def read(self, goal_id: str, what: str) -> dict[str, Any]:
        """`show`, `audit`, `summary`, `log`, `trail` or `diff` of a goal, as the HTTP interface gives it."""

    async def say(self, goal_id: str, words: str) -> str:
        """Carry out a verb on a goal. Returns what the bot answered, if it did; raises GoalError when it refused."""


class HooksDesk(Protocol):
    async def hooks(self, goal_id: str) -> Sequence[dict[str, Any]]:
        """Those of a goal; without one all that wait or were given up. As the HTTP interface gives them."""

    async def retry(self, which: str) -> tuple[Sequence[dict[str, Any]], str]:
        """Those that are tried again: of a number, of a goal's id, else all; with a word on when, if it is not now."""


@asynccontextmanager
async def open_hooks(settings: Settings, state: Path | None, key: str) -> AsyncIterator[HooksDesk]:
    """The hooks of one state. Raises NotFound where there is none, or where nobody can be asked."""
    place = state or settings.state
    if _driven(place):
        raise NotFound(f"A process works in {place} that cannot be asked; try again when it has ended.")
    if holder(place) is None and not settings.store and not kept(place):
        raise NotFound(f"There are no goals in {place}.")
    async with _desk(settings, place, key) as desk:
        yield desk


@asynccontextmanager
async def open_desk(
    settings: Settings, state: Path | None, key: str, goal_id: str, environ: Mapping[str, str]
) -> AsyncIterator[Desk]:
    """The desk where a goal is known. Raises NotFound, naming the states that are at work and cannot be asked."""
    at_work = []
    for place in _places(settings, state, environ):
        if _driven(place):
            at_work.append(str(place))
            continue
        async with _desk(settings, place, key) as desk:
            if await desk.knows(goal_id):
                yield desk
                return
    raise NotFound(f"There is no goal {goal_id} here.{_ask_later(at_work)}")


async def run_of(
    settings: Settings, state: Path | None, goal_id: str, environ: Mapping[str, str]
) -> tuple[Path, Path]:
    """The state of a run's goal and the directory that it works in. Raises NotFound."""
    for place in _places(settings, state, environ):
        if holder(place) is not None:
            continue
        async with _desk(settings, place, "") as desk:
            if isinstance(desk, StateDesk) and await desk.knows(goal_id):
                return place.absolute(), await desk.directory(goal_id)
    raise NotFound(f"There is no goal {goal_id} here that no process works on.")


async def every_goal(
    settings: Settings, state: Path | None, key: str, status: str, environ: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The goals of the running server, of the settings' state and of all runs, each with its `state`."""
    places = _places(settings, state, environ)
    if not places:
        raise NotFound(f"There are no goals in {state or settings.state}.")
    found: list[dict[str, Any]] = []
    for place in places:
        if _driven(place):
            continue
        async with _desk(settings, place, key) as desk:
            found += [{**goal, "state": str(place)} for goal in await desk.list(status)]
    return found


def _places(settings: Settings, state: Path | None, environ: Mapping[str, str]) -> list[Path]:
    """The states that may have goals: the one that is named, else the settings' own and those of runs."""
    own = state or settings.state
    there = holder(own) is not None or bool(settings.store) or kept(own)
    runs = [] if state else [place for place in states(own, environ) if place != own]
    return [own] * there + runs


def _driven(place: Path) -> bool:
    """Whether a process works on a state that cannot be asked: a `goalward run`, or a server not ready yet."""
    return holder(place) is not None and not (place / ADDRESS).exists()


def _ask_later(at_work: Sequence[str]) -> str:
    return f" Not looked at, since a process works there: {', '.join(at_work)}." if at_work else ""


@asynccontextmanager
async def _desk(settings: Settings, place: Path, key: str) -> AsyncIterator[ServedDesk | StateDesk]:
    if settings.dispatch != "local":
        async with _shared(settings) as shared:
            yield shared
        return
    if holder(place) is not None:
        async with _served(place, key or _key(settings)) as served:
            yield served
        return
    given = settings.model_copy(update={"state": place})
    core, lock = await open_core(given, rules=given.unguarded)
    try:
        yield StateDesk(core)
    finally:
        await core.stop()
        lock.release()


@asynccontextmanager
async def _shared(settings: Settings) -> AsyncIterator[StateDesk]:
    """Straight on a store that others work on: they hear of what is changed."""
    with TemporaryDirectory(prefix="goalward-") as nothing:
        given = settings.model_copy(update={"state": Path(nothing)})
        core, lock = await open_core(given, rules=given.unguarded, role=NONE)
        try:
            yield StateDesk(core)
        finally:
            await core.stop()
            lock.release()


def _key(settings: Settings) -> str:
    return settings.local.key.get_secret_value() if settings.local.key else ""


@asynccontextmanager
async def _served(state: Path, key: str) -> AsyncIterator[ServedDesk]:
    import httpx

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    address = (state / ADDRESS).read_text()
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=10) as http:
        yield ServedDesk(http)


class StateDesk:
    """Straight on a stopped server's state: what is changed is told to the channel at its next start. On a store that
    processes share they tell it.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._acts = GoalActs(core.service, core.drafts, core.store.messages, core.clock)

    async def knows(self, goal_id: str) -> bool:
        return await self._core.store.history.kept(goal_id) is not None

    async def directory(self, goal_id: str) -> Path:
        """Where the goal of a run works. Raises NotFound for a goal that is of none, or of one that kept no place."""
        at = (await self._core.service.find(goal_id)).origin
        if at.platform != "terminal" or not at.root:
            raise NotFound(f"Goal {goal_id} is of no run that could go on: nobody knows its directory.")
        return Path(at.root)

    async def hooks(self, goal_id: str) -> Sequence[dict[str, Any]]:
        return self._told(await self._core.hook_desk.states(goal_id))

    async def retry(self, which: str) -> tuple[Sequence[dict[str, Any]], str]:
        who = Person(getpass.getuser(), platform="terminal")
        found = await self._core.hook_desk.retry(who, which)
        later = "" if self._core.store.shared else " No process delivers them now; `goalward serve` does."
        return self._told(found), later

    def _told(self, states: Sequence[HookState]) -> Sequence[dict[str, Any]]:
        from bot.web.hooks import told

        dumped: list[dict[str, Any]] = told(states).model_dump(mode="json")["hooks"]
        return without(dumped, self._core.clean)

    async def list(self, status: str) -> list[dict[str, Any]]:
        found = await self._core.service.reports(_status(status), None)
        cleaned: list[dict[str, Any]] = without([to_json(report) for report in found], self._core.clean)
        return cleaned

    async def read(self, goal_id: str, what: str) -> dict[str, Any]:
        told: dict[str, Any] = without(await self._read(goal_id, what), self._core.clean)
        return told

    async def _read(self, goal_id: str, what: str) -> dict[str, Any]:
        from bot.web.goals import plain

        return await plain(self._core.service, goal_id, what)

    async def say(self, goal_id: str, words: str) -> str:
        goal = await self._core.service.find(goal_id)
        who = Person(getpass.getuser(), platform=goal.origin.platform)
        said = Message("", who, goal.origin, "", f"/goal {goal_id} {words}")
        body = await self._acts.act(said)
        told = self._core.clean(body.text) if body else ""
        return f"{told} {self._way_on(await self._core.service.find(goal_id))}".strip()

    def _way_on(self, goal: Goal) -> str:
        """What makes a goal go on that no process drives."""
        if self._core.store.shared or goal.status.terminal or goal.status is Status.PAUSED:
            return ""
        command = f"run --resume {goal.id}" if goal.origin.platform == "terminal" else "serve"
        return f"No process works on it now; it goes on with `goalward {command}`."


class ServedDesk:
    """Over the HTTP interface of the local channel."""

    def __init__(self, http: Any) -> None:
        self._http = http

    async def knows(self, goal_id: str) -> bool:
        try:
            await self._get(f"/api/goals/{goal_id}/trail")
        except NotFound:
            return False
        return True

    async def hooks(self, goal_id: str) -> Sequence[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._get("/api/hooks", goal=goal_id))["hooks"]
        return found

    async def retry(self, which: str) -> tuple[Sequence[dict[str, Any]], str]:
        wanted = {"which": which, "user": getpass.getuser()}
        answer = await self._answer(await self._http.post("/api/hooks/retry", json=wanted))
        return answer["hooks"], ""

    async def list(self, status: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._get("/api/goals", status=status))["goals"]
        return found

    async def read(self, goal_id: str, what: str) -> dict[str, Any]:
        tail = {"show": "", "log": "/events"}.get(what, f"/{what}")
        return await self._get(f"/api/goals/{goal_id}{tail}")

    async def say(self, goal_id: str, words: str) -> str:
        channel, thread = await self._where(await self._get(f"/api/goals/{goal_id}"))
        text = {"user": getpass.getuser(), "text": f"/goal {goal_id} {words}", "thread": thread}
        path = f"/api/channels/{channel}/messages"
        sent = await self._answer(
            await self._http.post(path, json={key: said for key, said in text.items() if said})
        )
        return await self._reply(channel, sent["thread"], sent["message"])

    async def _where(self, goal: dict[str, Any]) -> tuple[str, str]:
        """The goal's own thread; of a goal of another platform a new one in a channel of the command line's."""
        try:
            await self._get(f"/api/channels/{goal['channel']}/threads/{goal['thread']}")
        except NotFound:
            return OWN_CHANNEL, ""
        return goal["channel"], goal["thread"]

    async def _reply(self, channel: str, thread: str, after: str) -> str:
        """What the bot says next in the thread; nothing where it only repaints what stands there.

        Raises GoalError with what it says when it refuses.
        """
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                while True:
                    said = (await self._get(f"/api/channels/{channel}/threads/{thread}"))["messages"]
                    bots = [m for m in said if m["bot"]]
                    answers = [m for m in bots if m["id"] > after]
                    if answers:
                        break
                    asked_at = next(m["at"] for m in said if m["id"] == after)
                    if any((m["edited"] or "") > asked_at for m in bots):
                        return ""
                    await asyncio.sleep(0.1)
        except TimeoutError:
            return ""
        if answers[0].get("refused"):
            raise GoalError(answers[0]["text"])
        return str(answers[0]["text"])

    async def _get(self, path: str, **query: str) -> dict[str, Any]:
        return await self._answer(await self._http.get(path, params={k: v for k, v in query.items() if v}))

    async def _answer(self, response: Any) -> dict[str, Any]:
        if response.status_code == 401:
            raise NotAllowed("The server wants its key: set GOALWARD_LOCAL__KEY, or give it with `--key`.")
        told: dict[str, Any] = response.json()
        if response.status_code == 404:
            raise NotFound(told.get("error", "There is no such thing."))
        if response.is_error:
            raise GoalError(told.get("error", f"The server answered {response.status_code}."))
        return told


def _status(text: str) -> Status | None:
    if text and text not in list(Status):
        raise BadRequest(f"There is no status '{text}'; there are {', '.join(Status)}.")
    return Status(text) if text else None
