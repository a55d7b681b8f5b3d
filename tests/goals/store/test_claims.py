"""What several processes may deliver is delivered by one of them, and by another where that one is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from goals.codec import to_plain
from goals.domain.hooks import Hook
from goals.ports import Delivery, OutboxRows, Outgoing
from goals.ports.sharing import Signal, Topic
from goals.store import open_store
from tests.given import ANA, NOW, later
from tests.goals.store.sharing import sharer

pytestmark = pytest.mark.postgres

HOOKS = [Outgoing(f"h{number}", f"h{number}", "hook", {}, goal_id="g7k2") for number in range(40)]


def keys(rows: Sequence[Outgoing]) -> list[str]:
    return [row.key for row in rows]


async def looked(rows: OutboxRows) -> list[str]:
    return keys((await rows.look(NOW))[0])


async def test_of_many_that_look_at_once_each_row_goes_to_one(postgres_url: str, tmp_path: Path) -> None:
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        await one.store.outbox.put(HOOKS)
        found = await asyncio.gather(*(looked(each.store.due_hooks()) for each in (one, other) * 4))

    ours, theirs = ({key for keys_ in found[which::2] for key in keys_} for which in (0, 1))
    assert (ours | theirs, ours & theirs) == (set(keys(HOOKS)), set())


async def test_what_is_to_go_again_is_free_for_everybody(postgres_url: str, tmp_path: Path) -> None:
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        mine, theirs = one.store.due_hooks(), other.store.due_hooks()
        await mine.put(HOOKS[:1])
        due, _ = await mine.look(NOW)
        before = await theirs.look(NOW)
        await mine.settle(due[0], Delivery("retry", NOW, not_before=NOW, error="not now"))

        assert (before, await looked(theirs)) == (([], None), ["h0"])


async def test_who_failed_to_note_how_it_went_finds_its_row_again(postgres_url: str, tmp_path: Path) -> None:
    async with sharer(postgres_url, tmp_path) as one:
        rows = one.store.due_hooks()
        await rows.put(HOOKS[:1])

        assert [await looked(rows) for _ in range(2)] == [["h0"], ["h0"]]


async def test_what_a_process_that_is_gone_had_in_hand_goes_to_another(
    postgres_url: str, tmp_path: Path
) -> None:
    async with sharer(postgres_url, tmp_path) as other:
        async with sharer(postgres_url, tmp_path) as one:
            await one.store.outbox.put(HOOKS[:1])
            taken = await looked(one.store.due_hooks())

        assert (taken, await looked(other.store.due_hooks())) == (["h0"], ["h0"])


async def test_a_process_says_nothing_on_platforms_for_which_others_speak(
    postgres_url: str, tmp_path: Path
) -> None:
    said = [
        Outgoing("a", "slack:T1:C1:1.2", "reply", {}),
        Outgoing("b", "local:demo:m1", "reply", {}),
        Outgoing("c", "slack:T1:C1:1.3", "reply", {}, not_before=later(seconds=5)),
    ]
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        await one.store.outbox.put(said)
        slack, local = one.store.posts(lambda: ("local", "discord")), other.store.posts(lambda: ("slack",))
        found = [await rows.look(NOW) for rows in (slack, local)]

    assert [(keys(due), following) for due, following in found] == [
        (["a"], later(seconds=5)),
        (["b"], None),
    ]


async def test_who_was_overtaken_gives_up_nothing_that_its_successor_delivered(
    postgres_url: str, tmp_path: Path
) -> None:
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        await one.store.outbox.put([Outgoing("a", "local:demo:m1", "reply", {})])
        (said,), _ = await one.store.posts(tuple).look(NOW)
        await other.store.outbox.settle(said, Delivery("sent", NOW))
        await one.store.posts(tuple).settle(said, Delivery("retry", NOW, not_before=NOW, error="no answer"))
        await one.store.posts(tuple).settle(said, Delivery("dead", NOW, error="no answer"))

        assert await other.store.outbox.dead() == []


async def test_a_card_that_was_painted_anew_meanwhile_is_free_for_who_speaks_next(
    postgres_url: str, tmp_path: Path
) -> None:
    card = Outgoing("g7k2:edit*", "local:demo:m1/card", "card", {})
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        mine, theirs = one.store.posts(tuple), other.store.posts(tuple)
        await mine.put([card])
        due, _ = await mine.look(NOW)
        await mine.put([card])
        await mine.settle(due[0], Delivery("sent", NOW, not_before=NOW))

        assert await looked(theirs) == ["g7k2:edit*"]


async def test_a_hook_that_is_tried_again_is_told_to_all_and_goes_to_whoever_is_first(
    postgres_url: str, tmp_path: Path
) -> None:
    fired = Outgoing("h0", "h0", "hook", {"hook": to_plain(Hook("notify", "@ana"))}, "g7k2")
    async with sharer(postgres_url, tmp_path) as one, sharer(postgres_url, tmp_path) as other:
        mine, theirs = one.store.due_hooks(), other.store.due_hooks()
        await mine.put([fired])
        due, _ = await mine.look(NOW)
        await mine.settle(due[0], Delivery("dead", NOW, error="410"))
        await other.until(bool)  # of the row that was put
        other.heard.clear()
        await one.store.hooks.retry(due[0], ANA, NOW)

        assert await other.until(bool) == [Signal(Topic.HOOK)]
        assert await looked(theirs) == ["h0"]


async def test_a_store_that_nobody_shares_claims_nothing(postgres_url: str, tmp_path: Path) -> None:
    store = await open_store(postgres_url, tmp_path, alone=True)
    assert store.posts(tuple) is store.outbox
    await store.close()
