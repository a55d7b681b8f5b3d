"""The loop that has wanted drafts written.

Nobody who asks is kept waiting for a model: a wanted draft is a row, and the loop takes it up, also after a kill.
"""

from __future__ import annotations

import asyncio
import logging

from goals.bell import Bell
from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import Draft
from goals.domain.errors import StaleGoal, StoreUnavailable
from goals.draft_desk import DraftDesk
from goals.models.proposer import NoProposal, Proposer
from goals.ports import Clock, Drafts, Ledger
from goals.service import GoalService

log = logging.getLogger(__name__)

IDLE = 3600.0
STORE_RETRY = 1.0
STUMBLED = 60.0

NO_MODEL = "No model is set that could write it, so these are your own words."
OWN_WORDS = "So these are your own words."
OURS = "Goalward itself failed on it."


class Drafter:
    """The loop that writes wanted drafts, side by side; without a proposer they are what was given."""

    def __init__(
        self,
        desk: DraftDesk,
        drafts: Drafts,
        service: GoalService,
        ledger: Ledger,
        clock: Clock,
        proposer: Proposer | None,
    ) -> None:
        self._desk = desk
        self._drafts = drafts
        self._service = service
        self._ledger = ledger
        self._clock = clock
        self._proposer = proposer
        self._bell = Bell(clock)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        desk.subscribe(self._bell.ring)

    def ring(self) -> None:
        """A draft may be wanted now."""
        self._bell.ring()

    async def run(self) -> None:
        """Write until cancelled; what is under way then is wanted still."""
        try:
            while True:
                await self._bell.wait(await self._round())
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _round(self) -> float:
        """Take up what is wanted; returns the seconds until the next round."""
        try:
            for draft in await self._drafts.wanted():
                if draft.id not in self._tasks:
                    self._start(draft)
        except StoreUnavailable:
            return STORE_RETRY
        except Exception:  # a defect of ours must not leave all later drafts unwritten
            log.exception("the drafter stumbled")
            return STUMBLED
        return IDLE

    def _start(self, draft: Draft) -> None:
        task = asyncio.create_task(self._write(draft), name=f"draft {draft.id}")
        self._tasks[draft.id] = task
        task.add_done_callback(lambda done: self._ended(draft.id, done))

    def _ended(self, draft_id: str, task: asyncio.Task[None]) -> None:
        """One that ended by a defect of ours is taken up with the next round, not at once again and again."""
        del self._tasks[draft_id]
        if not task.cancelled() and (error := task.exception()):
            log.error("draft %s could not be stored", draft_id, exc_info=error)
        else:
            self._bell.ring()

    async def _write(self, draft: Draft) -> None:
        try:
            asked, note = await self._written(draft)
            await self._desk.record(drafts.proposed(draft, asked, note))
        except StaleGoal:
            log.info("draft %s was changed while it was written", draft.id)
        except StoreUnavailable:
            await self._clock.sleep(STORE_RETRY)

    async def _written(self, draft: Draft) -> tuple[Asked, str]:
        """The contract, and a sentence where it is no more than what was given."""
        if self._proposer is None:
            return draft.given, NO_MODEL
        await self._ledger.settle_open(draft.id, self._clock.now())
        try:
            proposal = await self._proposer.propose(
                draft, lambda asked: self._service.refuse_impossible(asked, draft.origin)
            )
        except StoreUnavailable:
            raise
        except Exception:  # a defect of ours must not leave people waiting for their draft
            log.exception("draft %s could not be written", draft.id)
            proposal = NoProposal(OURS)
        if isinstance(proposal, NoProposal):
            return draft.given, f"{proposal.why} {OWN_WORDS}"
        return proposal, ""
