"""The loop that has drafts written, over a real store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import pytest

from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import Draft, DraftStatus
from goals.draft_desk import DraftDesk
from goals.drafting import NO_MODEL, OURS, Drafter
from goals.models.proposer import NoProposal
from goals.store import Store, open_store
from tests.given import ANA, BEN, NOW, ORIGIN
from tests.peers.clock import ManualClock

WISH = Asked("fix the login")
BETTER = Asked("the login works", criteria=("green",))


class Writer:
    """A proposer that does what it is told."""

    def __init__(self, writes: Callable[[Draft], Awaitable[Asked | NoProposal]]) -> None:
        self._writes = writes

    async def propose(self, draft: Draft, fits: object) -> Asked | NoProposal:
        return await self._writes(draft)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store("", tmp_path)
    yield opened
    await opened.close()


@asynccontextmanager
async def drafting(store: Store, proposer: Writer | None) -> AsyncIterator[DraftDesk]:
    clock, nobody = ManualClock(), cast(Any, None)
    desk = DraftDesk(store.drafts, store.goals, nobody, clock)
    drafter = Drafter(desk, store.drafts, nobody, store.ledger, clock, cast(Any, proposer))
    task = asyncio.create_task(drafter.run())
    yield desk
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def wanted(store: Store, id: str = "k7f3") -> Draft:
    return await store.drafts.record(Draft(id, WISH, ORIGIN, NOW, ANA), at=NOW)


async def written(store: Store, id: str = "k7f3", number: int = 1) -> Draft:
    async with asyncio.timeout(20):
        while True:
            draft = await store.drafts.load(id)
            if draft and draft.status is DraftStatus.PROPOSED and draft.number == number:
                return draft
            await asyncio.sleep(0.01)


async def test_what_an_earlier_process_left_wanted_is_written(store: Store) -> None:
    await wanted(store)
    async with drafting(store, None):
        draft = await written(store)
    assert (draft.asked, draft.note) == (WISH, NO_MODEL)


async def test_a_defect_of_ours_leaves_ones_own_words(store: Store) -> None:
    async def fails(draft: Draft) -> Asked:
        raise ZeroDivisionError

    await wanted(store)
    async with drafting(store, Writer(fails)):
        draft = await written(store)
    assert (draft.asked, draft.note.startswith(OURS)) == (WISH, True)


async def test_a_slow_draft_holds_up_no_other(store: Store) -> None:
    async def writes(draft: Draft) -> Asked:
        if draft.id == "a2aa":
            await asyncio.Event().wait()
        return BETTER

    await wanted(store, "a2aa")
    await wanted(store, "b2aa")
    async with drafting(store, Writer(writes)):
        assert (await written(store, "b2aa")).asked == BETTER


async def test_what_is_changed_while_it_is_written_is_written_anew(store: Store) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def writes(draft: Draft) -> Asked:
        begun.set()
        await go_on.wait()
        return Asked(f"{len(draft.said)} replies")

    first = await wanted(store)
    async with drafting(store, Writer(writes)) as desk:
        await begun.wait()
        await desk.record(drafts.amended(first, BEN, "smaller", WISH, ORIGIN))
        go_on.set()
        draft = await written(store)
    assert draft.asked == Asked("1 replies")
