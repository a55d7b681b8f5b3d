"""What may be asked of drafts: want one, change it, start its goal, drop it; and what agents propose becomes one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from goals.codec import from_plain, to_plain
from goals.domain import drafts
from goals.domain.contract import Asked
from goals.domain.drafts import MOST_OPEN, OPEN, Draft
from goals.domain.errors import AlreadyDecided, NotFound, StaleGoal
from goals.domain.events import GoalProposed
from goals.domain.values import Goal, Origin, Person
from goals.ids import DRAFTS_END, new_id
from goals.ports import Clock, Drafts, Goals, Outgoing
from goals.service import GoalService

log = logging.getLogger(__name__)


class DraftDesk:
    """`act` is the key of what a person did; it is carried out once, however often it is delivered."""

    def __init__(self, drafts: Drafts, goals: Goals, service: GoalService, clock: Clock) -> None:
        self._drafts = drafts
        self._goals = goals
        self._service = service
        self._clock = clock
        self._told: list[Callable[[], None]] = []

    def subscribe(self, told: Callable[[], None]) -> None:
        """Call `told` after every stored change of a draft; it must neither block nor raise."""
        self._told.append(told)

    async def find(self, draft_id: str) -> Draft:
        draft = await self._drafts.load(draft_id)
        if draft is None:
            raise NotFound(f"There is no draft {draft_id}.")
        return draft

    async def find_open(self, draft_id: str) -> Draft | None:
        """A draft that is neither started nor dropped."""
        draft = await self._drafts.load(draft_id)
        return draft if draft and draft.status in OPEN else None

    async def open_in(self, thread_key: str) -> Draft | None:
        """The newest draft of a thread that is neither started nor dropped."""
        return await self._drafts.of_thread(thread_key)

    async def proposed(self) -> list[Draft]:
        """The newest drafts that wait for somebody to start them."""
        return await self._drafts.proposed()

    async def want(
        self, given: Asked, *, by: Person, origin: Origin, offered: bool = False, act: str = ""
    ) -> Draft:
        """Have a contract written for a wish. Raises a GoalError for one that no goal could have."""
        await self._refuse(given, origin)
        draft = Draft(await self._free_id(), given, origin, self._clock.now(), by, offered=offered)
        return await self.record(draft, act=act, by=by)

    async def amend(
        self, draft_id: str, by: Person, text: str, given: Asked, at: Origin, *, act: str = ""
    ) -> Draft:
        """Have it written anew with what somebody replied; `given` is what is given now."""
        await self._refuse(given, at)
        return await self._change(draft_id, lambda d: drafts.amended(d, by, text, given, at), by, act)

    async def start(self, draft_id: str, number: int, by: Person, at: Origin, *, act: str = "") -> Goal:
        """Open the goal of the `number`th contract in a thread; whoever said ✅ owns it. Raises NotAllowed."""
        draft = await self.find(draft_id)
        asked = drafts.startable(draft, number)
        goal = await self._opened(draft, asked, by, at)
        await self._change(draft_id, lambda d: drafts.started(d, goal.owner), by, act)
        return goal

    async def drop(self, draft_id: str, by: Person, *, act: str = "") -> Draft:
        return await self._change(draft_id, lambda d: drafts.dropped(d, by), by, act)

    async def send(self, row: Outgoing) -> None:
        """Take up what an agent proposed; the same row makes one draft, and too many make none."""
        event = from_plain(GoalProposed, row.body["body"])
        there = await self._drafts.of_goal(row.goal_id)
        if any(draft.key == row.key for draft in there):
            return
        if sum(draft.status in OPEN for draft in there) >= MOST_OPEN:
            log.warning("goal %s has proposed %s goals that nobody answered", row.goal_id, MOST_OPEN)
            return
        goal = await self._service.find(row.goal_id)
        asked, origin = event.proposal.asked(), replace(goal.origin, thread="", root="")
        draft = Draft(await self._free_id(), asked, origin, self._clock.now(), of_goal=goal.id, key=row.key)
        await self.record(drafts.proposed(draft, asked))

    async def record(self, draft: Draft, *, act: str = "", by: Person | None = None) -> Draft:
        """Store a draft and what tells of it; `by` did it, or Goalward itself. Raises StaleGoal, AlreadyHandled."""
        now = self._clock.now()
        stored = await self._drafts.record(draft, at=now, outgoing=(_outgoing(draft),), act=act, by=by)
        for told in self._told:
            told()
        return stored

    async def _refuse(self, given: Asked, at: Origin) -> None:
        """Raises a GoalError for what could not be opened there."""
        await self._service.refuse_where_off(at.channel_key)
        self._service.refuse_impossible(given, at)

    async def _opened(self, draft: Draft, asked: Asked, by: Person, at: Origin) -> Goal:
        """The draft's goal; it is there already where a kill came between its two records."""
        while True:
            there = await self._goals.load(draft.id)
            if there is not None and there.owner.id != by.id:
                raise AlreadyDecided(f"Already started by {there.owner.mention}.")
            if there is not None:
                return there
            try:
                return await self._service.open(asked, by=by, origin=at, goal_id=draft.id)
            except StaleGoal:
                continue

    async def _change(self, draft_id: str, change: Callable[[Draft], Draft], by: Person, act: str) -> Draft:
        while True:
            try:
                return await self.record(change(await self.find(draft_id)), act=act, by=by)
            except StaleGoal:
                continue

    async def _free_id(self) -> str:
        """One that neither a goal nor a draft has."""
        while True:
            wanted = new_id(DRAFTS_END)
            if await self._goals.load(wanted) is None and await self._drafts.load(wanted) is None:
                return wanted


def _outgoing(draft: Draft) -> Outgoing:
    """The message that a change of a draft becomes."""
    lane = draft.origin.thread_key if draft.origin.thread else f"draft:{draft.id}"
    return Outgoing(
        key=f"{draft.id}:draft.{draft.version + 1}",
        lane=lane,
        kind="draft",
        body={"draft": to_plain(draft)},
        goal_id=draft.id,
    )
