"""Monitors, from the wish in a channel to the message in its thread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.peers.house import House


def monitor(expr: str, words: str) -> str:
    verifier = json.dumps({"type": "data", "path": "depth.json", "expr": expr})
    return f"/goal --monitor --verify '{verifier}' {words}"


async def looked(house: House, thread: str, times: int) -> dict[str, Any]:
    """The monitor once it has been looked at so often."""

    async def there() -> dict[str, Any] | None:
        goal = await house.goal(thread)
        return goal if goal["checks"] >= times else None

    found: dict[str, Any] = await house.until(there)
    return found


async def test_it_looks_at_the_directory_where_it_is_and_ends_when_it_is_met(
    house: House, tmp_path: Path
) -> None:
    place = tmp_path / "queue"
    place.mkdir()
    (place / "depth.json").write_text("12")
    thread = await house.say("demo", monitor("data < 3", f"--every 1m --repo {place} the queue is short"))
    await looked(house, thread, 1)

    (place / "depth.json").write_text("2")
    house.clock.advance(70)
    ended = await house.stands(thread, "completed")

    assert (ended["reason"], ended["checks"], ended["turns"]) == ("proven", 2, 0)
