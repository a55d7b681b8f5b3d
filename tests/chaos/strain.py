"""What befalls a crew while goals are on their way, and what must be true of them when all have ended."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg

from goals.domain.trail import broken
from goals.store import open_store
from tests.chaos.beating import overlaps
from tests.chaos.crew import Crew
from tests.peers.web import Served as Receiver

QUIET = 0.25
PATIENCE = 240.0
ENDED = ("completed", "failed", "cancelled")


@dataclass(slots=True)
class Strain:
    """`threads` are those of the goals by their channels; `befell` is what happened so far."""

    crew: Crew
    receiver: Receiver
    dice: random.Random
    threads: dict[str, str] = field(default_factory=dict)
    befell: Counter[str] = field(default_factory=Counter)
    acts: int = 0

    @property
    def silence(self) -> float:
        """Seconds after which a worker is gone, and then some."""
        return 1.7 * self.crew.ground.lease

    @property
    def over(self) -> Path:
        """The file that is there once everything has happened."""
        return self.crew.beats.with_name("over")

    # --- what people do ---

    async def open_all(self, number: int, *, steady: int) -> None:
        """Ask for so many goals, each in a channel of its own. Those that are `steady` end no sooner than all has happened."""
        for n in range(number):
            over = f" && test -e {self.over}" if n < steady else ""
            wish = (
                "/goal --agent beating --auto-approve --max-turns 500 --no-progress-limit 500 "
                f'--verify "test -e part-{self.crew.ground.parts}{over}" --on-achieved webhook:{self.receiver.url}/hook/{n} '
                "write all the parts"
            )
            self.threads[f"c{n}"] = await self.say(f"c{n}", wish)

    async def say(self, channel: str, text: str, thread: str = "") -> str:
        """What a person says, again with the same key until it was heard."""
        self.acts += 1
        act, served = f"act-{self.acts}", self.crew.gateway.served
        return str(await self._insisted(lambda: served.say(channel, "ana", text, thread=thread, act=act)))

    async def goals(self) -> list[dict[str, Any]]:
        return list(await self._insisted(lambda: self.crew.gateway.served.goals()))

    async def _insisted(self, do: Callable[[], Awaitable[Any]]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(httpx.TransportError, httpx.HTTPStatusError):
                    return await do()
                await asyncio.sleep(QUIET)

    async def resume(self, goals: list[dict[str, Any]]) -> None:
        """An agent that was killed too often waits for a person."""
        for goal in goals:
            if (goal["status"], goal["reason"]) == ("paused", "agent"):
                channel = goal["channel"].removeprefix("local:")
                await self.say(channel, f"/goal {goal['id']} resume", goal["thread"])
                self.befell["resumed"] += 1

    # --- what befalls the crew ---

    async def kill(self) -> None:
        await self.dice.choice(self.crew.workers).again()

    async def kill_gateway(self) -> None:
        await self.crew.gateway.again()

    async def freeze(self) -> None:
        """Not a wait for anything: it stands still for longer than its lease."""
        worker = self.dice.choice(self.crew.workers)
        worker.freeze()
        await asyncio.sleep(self.silence)
        worker.thaw()

    async def cut(self) -> None:
        """As with `freeze`: for longer than the lease nobody hears of it."""
        wire = self.dice.choice(self.crew.workers).wire
        if self.dice.random() < 0.5:
            wire.hang()
            await asyncio.sleep(self.silence)
        wire.cut()
        await asyncio.sleep(self.silence)
        wire.mend()

    async def restart_database(self) -> None:
        await self.crew.restart_database()

    # --- the play ---

    async def play(self, fate: list[Callable[[], Awaitable[None]]], *, runs: int) -> None:
        """Let all of this happen, one after another, each after so many more runs of agents; then let goals end."""
        for act in fate:
            wanted = self.crew.begun() + runs
            await self._until(partial(self._has_begun, wanted))
            self.befell[act.__name__] += 1
            await act()
        self.over.touch()
        await self._until(self.all_ended)
        await self._until(self._delivered)

    async def _until(self, there: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if await there():
                    return
                await asyncio.sleep(QUIET)

    async def _has_begun(self, runs: int) -> bool:
        return self.crew.begun() >= runs or await self.all_ended()

    async def all_ended(self) -> bool:
        goals = await self.goals()
        await self.resume(goals)
        return len(goals) == len(self.threads) and all(goal["status"] in ENDED for goal in goals)

    async def _delivered(self) -> bool:
        return not await self.rows("SELECT key FROM outbox WHERE state = 'pending'")

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        url = self.crew.url.replace("+psycopg", "")
        async with await psycopg.AsyncConnection.connect(url) as connection:
            found = await connection.execute(query.encode())
            return list(await found.fetchall())

    async def moved(self) -> int:
        """How many goals more than one worker has worked on."""
        told = [await self.crew.gateway.served.events(goal["id"]) for goal in await self.goals()]
        workers = [{e["details"]["worker"] for e in events if e["event"] == "TakenUp"} for events in told]
        return sum(len(of_goal) > 1 for of_goal in workers)

    # --- what must be true then ---

    async def faults(self) -> list[str]:
        """Everything that is not as it would have been on one machine that nothing befell."""
        found = []
        for goal in await self.goals():
            events = await self.crew.gateway.served.events(goal["id"])
            beats = self.crew.beats / goal["id"]
            wrong = [
                *_end(goal),
                *_events(events),
                *(f"two agents at once: {pair}" for pair in overlaps(beats.read_text())),
                *self._hooks(goal["channel"]),
            ]
            found += [f"{goal['id']}: {fault}" for fault in wrong]
        for what, query in NEVER.items():
            found += [f"{what}: {row}" for row in await self.rows(query)]
        return [*found, *await self._trails()]

    def _hooks(self, channel: str) -> list[str]:
        path = "/hook/" + channel.removeprefix("local:").removeprefix("c")
        keys = {asked.headers["idempotency-key"] for asked in self.receiver.asked if asked.path == path}
        return [] if len(keys) == 1 else [f"its hook was fired under the keys {sorted(keys)}"]

    async def _trails(self) -> list[str]:
        store = await open_store(self.crew.url, self.crew.beats)
        try:
            kept = {goal["id"]: await store.history.kept(goal["id"]) for goal in await self.goals()}
        finally:
            await store.close()
        return [f"the trail of {id_} is broken" for id_, one in kept.items() if one is None or broken(one)]


def _end(goal: dict[str, Any]) -> list[str]:
    end = (goal["status"], goal["reason"])
    return [] if end == ("completed", "proven") else [f"it ended as {end}: {goal['explanation']}"]


def _events(events: list[dict[str, Any]]) -> list[str]:
    """Each turn was recorded once, one after another, and it began and ended once."""
    names = Counter(event["event"] for event in events)
    turns = [event["details"]["turn"] for event in events if event["event"] == "TurnEnded"]
    once = [f"{names[name]} × {name}" for name in ("Opened", "BaselineTaken", "Finished") if names[name] != 1]
    return once if turns == list(range(1, len(turns) + 1)) else [*once, f"its turns are {turns}"]


# A goal may pause, and wait for the database, more than once.
NEVER = {
    "not delivered": "SELECT key, state, error FROM outbox WHERE state <> 'sent'",
    "not handled": "SELECT key FROM inbox WHERE handled_at IS NULL",
    "a slot that is held": "SELECT goal_id FROM slot",
    "two cards": "SELECT goal_id, subject FROM post GROUP BY 1, 2 HAVING count(*) > 1",
    "said twice": """
        SELECT thread, text FROM room_message WHERE bot AND text NOT LIKE ALL (ARRAY['%paused%', '%waited for % goes on.'])
        GROUP BY channel, thread, text HAVING count(*) > 1""",
    "a step twice": """
        SELECT goal_id, turn, number, kind, body::json ->> 'id' FROM step WHERE kind <> 'resume'
        GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1""",
}
