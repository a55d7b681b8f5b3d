"""`goalward demo`, behind `make run`: the bot with the demonstration's goal on its way in channel `demo`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from adapters.local import LocalAdapter
from adapters.local.router import heard
from bot.app import Core
from bot.demo import Demonstration, prepare
from bot.demo.cast import Cast, cast
from bot.serve import Ready, serve
from bot.settings import Settings
from goals.ports import RoomMessage

GUIDE = "guide"
"""Who asks for the goal; you approve it."""

WELCOME = (
    "Welcome to Goalward. The goal below asks an agent to repair a small package whose tests really fail. "
    "**It waits for your ✅**: open its thread and press *Approve* there, or give that very message a ✅. "
    "Then watch the card; in about a minute the audit stands in the thread. "
    "Start one of your own with `/goal`; `/goal help` says how."
)


async def show(state: Path, host: str, port: int, ready: Ready, given: Settings) -> None:
    """Serve with the demonstration's agents and channel; ask for its goal unless one is on its way already.

    Of the settings that are `given` the models count; without one that works, a scripted one plays.
    """
    demonstration = await asyncio.to_thread(prepare, state)
    async with cast(given.model) as players:

        async def begin(local: LocalAdapter, core: Core) -> None:
            if not await core.service.unfinished(channel_key=f"local:{demonstration.channel}"):
                await _ask(core, demonstration, players)

        ours = settings(state, demonstration, players, given).knowing(given.variables)
        await serve(ours, host, port, ready, at_start=begin)


def settings(state: Path, demonstration: Demonstration, players: Cast, given: Settings) -> Settings:
    """The demonstration's own agents and channel; who comes in and what commands may are as the settings say."""
    return Settings.model_validate(
        {
            "state": state,
            "model": players.section,
            "local": given.local,
            "sandbox": given.sandbox,
            "agents": {demonstration.agent: {"type": "command", "argv": demonstration.argv}},
            "channels": {f"local:{demonstration.channel}": {"repo": str(demonstration.repo)}},
        }
    )


async def _ask(core: Core, demonstration: Demonstration, players: Cast) -> None:
    now = core.clock.now()
    welcome = RoomMessage("", demonstration.channel, "", GUIDE, f"{WELCOME}\n\n{players.said}", now)
    await core.store.rooms.say(welcome, key=f"demo:welcome:{players.said}")
    goal = RoomMessage("", demonstration.channel, "", GUIDE, demonstration.goal(players.budget), now)
    said = await core.store.rooms.say(goal, key=f"demo:{now.isoformat()}")
    (message,) = await core.store.rooms.read(demonstration.channel, message_id=said)
    await core.inbox.accept(heard(message))
