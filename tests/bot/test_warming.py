"""The library behind the models is loaded some seconds after ready, not before."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.minds import WARM_AFTER
from bot.sections import ModelSection
from bot.settings import Settings

SOON = 0.3


class Cold:
    """A model of which only is seen when it is warmed."""

    def __init__(self) -> None:
        self.warmed = asyncio.Event()
        self.at = 0.0

    async def warm(self) -> None:
        self.at = asyncio.get_running_loop().time()
        self.warmed.set()

    async def close(self) -> None: ...


async def test_the_models_are_warmed_some_seconds_after_ready_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WARM_AFTER == 2.0
    monkeypatch.setattr(app, "WARM_AFTER", SOON)
    model: Any = Cold()
    settings = Settings(
        state=tmp_path / "state", model=ModelSection(agent="openai/x", base_url="http://127.0.0.1:9")
    )
    core, lock = await app.open_core(settings, model=model)
    started = asyncio.get_running_loop().time()
    await core.start()
    ready, early = asyncio.get_running_loop().time(), model.warmed.is_set()
    async with asyncio.timeout(30):
        await model.warmed.wait()
    await core.stop()
    lock.release()
    assert not early and ready - started < model.at - started >= SOON
