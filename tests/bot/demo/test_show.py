"""`goalward demo` and `goalward run` with models, in processes of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.demo import Demonstration, prepare
from bot.demo.cast import AGENT, JUDGE, Cast
from bot.demo.model import playing
from bot.demo.referee import referee
from bot.demo.show import settings
from bot.demo.worker import worker
from bot.sections import ModelSection
from bot.settings import Settings
from tests.peers.command_line import CommandLine

NAMES = {"GOALWARD_MODEL__AGENT": f"openai/{AGENT}", "GOALWARD_MODEL__JUDGE": f"openai/{JUDGE}"}
PRICES = ", ".join(f'"{name}" = {{input = 2, cached = 0.2, output = 8}}' for name in NAMES.values())
NOWHERE = "http://127.0.0.1:9"


@asynccontextmanager
async def demo(place: Path, **environ: str) -> AsyncIterator[httpx.AsyncClient]:
    """The demonstration as `make run` starts it, behind a proxy that does not answer."""
    words = ("demo", "--port", "0", "--state", str(place / "state"))
    command = CommandLine(place)
    proxies = {"HTTP_PROXY": NOWHERE, "http_proxy": NOWHERE}
    process = await command.start(*words, **proxies, **environ)
    try:
        async with asyncio.timeout(60):
            assert process.stdout is not None
            url, _, key = (await process.stdout.readline()).decode().split()[2].partition("?key=")
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
            yield http
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def stands(http: httpx.AsyncClient, *statuses: str) -> dict[str, Any]:
    async with asyncio.timeout(90):
        while True:
            goals = (await http.get("/api/goals")).json()["goals"]
            if goals and goals[0]["status"] in statuses:
                return dict(goals[0])
            await asyncio.sleep(0.2)


async def approve(http: httpx.AsyncClient, goal: dict[str, Any]) -> None:
    question = await asked(http, goal)
    await http.post(
        f"/api/channels/demo/messages/{question['id']}/reactions", json={"user": "you", "emoji": "✅"}
    )


async def asked(http: httpx.AsyncClient, goal: dict[str, Any]) -> dict[str, Any]:
    """The message with the buttons, which is posted when the goal has been stored."""
    async with asyncio.timeout(30):
        while True:
            said = (await http.get(f"/api/channels/demo/threads/{goal['thread']}")).json()["messages"]
            for message in said:
                if any(button["action"] == "approve" for button in message.get("buttons", ())):
                    return dict(message)
            await asyncio.sleep(0.1)


async def welcome(http: httpx.AsyncClient) -> str:
    return str((await http.get("/api/channels/demo/messages")).json()["messages"][0]["text"])


async def test_without_a_model_a_scripted_one_plays_and_the_page_says_so(tmp_path: Path) -> None:
    async with demo(tmp_path) as http:
        await approve(http, await stands(http, "pending_approval"))
        goal = await stands(http, "completed", "paused", "failed")
        told = (await welcome(http)).splitlines()[-1]
    assert (goal["label"], goal["turns"]) == ("proven", 3)
    assert (
        told
        == "No model is set: a scripted one plays agent and judge; `GOALWARD_MODEL__AGENT` sets a real one."
    )


async def test_a_model_of_the_environment_does_the_goal(tmp_path: Path) -> None:
    async with playing({AGENT: worker(0), JUDGE: referee(0)}) as model:
        environ = {**NAMES, "GOALWARD_MODEL__BASE_URL": model.url, "NO_PROXY": "127.0.0.1"}
        async with demo(tmp_path, **environ) as http:
            await approve(http, await stands(http, "pending_approval"))
            goal = await stands(http, "completed", "paused", "failed")
            assert "scripted one" not in await welcome(http)
    assert goal["label"] == "proven" and {r.model for r in model.requests} == {AGENT, JUDGE}


async def test_a_run_in_the_terminal_tells_what_each_model_cost(tmp_path: Path) -> None:
    command = CommandLine(tmp_path)
    command.workspace = prepare(tmp_path / "sample").repo
    async with playing({AGENT: worker(0), JUDGE: referee(0)}) as model:
        command.settings.write_text(
            f'[model]\nagent = "openai/{AGENT}"\njudge = "openai/{JUDGE}"\nbase_url = "{model.url}"\n'
            f"prices = {{{PRICES}}}\n"
        )
        verify = ("--auto-approve", "--verify", "python3 -m unittest -q", "--max-usd", "1")
        ended = await command.run(*verify, "make the tests pass")
    goal = ended.last
    assert (ended.status, goal["label"]) == (0, "proven"), ended.err
    assert set(goal["cost_by_model"]) == set(NAMES.values())
    assert goal["usd"] == pytest.approx(sum(goal["cost_by_model"].values()))
    purposes = goal["usage_by_purpose"]
    assert set(purposes) == {"agent", "judge"}
    assert goal["tokens"]["output"] == sum(sums["output"] for sums in purposes.values())


def test_who_comes_in_and_what_commands_may_are_as_the_settings_say(tmp_path: Path) -> None:
    given = Settings.model_validate({"local": {"key": "k"}, "sandbox": {"mode": "process"}, "store": "x"})
    players = Cast(ModelSection(agent="openai/a"), "", "")
    ours = settings(tmp_path, Demonstration(tmp_path, ("true",)), players, given)
    assert (ours.local, ours.sandbox, ours.store) == (given.local, given.sandbox, "")
