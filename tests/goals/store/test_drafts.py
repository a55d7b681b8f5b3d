"""Drafts in the store: exactly as they were, changed by one at a time, found where they are asked for."""

from dataclasses import replace

import pytest

from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.errors import AlreadyHandled, StaleGoal
from goals.ports import Outgoing
from goals.store import Store
from tests.given import ANA, BEN, NOW, ORIGIN, later

WISH = Asked("fix the login", verify=("ci", {"type": "test", "command": "pytest"}), deadline=later(hours=1))


def draft(id: str = "k7f3", **changes: object) -> Draft:
    return replace(Draft(id, WISH, ORIGIN, NOW, ANA), **changes)


async def test_a_draft_comes_back_exactly_as_it_was_stored(store: Store) -> None:
    rich = drafts.amended(
        drafts.proposed(draft(offered=True), WISH, "why"), BEN, "ünï \U0001f600", WISH, ORIGIN
    )
    stored = await store.drafts.record(rich, at=NOW)
    assert stored == replace(rich, version=1)
    assert (await store.drafts.load("k7f3"), await store.drafts.load("nope")) == (stored, None)


async def test_of_two_changes_at_once_one_counts(store: Store) -> None:
    first = await store.drafts.record(draft(), at=NOW)
    await store.drafts.record(drafts.dropped(first, ANA), at=NOW)
    with pytest.raises(StaleGoal):
        await store.drafts.record(drafts.proposed(first, WISH), at=NOW)
    with pytest.raises(StaleGoal):
        await store.drafts.record(draft(), at=NOW)


async def test_a_draft_its_messages_and_the_act_are_stored_together(store: Store) -> None:
    await store.inbox.put("act", {}, NOW)
    row = Outgoing(key="k7f3:draft.1", lane="t", kind="draft", body={})
    first = await store.drafts.record(draft(), at=NOW, outgoing=(row,), act="act")
    with pytest.raises(AlreadyHandled):
        await store.drafts.record(drafts.dropped(first, ANA), at=NOW, act="act")
    due = [found.key for found in await store.outbox.due(NOW)]
    assert (due, await store.inbox.unhandled(), await store.drafts.load("k7f3")) == (
        ["k7f3:draft.1"],
        [],
        first,
    )


async def test_drafts_are_found_by_thread_by_goal_and_while_they_are_wanted(store: Store) -> None:
    asked = [
        draft("a2aa", at=later(seconds=1)),
        drafts.proposed(draft("b2aa", at=later(seconds=2)), WISH),
        drafts.dropped(draft("c2aa", at=later(seconds=3)), ANA),
        drafts.proposed(draft("d2aa", of_goal="g7k2", origin=replace(ORIGIN, thread="")), WISH),
        draft("e2aa", at=NOW, origin=replace(ORIGIN, thread="m9")),
    ]
    for one in asked:
        await store.drafts.record(one, at=NOW)
    here = await store.drafts.of_thread(ORIGIN.thread_key)
    elsewhere = await store.drafts.of_thread("local:demo:m77")
    assert (here.id if here else "", elsewhere) == ("b2aa", None)
    assert [one.id for one in await store.drafts.wanted()] == ["e2aa", "a2aa"]
    assert [one.id for one in await store.drafts.of_goal("g7k2")] == ["d2aa"]
    assert [one.id for one in await store.drafts.proposed()] == ["b2aa", "d2aa"]
    assert [one.id for one in await store.drafts.proposed(limit=1)] == ["b2aa"]
