"""Whoever looks at a page of one process sees what another does, at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.local import Feed
from bot.web.elsewhere import Elsewhere
from goals.clock import SystemClock
from goals.domain.change import Change
from goals.ports import RoomMessage
from goals.ports.sharing import Signal, Topic
from tests.given import NOW, goal
from tests.goals.store.sharing import PATIENCE, sharer

pytestmark = pytest.mark.postgres


async def events(stream: AsyncIterator[bytes], number: int) -> list[tuple[str, dict[str, Any]]]:
    """The next so many that a page gets."""
    found: list[tuple[str, dict[str, Any]]] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < number:
            lines = (await anext(stream)).decode().splitlines()
            said = dict(line.split(": ", 1) for line in lines if ": " in line)
            if "event" in said:
                found.append((said["event"], json.loads(said["data"])))
    return found


async def test_a_page_shows_what_other_processes_do_and_loads_anew_after_a_gap(
    postgres_url: str, tmp_path: Path
) -> None:
    feed = Feed()
    stream = feed.stream()
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        pages = Elsewhere(feed, one.store.goals, one.store.rooms, SystemClock())
        one.store.signals.subscribe(pages.heard)
        running = asyncio.create_task(pages.run())
        greeting = await events(stream, 1)
        await other.store.goals.record(Change(goal(version=0), ()), at=NOW, outgoing=[])
        changed = await events(stream, 1)
        await other.store.rooms.say(RoomMessage("", "demo", "", "ana", "hello", NOW), key="k")
        said = await events(stream, 1)
        pages.heard(Signal(Topic.GAP))
        gap = await events(stream, 1)
        running.cancel()

    assert greeting == [("hello", {})]
    assert changed == [
        ("goal", {"id": "g7k2", "channel": "local:demo", "status": "queued", "version": 1}),
    ]
    assert [(kind, message["text"]) for kind, message in said] == [("message", "hello")]
    assert gap == [("reload", {})]
