"""`goalward serve` with a log for machines: every line is JSON, and a goal that ends is one of them."""

import asyncio
import json
from pathlib import Path

from tests.peers.served import Served

SETTINGS = """
[telemetry]
logs = "json"

[sandbox]
mode = "process"

[defaults]
agent = "worker"

[agents.worker]
type = "command"
command = "echo done > done.txt"
"""


async def test_a_goal_that_ends_is_one_line_of_json(tmp_path: Path) -> None:
    (tmp_path / "goalward.toml").write_text(SETTINGS)
    served = Served(tmp_path / "state", tmp_path / "goalward.toml", tmp_path / "log")
    try:
        await served.start()
        await served.say("demo", "ana", '/goal --auto-approve --verify "test -f done.txt" leave a note')
        async with asyncio.timeout(120):
            while not (goals := [g for g in await served.goals() if g["status"] == "completed"]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await served.stop()
    finally:
        await served.close()

    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    (ended,) = [line for line in lines if line["logger"] == "goalward.goals"]
    known = {name: ended[name] for name in ("level", "goal", "mode", "status", "label", "reason")}
    assert known == {
        "level": "info",
        "goal": goals[0]["id"],
        "mode": "drive",
        "status": "completed",
        "label": "proven",
        "reason": "proven",
    }
