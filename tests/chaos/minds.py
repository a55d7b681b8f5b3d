"""A server whose agent and judge are scripted models of this process, killed when they, or a tool, were seen at work."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.model import ScriptedModel, playing
from bot.demo.script import Answer, Call, Request, text_of
from goals.agents.conversation import UNKNOWN
from tests.chaos.world import SCRIPT, Kind
from tests.minds.conftest import AGENT, JUDGE, PRICES, word
from tests.peers.served import Served
from tests.peers.witness import Witness, watching

PATIENCE = 120.0
ENDED = ("completed", "failed", "paused")
LATEST = 0.05
"""Seconds after a reply until which a kill may fall: on storing it, or on starting its tool."""

BUILDERS = ("thinker", "worker", "claimer", "judged")
KINDS = {
    **{name: Kind(name, 1, "--auto-approve", ("completed", "proven")) for name in BUILDERS},
    "planned": Kind("planned", 1, "", ("completed", "proven"), approvals=1),
    "asker": Kind("asker", 1, "--auto-approve", ("completed", "proven"), approvals=1),
    "spender": Kind("spender", 1, "--auto-approve --max-turns 1", ("paused", "budget")),
}


def wish(kind: Kind) -> str:
    check = "false" if kind.name == "spender" else "grep -q second part-1"
    return f'/goal --agent builtin {kind.options} --verify "{check}" {kind.name}: write the part'


@dataclass(slots=True)
class Minds:
    """`kills` are the points that are to be reached, all of a set, before each kill: `planned judge`."""

    served: Served
    witness: Witness
    dice: random.Random
    model: ScriptedModel = field(init=False)
    kills: list[set[str]] = field(default_factory=list)
    opened: dict[str, Kind] = field(default_factory=dict)
    cut: list[Request] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    all_reached: asyncio.Event = field(default_factory=asyncio.Event)

    # --- the models -----------------------------------------------------------------------------------

    def agent(self, request: Request) -> Answer:
        """Write the part, say so; look again where it is not known what came of it."""
        kind = _kind(request)
        if not request.tools:
            return self._cut(f"{kind} wind_down", request, Answer("The part is not accepted yet."))
        if "shell" not in request.tools:
            return self._cut(f"{kind} plan", request, Answer("I will write the part."))
        if request.messages[-1]["role"] == "tool" and text_of(request.messages[-1]) != UNKNOWN:
            claim = {"evidence": [{"criterion": 1, "evidence": "part-1 has both halves"}]}
            return self._cut(f"{kind} after", request, Answer("", [Call("propose_complete", claim)]))
        self._reach(f"{kind} reply")
        return self._cut(f"{kind} agent", request, Answer("", [Call("shell", {"command": self._work})]))

    def judge(self, request: Request) -> Answer:
        return self._cut(f"{_kind(request)} judge", request, Answer(word(True)))

    @property
    def _work(self) -> str:
        return f"{sys.executable} -I -S {SCRIPT} {self.witness.port} asked"

    def _cut(self, point: str, request: Request, answer: Answer) -> Answer:
        """The answer; none, where the server is to be killed while it waits."""
        if not self._reach(point):
            return answer
        self.cut.append(request)
        return Answer(answer.text, answer.calls, hang=True)

    def _reach(self, point: str) -> bool:
        """Whether a kill waits for this point."""
        wanted = self.kills[0] if self.kills else set()
        if point not in wanted or point in self.reached:
            return False
        self.reached.add(point)
        if self.reached == wanted:
            self.all_reached.set()
        return True

    # --- people and the world -------------------------------------------------------------------------

    async def open(self, *names: str) -> None:
        for name in names:
            thread = await self.served.say(name, "ana", wish(KINDS[name]))
            self.opened[thread] = KINDS[name]

    async def play(self, *kills: set[str]) -> list[dict[str, Any]]:
        """Kill when the points are reached, again and again, until no goal goes on. Returns the goals."""
        self.kills = list(kills)
        watching_tools = asyncio.create_task(self._tools(), name="tools")
        try:
            async with asyncio.timeout(PATIENCE * (1 + len(kills))):
                while self.kills:
                    await self._killed()
                return await self.parked()
        finally:
            watching_tools.cancel()

    async def parked(self) -> list[dict[str, Any]]:
        while True:
            goals = await self.served.goals()
            if self._ended(goals):
                return goals
            await self._approve(goals)
            await asyncio.sleep(0.1)

    async def _killed(self) -> None:
        """Kill the server once; not at all where every goal ended before the points were reached."""
        while not self.all_reached.is_set():
            goals = await self.served.goals()
            if self._ended(goals):
                return self.kills.clear()
            await self._approve(goals)
            await asyncio.sleep(0.05)
        if any(point.endswith("reply") for point in self.reached):
            # Not a wait for anything: the kill falls on whatever happens then.
            await asyncio.sleep(self.dice.uniform(0, LATEST))
        await self.served.kill()
        self.kills.pop(0)
        self.reached.clear()
        self.all_reached.clear()
        self.witness.begin_life()
        await self.served.start()

    def _ended(self, goals: Sequence[dict[str, Any]]) -> bool:
        return len(goals) == len(self.opened) and all(goal["status"] in ENDED for goal in goals)

    async def _approve(self, goals: Sequence[dict[str, Any]]) -> None:
        for goal in goals:
            if goal["reason"] == "approval" and self._reach(f"{self.opened[goal['thread']].name} open"):
                continue
            if goal["status"] == "pending_approval" or goal["reason"] == "approval":
                for message in await self.served.thread(goal["channel"], goal["thread"]):
                    if any(button["action"] == "approve" for button in message.get("buttons", ())):
                        await self.served.react(goal["channel"], message["id"], "ana", "✅")

    async def _tools(self) -> None:
        """Let every tool go on, but for the one during which the server is to be killed."""
        while True:
            held = await self.witness.next(PATIENCE)
            if held is None:
                continue
            if held.sighting.point == "agent-starts" or not self._reach(self._tool(held)):
                held.let_go()

    def _tool(self, held: Any) -> str:
        """The point at which a tool is; its workspace is named after its goal."""
        named = {request.goal: _kind(request) for request in self.model.requests}
        return f"{named.get(held.sighting.goal, '')} tool"


def _kind(request: Request) -> str:
    """Which of KINDS is asked about: its name begins the objective."""
    said = "\n".join(text_of(message) for message in request.messages)
    return next(name for name in KINDS if f"{name}: write" in said)


def settings(url: str) -> str:
    prices = "\n".join(
        f'[model.prices."{name}"]\ninput = {price["input"]}\ncached = {price["cached"]}\noutput = {price["output"]}'
        for name, price in PRICES.items()
    )
    asks = '[channels."local:asker".approvals]\npolicy = "always"\n'
    return f'[model]\nagent = "{AGENT}"\njudge = "{JUDGE}"\nbase_url = "{url}"\n{prices}\n{asks}'


@asynccontextmanager
async def minds(place: Path, seed: int) -> AsyncIterator[Minds]:
    """A server that runs, its models, and a witness to what their tools do."""
    await asyncio.to_thread(place.mkdir)
    async with AsyncExitStack() as stack:
        witness = await stack.enter_async_context(watching())
        world = Minds(
            Served(place / "state", place / "goalward.toml", place / "log"), witness, random.Random(seed)
        )
        scripts = {"agent-model": world.agent, "judge-model": world.judge}
        world.model = await stack.enter_async_context(playing(scripts))
        world.served.settings.write_text(settings(world.model.url))
        await world.served.start()
        stack.push_async_callback(world.served.close)
        yield world
