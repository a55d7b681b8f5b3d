"""What commands must not see: our state, and of a worker beside another process all of that one's."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.lock import StateLock
from bot.sandbox import covering

ASK = "import sys, pathlib; from bot.sandbox import covering; print(covering(pathlib.Path(sys.argv[1])))"
ROOT = Path(__file__).resolve().parents[2]


async def covered_by_a_child(state: Path) -> Path:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASK, str(state), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    said, _ = await child.communicate()
    return Path(said.decode().strip())


async def test_a_worker_beside_a_process_hides_all_of_that_ones_state(tmp_path: Path) -> None:
    lock = StateLock(tmp_path)
    lock.acquire()
    beside = await covered_by_a_child(tmp_path / "worker")
    lock.release()
    alone = await covered_by_a_child(tmp_path / "worker")
    assert (beside, alone) == (tmp_path, tmp_path / "worker")


def test_a_state_within_somebody_elses_hides_itself_alone(tmp_path: Path) -> None:
    lock = StateLock(tmp_path)
    lock.acquire()
    covered = covering(tmp_path / "worker")
    lock.release()
    assert covered == tmp_path / "worker"
