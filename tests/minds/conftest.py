"""A house whose agent and judge are scripted models on loopback, with the real litellm in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.demo.script import Answer, Call, Script, says
from goals.models.llm import LiteLLM
from tests.peers.house import House
from tests.peers.model import provider

AGENT, JUDGE = "openai/agent-model", "openai/judge-model"
PRICES = {name: {"input": 1.0, "cached": 0.1, "output": 4.0} for name in (AGENT, JUDGE)}


def calls(*named: tuple[str, dict[str, Any]], text: str = "") -> Answer:
    """A reply that calls tools: `calls(("shell", {"command": "ls"}))`."""
    return Answer(text, [Call(name, arguments) for name, arguments in named])


def word(
    *met: bool, kept: tuple[bool, ...] = (), complete: bool | None = None, missing: str = "", **more: Any
) -> str:
    """A judge's answer."""
    answer = {
        "criteria": [{"id": n, "met": m, "evidence": "seen"} for n, m in enumerate(met, 1)],
        "constraints": [{"id": n, "kept": k, "evidence": "seen"} for n, k in enumerate(kept, 1)],
        "score": 1.0 if all(met) else 0.5,
        "complete": all(met) and all(kept) if complete is None else complete,
        "missing": missing or ("" if all(met) else "a criterion is open"),
    }
    return json.dumps(answer | more)


YES = says(word(True))


@pytest.fixture(scope="session", autouse=True)
def library() -> None:
    """litellm takes seconds to load; no test's patience is spent on that."""
    asyncio.run(LiteLLM().warm())


@pytest.fixture
def minded(tmp_path: Path) -> Callable[..., Any]:
    """`async with minded(agent, judge) as (house, model)`: scripts by role; `judge=None` leaves out the judge,
    `others` are scripts of further models by name.
    """

    @asynccontextmanager
    async def opened(agent: Script, judge: Script | None = YES, **settings: Any) -> AsyncIterator[Any]:
        scripts = {"agent-model": agent} | ({"judge-model": judge} if judge else {})
        scripts |= settings.pop("others", {})
        async with provider(scripts) as model:
            section = {
                "agent": AGENT,
                "judge": JUDGE if judge else "",
                "base_url": model.url,
                "prices": PRICES,
                "timeout": 20,
            } | settings.pop("model", {})
            house = House(tmp_path, model=section, **settings)
            await house.open()
            try:
                yield house, model
            finally:
                await house.close()

    return opened
