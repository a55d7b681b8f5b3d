"""What a monitor has seen, as a picture: when somebody asks for it, and with the message that ends it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.peers.house import House


async def picture(house: House, message: dict[str, Any]) -> tuple[str, str, tuple[int, int]]:
    """What is attached to a message: its name, its kind, its size in pixels."""
    (file,) = message["files"]
    had = await house.http.get(file["url"])
    return file["name"], had.headers["content-type"], Image.open(BytesIO(had.content)).size


def watched(house: House, met: bool) -> str:
    verifier = {"type": "data", "path": "open.json", "expr": "data['open']"}
    report = Path(house.place / "repo" / "open.json")
    report.parent.mkdir(exist_ok=True)
    report.write_text(json.dumps({"open": met}))
    return f"/goal --monitor --every 1m --repo {report.parent} --verify '{json.dumps(verifier)}' it is open"


async def seen(house: House, thread: str) -> None:
    async def there() -> bool:
        return bool((await house.goal(thread))["checks"])

    await house.until(there)


async def test_a_picture_is_posted_in_the_thread_for_whoever_asks(house: House) -> None:
    thread = await house.say("demo", watched(house, met=False))
    await seen(house, thread)
    goal = await house.goal(thread)
    await house.reply(thread, "/goal plot", user="ben")
    posted = await house.shown(thread, lambda m: m["text"].startswith("What goal"))
    assert posted["text"] == f"What goal {goal['id']} has seen so far:"
    assert await picture(house, posted) == (f"{goal['id']}.png", "image/png", (1024, 384))


async def test_the_message_that_ends_a_monitor_brings_the_picture(house: House) -> None:
    thread = await house.say("demo", watched(house, met=True))
    goal = await house.stands(thread, "completed")
    edge = await house.shown(thread, lambda m: m["text"].startswith("🔔"))
    assert await picture(house, edge) == (f"{goal['id']}.png", "image/png", (1024, 384))


async def test_the_readings_are_there_to_be_read(house: House) -> None:
    thread = await house.say("demo", watched(house, met=True))
    goal = await house.stands(thread, "completed")
    readings = (await house.http.get(f"/api/goals/{goal['id']}/readings")).json()
    assert [(point["met"], point["count"]) for point in readings["points"]] == [(True, 1)]


async def test_a_goal_that_is_worked_on_has_no_picture(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", '/goal --auto-approve --verify "test -f done" make it')
    goal = await house.stands(thread, "completed")
    (said,) = await house.reply(thread, "/goal plot")
    assert said == f"Goal {goal['id']} is no monitor; only what is watched has values over time to draw."
