"""Who shares a store hears what others do to it, and not what it does itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from goals.domain.change import Change
from goals.domain.errors import StaleGoal
from goals.domain.values import Status
from goals.ports import Outgoing, RoomMessage
from goals.ports.sharing import Signal, Topic
from goals.store import open_store
from tests.given import NOW, goal, later
from tests.goals.store.sharing import sharer

pytestmark = pytest.mark.postgres

LAST = Outgoing("last", "local:demo:m9", "reply", {})


async def test_a_change_is_told_to_the_other_processes_with_all_that_it_leaves(
    postgres_url: str, tmp_path: Path
) -> None:
    rows = [
        Outgoing("g7k2:1", "slack:T1:C1:1.2", "event", {}),
        Outgoing("g7k2:edit*", "slack:T1:C1:1.2/card", "card", {}, not_before=later(seconds=3)),
        Outgoing("g7k2:hook", "g7k2:hook", "hook", {}, not_before=later(seconds=5)),
    ]
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        await one.store.goals.record(Change(goal(version=0), ()), at=NOW, outgoing=rows)
        heard = await other.until(lambda heard: len(heard) >= 3)

        assert sorted(heard, key=lambda signal: signal.topic) == [
            Signal(Topic.GOAL, "g7k2", Status.QUEUED.value),
            Signal(Topic.HOOK, at=later(seconds=5)),
            Signal(Topic.POST, "slack"),
        ]
        assert one.heard == []


async def test_what_came_in_and_what_was_said_in_a_room_is_told(postgres_url: str, tmp_path: Path) -> None:
    said = RoomMessage("", "demo", "", "ana", "hello", NOW)
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        await one.store.inbox.put("a", {}, NOW)
        message = await one.store.rooms.say(said, key="k")
        heard = await other.until(lambda heard: len(heard) >= 2)

    assert sorted(heard, key=lambda signal: signal.topic) == [
        Signal(Topic.INBOX),
        Signal(Topic.ROOM, message, "demo"),
    ]


async def test_what_was_refused_is_told_to_nobody(postgres_url: str, tmp_path: Path) -> None:
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        with pytest.raises(StaleGoal):
            await one.store.goals.record(Change(goal(version=7), ()), at=NOW, outgoing=[])
        await one.store.outbox.put([LAST])

        assert await other.until(bool) == [Signal(Topic.POST, "local")]


async def test_a_process_that_shares_has_a_store_to_itself_only_when_the_others_are_gone(
    postgres_url: str, tmp_path: Path
) -> None:
    async with sharer(postgres_url, tmp_path):
        with pytest.raises(Exception, match="in use by another Goalward"):
            await open_store(postgres_url, tmp_path, alone=True)

    await (await open_store(postgres_url, tmp_path, alone=True)).close()


async def test_a_connection_that_breaks_is_made_anew_and_said_to_be_a_gap(
    postgres_url: str, tmp_path: Path
) -> None:
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        await break_connections(postgres_url)
        await one.until(lambda heard: Signal(Topic.GAP) in heard)
        await other.until(lambda heard: Signal(Topic.GAP) in heard)
        await one.store.outbox.put([LAST])

        assert await other.until(lambda heard: len(heard) >= 2) == [
            Signal(Topic.GAP),
            Signal(Topic.POST, "local"),
        ]


async def break_connections(url: str) -> None:
    """As a database does that restarts."""
    import psycopg

    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    place = url.replace("postgresql+psycopg://", "postgresql://")
    async with await psycopg.AsyncConnection.connect(place, autocommit=True) as connection:
        await connection.execute(kill)
