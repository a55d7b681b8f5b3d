"""Processes that share a database, each with its part of the work: whole ones, started, spoken to and killed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.cluster import Cluster, until
from tests.peers.served import Served, environment
from tests.peers.started import started

pytestmark = pytest.mark.postgres

MONITOR = '/goal --monitor --every 5s --verify "http-up" --on-achieved webhook:{url}/hook it is up'
WORK = '/goal --agent fixer --auto-approve --verify "test -e done" make it'


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
