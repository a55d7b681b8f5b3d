"""What people did is carried out once, also when the server was killed after it was stored and before it was done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.chat import Body, Inbound, Reaction
from adapters.inbox import Inbox
from adapters.local.router import heard
from goals.clock import SystemClock
from goals.domain.values import Origin, Person
from goals.outbox import Outbox
from goals.ports import RoomMessage
from goals.store import Store, open_store
from tests.chaos.test_kills import a_world
from tests.chaos.test_turns import parked
from tests.chaos.world import KINDS, World, wish

CLOCK = SystemClock()

pytestmark = pytest.mark.timeout(300)


class Asleep:
    """Somebody who never comes to carry out anything."""

    async def act(self, event: Inbound) -> Body | None:
        await asyncio.Event().wait()
        return None


async def accept(store: Store, event: Inbound) -> None:
    """Store what came in, and be killed before it is handled."""
    await Inbox(store.inbox, Outbox(store.outbox, {}, CLOCK), Asleep(), CLOCK).accept(event)


async def started_twice(world: World) -> None:
    """What is there is taken up at the first start, and not again at the second."""
    await world.served.start()
    await parked(world)
    await world.kill()
    await parked(world)


async def test_a_goal_that_was_asked_for_is_opened_once(tmp_path: Path) -> None:
    async with a_world(tmp_path / "world", 1) as world:
        await world.served.stop()
        store = await open_store("", world.served.state)
        text = wish(KINDS[0], world.witness.port)
        message = await store.rooms.say(RoomMessage("", "demo", "", "ana", text, CLOCK.now()), key="k1")
        await accept(store, heard((await store.rooms.read("demo", message_id=message))[0]))
        await store.close()
        await started_twice(world)
        (goal,) = await world.served.goals()
        assert (goal["label"], goal["thread"], goal["turns"]) == ("proven", message, 3)


async def test_an_approval_that_was_given_is_counted_once(tmp_path: Path) -> None:
    async with a_world(tmp_path / "world", 2) as world:
        thread = await world.served.say("demo", "ana", wish(KINDS[1], world.witness.port))
        goal = await parked(world)
        await world.told()
        question = (await world.served.thread("demo", thread))[-1]
        await world.served.stop()
        store = await open_store("", world.served.state)
        at = Origin("local", "demo", thread, root=thread)
        await accept(store, Reaction("k2", Person("ana", "ana"), at, question["id"], "✅", True))
        await store.close()
        await started_twice(world)
        events = await world.served.events(str(goal["id"]))
        decided = [e for e in events if e["event"] == "ApprovalDecided"]
        assert ((await parked(world))["label"], len(decided)) == ("proven", 1)
