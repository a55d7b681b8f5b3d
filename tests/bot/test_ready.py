"""Whether a process says that it is ready when one of its parts is not at work any more."""

import asyncio
from pathlib import Path

from bot.app import open_core
from bot.settings import Settings


async def test_a_process_of_which_a_part_broke_is_not_ready(tmp_path: Path) -> None:
    core, lock = await open_core(Settings(state=tmp_path / "state"))
    broke = asyncio.Event()

    async def breaks() -> None:
        broke.set()
        raise RuntimeError("a defect")

    core.beside("pages", breaks)
    await core.start()
    await broke.wait()
    await asyncio.sleep(0)  # whoever looks after it is told
    await asyncio.sleep(0)
    problems = await core.problems()
    await core.stop()
    lock.release()
    assert problems == ["Its part `pages` broke, and the log says why: start this process again."]
