"""Monitors, from the wish in a channel to the message in its thread."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.peers.house import House
from tests.peers.web import Asked, Page, serving

SECRET = "what-the-receiver-knows"


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


async def test_an_endpoint_that_comes_back_ends_a_monitor_calls_a_signed_webhook_and_starts_the_next_goal(
    house_with: Callable[..., Any],
) -> None:
    health = {"status": 500}

    def answer(asked: Asked) -> Page:
        return Page(health["status"] if asked.path == "/health" else 200)

    async with (
        serving(answer) as there,
        house_with(http={"hosts": [there.host]}, hooks={"secret": SECRET}) as house,
    ):
        verifier = json.dumps({"type": "http", "url": f"{there.url}/health"})
        hooks = (
            f'--on-achieved webhook:{there.url}/hook --on-achieved "goal:--auto-approve --verify true deploy"'
        )
        thread = await house.say("demo", f"/goal --monitor --every 1m --verify '{verifier}' {hooks} it is up")
        await looked(house, thread, 1)
        health["status"] = 200
        house.clock.advance(70)
        ended = await house.stands(thread, "completed")
        chained = await house.until(lambda: _deployed(house))
        await house.settled()

    (hook,) = [asked for asked in there.asked if asked.path == "/hook"]
    body = json.loads(hook.body)
    assert hook.headers["x-goalward-signature"] == signature(hook.body)
    assert (body["event"], body["goal"]["id"], body["verdict"]["met"]) == ("on_achieved", ended["id"], True)
    assert (ended["reason"], ended["turns"], chained["reason"]) == ("proven", 0, "proven")


async def _deployed(house: House) -> dict[str, Any] | None:
    """The goal that the monitor started, once it is done."""
    found = [g for g in await house.goals() if g["objective"] == "deploy" and g["status"] == "completed"]
    return found[0] if found else None


def signature(body: bytes) -> str:
    """What a receiver that knows the secret expects."""
    return f"sha256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"
