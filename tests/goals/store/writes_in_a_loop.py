"""Changes one goal for ever and prints each version once it is stored; to be killed."""

import asyncio
import itertools
import sys
from pathlib import Path

from goals.domain.events import Noted
from goals.domain.values import Goal, Origin, Person, Request, Step
from goals.ports import Change, Outgoing
from goals.store import open_store
from goals.store.outbox import AT_ONCE


async def main(url: str, state: Path) -> None:
    store = await open_store(url, state)
    new = Goal("g7k2", Request("x"), Person("ana"), Origin("local", "demo", "m1"), AT_ONCE, AT_ONCE)
    goal = await store.goals.record(Change(new, ()), at=AT_ONCE)
    for number in itertools.count(1):
        print(goal.version, flush=True)
        await store.steps.append(goal.id, Step(1, number, "call", {"number": number}, AT_ONCE))
        told = Outgoing(f"g7k2:{number}", "m1", "event", {})
        goal = await store.goals.record(Change(goal, (Noted("again"),)), at=AT_ONCE, outgoing=[told])


asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
