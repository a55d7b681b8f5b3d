"""A worker of the benchmarks as a process of its own, with an agent that answers at once: `one_worker URL STATE`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from bot.app import open_core
from bot.roles import WORKER
from tests.bench.machines import shared
from tests.bench.players import Score, players

ENDLESS = 10**9


async def main(url: str, state: Path) -> None:
    score, over = Score(), asyncio.Event()
    score.allow(ENDLESS)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    core, lock = await open_core(shared(url, state), plugins=players(score), role=WORKER)
    await core.start()
    await over.wait()
    await core.stop()
    lock.release()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
