"""What people and agents ask of drafts, over a real store: a kill between two records changes nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from goals.codec import to_plain
from goals.domain import lifecycle
from goals.domain.contract import Asked
from goals.domain.drafts import MOST_OPEN, Draft, DraftStatus, Proposal
from goals.domain.errors import AlreadyDecided, NotNow
from goals.domain.events import GoalProposed
from goals.domain.values import Goal, Origin, Person, Request
from goals.draft_desk import DraftDesk
from goals.ids import DRAFTS_END, GOALS_END, new_id
from goals.ports import Outgoing
from goals.store import Store, open_store
from tests.given import ANA, BEN, NOW, ORIGIN, goal
from tests.peers.clock import ManualClock

WISH = Asked("fix the login")


class Opener:
    """The goal service, as far as drafts need it: it opens goals in the real store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def refuse_impossible(self, asked: Asked, origin: Origin) -> None:
        return None

    async def refuse_where_off(self, channel_key: str) -> None:
        return None

    async def find(self, goal_id: str) -> Goal:
        found = await self._store.goals.load(goal_id)
        assert found
        return found

    async def open(self, asked: Asked, *, by: Person, origin: Origin, goal_id: str = "") -> Goal:
        if await self._store.goals.find(thread_key=origin.thread_key):
            raise NotNow("This thread already has a goal.")
        new = goal(id=goal_id, request=Request(asked.objective), owner=by, origin=origin, version=0)
        return await self._store.goals.record(lifecycle.opened(new), at=NOW)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
def desk(store: Store) -> DraftDesk:
    return DraftDesk(store.drafts, store.goals, cast(Any, Opener(store)), ManualClock())


async def proposed(desk: DraftDesk) -> Draft:
    wanted = await desk.want(WISH, by=ANA, origin=ORIGIN)
    return await desk.record(replace(wanted, asked=WISH, number=1, status=DraftStatus.PROPOSED))


async def test_a_draft_and_its_goal_have_one_id_and_start_once(desk: DraftDesk, store: Store) -> None:
    draft = await proposed(desk)
    opened = await desk.start(draft.id, 1, BEN, ORIGIN)
    with pytest.raises(AlreadyDecided, match="Already started by @ben"):
        await desk.start(draft.id, 1, ANA, ORIGIN)
    assert (opened.id, opened.owner, (await desk.find(draft.id)).status) == (
        draft.id,
        BEN,
        DraftStatus.STARTED,
    )
    assert len(await store.goals.find()) == 1


async def test_a_start_that_a_kill_cut_in_two_goes_on_for_who_asked_and_is_decided_for_others(
    desk: DraftDesk, store: Store
) -> None:
    draft = await proposed(desk)
    await Opener(store).open(WISH, by=BEN, origin=ORIGIN, goal_id=draft.id)
    with pytest.raises(AlreadyDecided, match="Already started by @ben"):
        await desk.start(draft.id, 1, ANA, ORIGIN)
    opened = await desk.start(draft.id, 1, BEN, ORIGIN)
    assert (opened.id, (await desk.find(draft.id)).ended_by, len(await store.goals.find())) == (
        draft.id,
        BEN,
        1,
    )


def row(number: int) -> Outgoing:
    event = GoalProposed(Proposal(f"goal {number}"))
    return Outgoing(f"g7k2:4.{number}", "t", "proposal", {"body": to_plain(event)}, goal_id="g7k2")


async def test_a_proposal_delivered_twice_is_one_draft_and_ten_may_be_open(
    desk: DraftDesk, store: Store
) -> None:
    await store.goals.record(lifecycle.opened(goal(version=0)), at=NOW)
    for number in (0, 0, *range(1, MOST_OPEN + 3)):
        await desk.send(row(number))
    made = await store.drafts.of_goal("g7k2")
    assert [draft.asked.objective for draft in made if draft.asked] == [f"goal {n}" for n in range(MOST_OPEN)]
    await desk.drop(made[0].id, ANA)
    await desk.send(row(99))
    kept = await store.drafts.of_goal("g7k2")
    assert (len(kept), {draft.origin.thread for draft in kept}, {draft.by for draft in kept}) == (
        11,
        {""},
        {None},
    )


async def test_no_goal_ever_takes_the_id_of_a_draft_whose_costs_it_would_inherit() -> None:
    drafts, goals = ({new_id(last) for _ in range(2_000)} for last in (DRAFTS_END, GOALS_END))
    assert (drafts & goals, {id_[-1] for id_ in drafts} & {id_[-1] for id_ in goals}) == (set(), set())


async def test_no_draft_takes_an_id_that_is_taken(desk: DraftDesk, store: Store) -> None:
    drafts = [await desk.want(WISH, by=ANA, origin=ORIGIN) for _ in range(5)]
    assert len({draft.id for draft in drafts}) == 5
