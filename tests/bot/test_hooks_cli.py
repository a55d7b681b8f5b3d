"""`goalward hooks`: what was given up is listed and tried again, through the server and on a stopped one's state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.peers.command_line import KEY, CommandLine, Ended
from tests.peers.web import Page, serving

LONGEST = 120.0


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


async def hooks(command: CommandLine, *words: str) -> Ended:
    return await command("hooks", "--state", str(command.state), *words, GOALWARD_LOCAL__KEY=KEY)


async def listed(command: CommandLine, *words: str) -> list[dict[str, Any]]:
    return list((await hooks(command, "list", "--json", *words)).last["hooks"])


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(LONGEST):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def until_state(server: Any, state: str) -> dict[str, Any]:
    """The only goal's only hook, once it stands so."""
    async with asyncio.timeout(LONGEST):
        while True:
            goal = await server.goal("completed")
            found = (await server.http.get("/api/hooks", params={"goal": goal["id"]})).json()["hooks"]
            if [hook["state"] for hook in found] == [state]:
                return dict(found[0])
            await asyncio.sleep(0.05)


async def test_hooks_are_tried_again_on_a_stopped_servers_state_and_through_a_running_one(
    command: CommandLine,
) -> None:
    pages = [Page(410), Page(404), Page(200)]
    async with serving(lambda asked: pages.pop(0)) as there:
        environ = {"GOALWARD_HTTP__HOSTS": json.dumps([there.host])}
        async with command.serving(**environ) as server:
            await server.say(f'/goal --auto-approve --verify "true" --on-achieved webhook:{there.url} do it')
            dead = await until_state(server, "dead")
        told = await hooks(command, "list")
        on_state = await hooks(command, "retry")
        async with command.serving(**environ) as server:
            await until(lambda: len(there.asked) == 2)
            await until_state(server, "dead")
            through_server = await hooks(command, "retry", str(dead["number"]))
            await until_state(server, "sent")
            left = await listed(command)
            of_goal = await listed(command, dead["goal"])
        nothing = await hooks(command, "retry", dead["goal"])
    assert len({asked.headers["idempotency-key"] for asked in there.asked}) == 1
    assert dead["goal"] in told.out and "on_achieved" in told.out
    assert on_state.out == (
        "1 hook will be tried again. No process delivers them now; `goalward serve` does.\n"
    )
    assert through_server.out == "1 hook will be tried again.\n"
    assert (left, [hook["state"] for hook in of_goal]) == ([], ["sent"])
    assert (nothing.status, nothing.err) == (
        2,
        f"goalward: No hook of goal {dead['goal']} was given up: there is nothing to try again.\n",
    )


async def test_where_there_is_no_state_there_are_no_hooks(command: CommandLine) -> None:
    told = await hooks(command, "list")
    assert (told.status, told.err) == (2, f"goalward: There are no goals in {command.state}.\n")
