"""What people do with drafts in a channel: wish for one, reply to it, start it, drop it."""

from __future__ import annotations

from dataclasses import replace

from adapters import grammar
from adapters.chat import Body
from adapters.draft_card import subject
from adapters.emoji import Meaning
from adapters.rights import need
from adapters.wishes import drafts
from adapters.wishes.wish import Wish
from goals.domain.drafts import Draft
from goals.domain.errors import NotNow
from goals.domain.values import Origin
from goals.draft_desk import DraftDesk
from goals.ports import Clock, Messages, Posted
from goals.service import GoalService

DRAFT = "draft:"


class DraftActs:
    def __init__(self, service: GoalService, desk: DraftDesk, messages: Messages, clock: Clock) -> None:
        self._service = service
        self._desk = desk
        self._messages = messages
        self._clock = clock

    async def is_open(self, draft_id: str) -> bool:
        return await self._desk.find_open(draft_id) is not None

    async def want(self, wish: Wish, *, offered: bool = False) -> Body | None:
        """Have a draft written; beside an unfinished goal it gets a thread of its own."""
        self._need(wish)
        apart = bool(await self._service.unfinished(thread_key=wish.at.thread_key))
        return await drafts.want(self._desk, wish, self._clock.now(), apart=apart, offered=offered)

    async def amend(self, wish: Wish) -> bool:
        """Have the thread's draft written anew with what somebody replied. Returns whether there is one."""
        draft = await self._of_thread(wish.at)
        if draft is None:
            return False
        if not wish.verb.argument.lstrip().startswith("!aside"):
            self._need(wish)
            await drafts.amend(self._desk, draft, wish, self._clock.now())
        return True

    async def decide(self, wish: Wish) -> bool:
        """Carry out `approve` or `deny` where it is about a draft. Returns whether it is."""
        draft = await self._meant(wish)
        if draft is None:
            return False
        await self.answer(wish, draft.id, draft.number)
        return True

    async def answer_shown(self, wish: Wish, posted: Posted) -> bool:
        """Carry out what somebody means by a reaction on a draft. Returns whether the message shows one."""
        if not posted.subject.startswith(DRAFT):
            return False
        await self.answer(wish, posted.goal_id, int(posted.subject.removeprefix(DRAFT)))
        return True

    async def answer(self, wish: Wish, draft_id: str, number: int) -> None:
        """`approve` starts the goal of a draft's `number`th contract, `deny` and `cancel` drop the draft; all else
        means nothing.
        """
        draft = await self._desk.find(draft_id)
        wish = replace(wish, at=await self._home(draft, wish.at))
        if wish.verb.name == Meaning.APPROVE:
            await self._desk.start(draft.id, number, wish.who, wish.at, act=wish.act)
        elif wish.verb.name in (Meaning.DENY, Meaning.CANCEL):
            self._need(wish)
            await self._desk.drop(draft.id, wish.who, act=wish.act)

    async def _home(self, draft: Draft, at: Origin) -> Origin:
        """The draft's own thread, wherever it is answered. One of no thread has that of its message."""
        if draft.origin.thread:
            return draft.origin
        shown = await self._messages.message_of(draft.id, subject(draft))
        if shown is not None:
            return draft.origin.within(shown.message)
        if at.channel_key != draft.origin.channel_key:
            raise NotNow(f"Draft {draft.id} is not posted yet; answer on its message in its own channel.")
        return at

    async def _meant(self, wish: Wish) -> Draft | None:
        """By its id, or the thread's where no goal is unfinished."""
        if wish.verb.goal_id:
            return await self._desk.find_open(wish.verb.goal_id)
        unfinished = await self._service.unfinished(thread_key=wish.at.thread_key)
        return None if unfinished else await self._of_thread(wish.at)

    async def _of_thread(self, at: Origin) -> Draft | None:
        """The open draft of a thread; of one that a draft has opened itself, the first message shows it."""
        found = await self._desk.open_in(at.thread_key)
        if found is None and at.thread:
            shown = await self._messages.posted(at.thread_key, at.thread)
            if shown and shown.subject.startswith(DRAFT):
                found = await self._desk.find_open(shown.goal_id)
        return found

    def _need(self, wish: Wish) -> None:
        need(self._service, wish.who, grammar.verb(drafts.VERB).right, wish.at)
