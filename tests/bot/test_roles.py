"""Processes that share a database, each with its part of the work: whole ones, started, spoken to and killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.dispatch.tables import make_tables
from tests.peers.served import Served, environment
from tests.peers.started import started
from tests.peers.web import Page, serving

pytestmark = pytest.mark.postgres

PATIENCE = 120.0
SECRET = {"GOALWARD_HOOKS__SECRET": "what-the-receiver-knows"}
MONITOR = '/goal --monitor --every 5s --verify "http-up" --on-achieved webhook:{url}/hook it is up'
WORK = '/goal --agent fixer --auto-approve --verify "test -e done" make it'


class Cluster:
    """Processes of one set of settings, by their names; each has a state of its own, as on a machine of its own."""

    def __init__(self, place: Path, url: str, host: str) -> None:
        make_tables(url)
        self.place = place
        self.settings = place / "goalward.toml"
        self.settings.write_text(
            f'store = "{url}"\ndispatch = "procrastinate"\n[workers]\nlease = "3s"\n'
            f'[http]\nhosts = ["{host}"]\n'
            '[agents.fixer]\ntype = "command"\ncommand = "touch done"\n'
            f'[verifiers.http-up]\ntype = "http"\nurl = "http://{host}/up"\n'
        )
        self.all: list[Served] = []

    async def start(self, *roles: str) -> list[Served]:
        """Those of these roles, ready."""
        names = [f"{role}-{len(self.all) + number}" for number, role in enumerate(roles)]
        made = [
            Served(self.place / name, self.settings, self.place / f"{name}.log", role=role, env=SECRET)
            for name, role in zip(names, roles, strict=True)
        ]
        self.all += made
        await asyncio.gather(*(served.start() for served in made))
        return made


@pytest.fixture
async def peer() -> AsyncIterator[Any]:
    async with serving(Page(200)) as there:
        yield there


@pytest.fixture
async def cluster(tmp_path: Path, postgres_url: str, peer: Any) -> AsyncIterator[Cluster]:
    made = Cluster(tmp_path, postgres_url, peer.host)
    try:
        yield made
    finally:
        await asyncio.gather(*(served.close() for served in made.all))


async def until(condition: Any) -> Any:
    async with asyncio.timeout(PATIENCE):
        while True:
            if found := await condition():
                return found
            await asyncio.sleep(0.1)


async def ended(served: Served, goal_id: str) -> dict[str, Any] | None:
    goal = await served.goal(goal_id)
    return goal if goal["status"] in ("completed", "failed") else None


async def told(served: Served, thread: str) -> list[str]:
    """What the bot has said in a thread, its card left out."""
    said = await served.thread("demo", thread)
    return [m["text"] for m in said if m["bot"] and not m["text"].startswith("🎯")]


async def test_each_role_does_its_part_and_what_is_told_is_told_once(cluster: Cluster, peer: Any) -> None:
    one, other, *_ = await cluster.start("gateway", "gateway", "worker", "monitor", "monitor")
    watched = await one.say("demo", "ana", MONITOR.format(url=peer.url))
    worked = await other.say("demo", "ben", WORK)
    ids = {goal["thread"]: goal["id"] for goal in await until(lambda: two_goals(one))}
    both = [await until(lambda thread=thread: ended(other, ids[thread])) for thread in (watched, worked)]
    await until(lambda: hooked(peer))
    await until(lambda: shown_by_both(one, other, watched))

    assert [(goal["status"], goal["label"]) for goal in both] == [
        ("completed", "proven"),
        ("completed", "proven"),
    ]
    assert len([asked for asked in peer.asked if asked.path == "/hook"]) == 1
    assert [len(await told(served, watched)) for served in (one, other)] == [1, 1]
    assert len(await told(one, worked)) == 1


async def two_goals(served: Served) -> list[dict[str, Any]]:
    found = await served.goals()
    return found if len(found) == 2 else []


async def hooked(peer: Any) -> bool:
    return any(asked.path == "/hook" for asked in peer.asked)


async def shown_by_both(one: Served, other: Served, thread: str) -> bool:
    first, second = [await told(served, thread) for served in (one, other)]
    return bool(first) and first == second


async def test_when_the_gateway_that_speaks_is_killed_the_other_hears_and_speaks(cluster: Cluster) -> None:
    (first,) = await cluster.start("gateway")
    await first.say("demo", "ana", "/goal help")
    (second,) = await cluster.start("gateway")
    asked = await second.say("demo", "ana", "/goal help")
    await until(lambda: told(second, asked))
    await first.kill()
    again = await second.say("demo", "ana", "/goal list")

    assert len(await until(lambda: told(second, again))) == 1


async def test_only_who_talks_with_people_has_a_page(cluster: Cluster) -> None:
    gateway, worker = await cluster.start("gateway", "worker")
    paths = ("", "api/goals", "healthz", "readyz", "metrics")

    assert [[await served.status(path) for path in paths] for served in (gateway, worker)] == [
        [200, 200, 200, 200, 200],
        [404, 404, 200, 200, 200],
    ]


async def test_the_command_line_looks_after_goals_of_a_store_that_others_work_on(cluster: Cluster) -> None:
    (gateway,) = await cluster.start("gateway")
    await gateway.say("demo", "ana", WORK)
    goal_id = (await until(gateway.goals))[0]["id"]
    where = ("--settings", str(cluster.settings))
    ran = await started("goals", *where, "pause", goal_id, cwd=cluster.place, env=environment())
    out, err = await ran.communicate()

    assert (ran.returncode, err) == (0, b"")
    assert b"No process" not in out
    assert (await gateway.goal(goal_id))["status"] == "paused"
