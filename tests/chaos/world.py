"""A server with goals of every kind under way, which is killed again and again while people go on as ever."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.peers.served import Served
from tests.peers.witness import Sighting, Witness

SCRIPT = Path(__file__).parent / "script.py"
CHANNELS = ("red", "green", "blue")
QUIET = 0.25
PATIENCE = 120.0
EACH_KILL = 15.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of goal: how it is asked for and how it ends, whatever happens meanwhile."""

    name: str
    wanted: int
    options: str
    end: tuple[str, str]
    approvals: int = 0


KINDS = (
    Kind("builder", 3, "--auto-approve", ("completed", "proven")),
    Kind("planned", 2, "", ("completed", "proven"), approvals=1),
    Kind("asked", 1, """--auto-approve --verify '{"type": "human", "prompt": "Is it good?"}'""",
         ("completed", "proven"), approvals=1),
    Kind("quitter", 9, "--auto-approve", ("failed", "unachievable")),
    Kind("spender", 9, "--auto-approve --max-turns 3", ("paused", "budget")),
    Kind("blocked", 9, "--auto-approve", ("paused", "blocked")),
    Kind("idler", 1, "--auto-approve", ("paused", "stalled")),
)  # fmt: skip


def settings(port: int) -> str:
    """A file's text: an agent for each kind of goal."""
    start = [sys.executable, "-I", "-S", str(SCRIPT), str(port)]
    agents = [f'[agents.{kind.name}]\ntype = "command"\nargv = {[*start, kind.name]!r}\n' for kind in KINDS]
    return "\n".join(agents)


def wish(kind: Kind, port: int) -> str:
    """What somebody writes to have a goal of a kind."""
    check = f"{sys.executable} -I -S {SCRIPT} {port} verify {kind.wanted}"
    return f'/goal --agent {kind.name} {kind.options} --verify "{check}" {kind.name}: write the parts'


@dataclass(slots=True)
class World:
    """`opened` maps the thread of each goal to its kind; `downtime` is in seconds."""

    served: Served
    witness: Witness
    dice: random.Random
    opened: dict[str, Kind] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    left: int = 0
    downtime: float = 0.0
    tender: set[str] = field(default_factory=set)
    acts: int = 0

    # --- what people do ---

    async def open_all(self) -> None:
        """Ask for a goal of every kind, each in a thread of its own."""
        for number, kind in enumerate(KINDS):
            channel = CHANNELS[number % len(CHANNELS)]
            thread = await self.insist(lambda act, k=kind, c=channel: self._open(k, c, act))
            self.opened[thread], self.channels[thread] = kind, channel

    async def _open(self, kind: Kind, channel: str, act: str) -> str:
        return await self.served.say(channel, "ana", wish(kind, self.witness.port), act=act)

    async def insist(self, do: Any) -> Any:
        """Do what a person does, again with the same key where the server died before it answered."""
        self.acts += 1
        act = f"act-{self.acts}"
        doing = asyncio.ensure_future(do(act))
        if self._may_kill(0.2):
            await asyncio.wait({doing}, timeout=self.dice.uniform(0, 0.03))
            await self.kill()
        with suppress(httpx.TransportError):
            return await doing
        return await do(act)

    async def approve_all(self) -> bool:
        """Answer every approval that is shown in a thread with ✅. Whether there was one."""
        found = False
        for goal in await self.served.goals():
            if goal["status"] in ("pending_approval", "waiting"):
                found = await self._approve(goal) or found
        return found

    async def _approve(self, goal: dict[str, Any]) -> bool:
        messages = await self.served.thread(goal["channel"], goal["thread"])
        for message in messages:
            if any(button["action"] == "approve" for button in message.get("buttons", ())):
                shown = message["id"]
                await self.insist(
                    lambda act, m=shown: self.served.react(goal["channel"], m, "ana", "✅", act=act)
                )
                return True
        return False

    # --- what befalls the server ---

    async def kill(self) -> None:
        """Kill the server and start it again. Whatever it had started is dead then."""
        self.left -= 1
        began = time.monotonic()
        await self.served.kill()
        self.tender = await asyncio.to_thread(tender_goals, self.served.state)
        self.witness.begin_life()
        running = [s.pid for s in self.witness.seen]
        await self.served.start()
        self.downtime += time.monotonic() - began
        assert [pid for pid in running if is_ours(pid)] == []

    def _may_kill(self, share: float) -> bool:
        return self.left > 0 and not self.tender and self.dice.random() < share

    # --- the play ---

    async def play(self, kills: int) -> None:
        """Let all goals come to their end, with so many kills on the way."""
        self.left = kills
        await self.open_all()
        async with asyncio.timeout(PATIENCE + EACH_KILL * kills):
            while True:
                held = await self.witness.next(QUIET)
                if held is not None:
                    await self._met(held)
                elif not await self.approve_all() and await self.all_ended():
                    if self.left <= 0:
                        return
                    await self.open_all()

    async def _met(self, held: Any) -> None:
        self._steady(held.sighting)
        if not self._may_kill(0.5):
            held.let_go()
        elif self.dice.random() < 0.6:
            await self.kill()
        else:
            held.let_go()
            # Not a wait for anything: the kill falls on whatever happens then.
            await asyncio.sleep(self.dice.uniform(0, 0.2))
            await self.kill()

    def _steady(self, seen: Sighting) -> None:
        """A goal whose agent was seen to end a run in this life is out of danger."""
        if seen.point == "verifier-starts" and self._ran_now(seen.goal):
            self.tender.discard(seen.goal)

    def _ran_now(self, goal: str) -> bool:
        life = self.witness.life
        return any(s.goal == goal and s.life == life and s.point == "agent-ends" for s in self.witness.seen)

    async def all_ended(self) -> bool:
        goals = await self.served.goals()
        ended = [g for g in goals if g["status"] in ("completed", "failed", "paused")]
        self.tender -= {g["id"] for g in ended}
        return len(ended) == len(self.opened)

    async def told(self) -> None:
        """Return when every goal's thread shows its end."""
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(undelivered, self.served.state):
                await self.witness.next(QUIET)


def is_ours(pid: int) -> bool:
    """Whether the process still runs our script."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return os.fsencode(str(SCRIPT)) in command and state not in ("Z", "X")


def tender_goals(state: Path) -> set[str]:
    """The goals that one more interrupted run would pause, read from a copy of what a dead server left."""
    copy = state.with_name(f"{state.name}-copy")
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in state.glob("goalward.db*"):
        shutil.copy(file, copy)
    with closing(sqlite3.connect(copy / "goalward.db")) as store:
        return {row[0] for row in store.execute(TENDER)}


def undelivered(state: Path) -> int:
    with closing(sqlite3.connect(state / "goalward.db")) as store:
        (count,) = store.execute("SELECT count(*) FROM outbox WHERE state = 'pending'").fetchone()
    return int(count)


TENDER = """
SELECT id FROM goal WHERE status = 'active' AND 2 <=
    json_extract(document, '$.streaks.crashes') + (
        SELECT count(*) FROM step AS call
        WHERE call.goal_id = goal.id AND call.kind = 'call' AND call.turn = json_extract(document, '$.turn') + 1
        AND NOT EXISTS (SELECT 1 FROM step AS result WHERE result.goal_id = call.goal_id
            AND result.turn = call.turn AND result.number = call.number AND result.kind = 'result'))
"""
