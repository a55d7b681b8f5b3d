"""Outbox rows to messages: cards, events, repainted approvals and replies, through the port of each platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from adapters import pictures
from adapters.bodies import body_for, card_body, decided_body
from adapters.chat import Body, Busy, ChatPort, File, Gone, Undeliverable
from adapters.draft_card import draft_body, subject
from adapters.pictures import Draw
from goals.audit import Report
from goals.codec import from_plain
from goals.domain.drafts import Draft, DraftStatus
from goals.domain.events import (
    EVENTS,
    ApprovalAsked,
    ApprovalDecided,
    ApprovalVoted,
    BudgetWarned,
    Event,
    Finished,
    HookGivenUp,
    Paused,
    QuestionAsked,
)
from goals.domain.values import Goal, Mode, Origin, Person
from goals.outbox import Later, Refused
from goals.ports import Messages, Outgoing, Posted

SOON, LATE = 0.2, 60.0
SEEN = "👀"

OF_A_GOAL = ("card", "event", "repaint")
"""Kinds of posts into the thread in which a goal lives."""

FOR_THE_OWNER = (ApprovalAsked, BudgetWarned, Finished, HookGivenUp, Paused, QuestionAsked)
"""Events that the goal's owner is told of by name."""


class Desk(Protocol):
    """Where a post learns how its goal stands."""

    async def find(self, goal_id: str) -> Goal: ...

    async def report_of(self, goal: Goal) -> Report: ...

    async def strand(self, goal_id: str, why: str) -> None:
        """Pause a goal that nobody can be told of any more."""


class Posts:
    """The senders of the outbox's kinds `card`, `event`, `hooks`, `repaint`, `reply` and `draft`."""

    def __init__(
        self,
        ports: Mapping[str, ChatPort],
        desk: Desk,
        messages: Messages,
        draw: Draw | None = None,
        look: Callable[[Goal], None] = lambda goal: None,
    ) -> None:
        """`draw` makes the picture that a monitor's last message brings along; `look` is called with every goal whose
        card is due.
        """
        self._look = look
        self._ports = ports
        self._desk = desk
        self._messages = messages
        self._draw = draw

    async def send(self, row: Outgoing) -> Posted | None:
        send = {
            "card": self._card,
            "event": self._event,
            "hooks": self._hooks,
            "repaint": self._repaint,
            "reply": self._reply,
            "draft": self._draft,
        }[row.kind]
        try:
            return await send(row)
        except Busy as busy:
            raise Later(busy.seconds) from busy
        except Gone as gone:
            if row.kind in OF_A_GOAL:
                await self._desk.strand(row.goal_id, str(gone))
            raise Refused(str(gone)) from gone
        except Undeliverable as refusal:
            raise Refused(str(refusal)) from refusal

    async def _card(self, row: Outgoing) -> Posted | None:
        """The goal's card: posted once, edited ever after with how the goal stands now."""
        goal = await self._desk.find(row.goal_id)
        self._look(goal)
        report = await self._desk.report_of(goal)
        body = card_body(report)
        shown = await self._messages.message_of(goal.id, "card")
        if shown is not None:
            await self._port(goal.origin).edit(goal.origin, shown.message, body)
            return None
        if row.key.endswith("*"):
            # The older the goal, the likelier its card was set aside and there is nothing to edit.
            raise Later(min(LATE, max(SOON, report.elapsed_seconds / 10)))
        await self._see(goal.origin)
        return await self._post(goal, body, row.key, "card")

    async def _event(self, row: Outgoing) -> Posted | None:
        event = from_plain(EVENTS[row.body["event"]], row.body["body"])
        goal = await self._desk.find(row.goal_id)
        body = await self._told(event, goal, row.key)
        body = replace(body, files=(*body.files, *await self._picture(event, goal)))
        subject = f"approval:{event.approval.id}" if isinstance(event, ApprovalAsked) else f"event:{row.key}"
        return await self._post(goal, body, row.key, subject)

    async def _told(self, event: Event, goal: Goal, key: str) -> Body:
        """The message of an event; `key` is its own."""
        body = body_for(event, replace(await self._desk.report_of(goal), edge=key))
        return replace(body, addressed=(goal.owner,)) if isinstance(event, FOR_THE_OWNER) else body

    async def _hooks(self, row: Outgoing) -> None:
        """The message that tells of an edge, with how its hooks stand now."""
        of = row.body["of"]
        shown = await self._messages.message_of(row.goal_id, f"event:{of}")
        if shown is None:
            return
        goal = await self._desk.find(row.goal_id)
        event = from_plain(EVENTS[row.body["event"]], row.body["body"])
        await self._port(goal.origin).edit(goal.origin, shown.message, await self._told(event, goal, of))

    async def _picture(self, event: Event, goal: Goal) -> tuple[File, ...]:
        """What a monitor has seen, with the message that ends it."""
        if self._draw is None or goal.request.mode is not Mode.MONITOR or not pictures.ends(event):
            return ()
        picture = await self._draw(goal)
        return (pictures.file(goal, picture),) if picture else ()

    async def _repaint(self, row: Outgoing) -> None:
        event = from_plain(EVENTS[row.body["event"]], row.body["body"])
        assert isinstance(event, ApprovalDecided | ApprovalVoted)
        shown = await self._messages.message_of(row.goal_id, f"approval:{event.approval.id}")
        if shown is None:
            return
        goal = await self._desk.find(row.goal_id)
        body = decided_body(await self._desk.report_of(goal), event.approval)
        await self._port(goal.origin).edit(goal.origin, shown.message, body)

    async def _reply(self, row: Outgoing) -> None:
        at, body = from_plain(Origin, row.body["at"]), from_plain(Body, row.body["body"])
        if row.body["private"]:
            await self._port(at).private(from_plain(Person, row.body["private"]), at, body, key=row.key)
        else:
            await self._port(at).post(at, body, key=row.key)

    async def _draft(self, row: Outgoing) -> Posted | None:
        """A contract that is new is posted; the message of one that was answered is repainted."""
        draft = from_plain(Draft, row.body["draft"])
        at = draft.origin
        if draft.status is DraftStatus.PROPOSED:
            message = await self._port(at).post(at, draft_body(draft), key=row.key)
            return Posted(draft.id, at.within(message).thread_key, message, subject(draft))
        if draft.number == 0:
            await self._see(at)
        elif shown := await self._messages.message_of(draft.id, subject(draft)):
            await self._port(at).edit(at.within(shown.message), shown.message, draft_body(draft))
        return None

    async def _see(self, at: Origin) -> None:
        """Acknowledge the message that asked, where there is one."""
        if at.root:
            with suppress(Undeliverable):
                await self._port(at).react(at, at.root, SEEN)

    async def _post(self, goal: Goal, body: Body, key: str, subject: str) -> Posted:
        message = await self._port(goal.origin).post(goal.origin, body, key=key)
        return Posted(goal.id, goal.origin.thread_key, message, subject)

    def _port(self, at: Origin) -> ChatPort:
        port = self._ports.get(at.platform)
        if port is None:
            raise Refused(f"There is no adapter for {at.platform} here.")
        return port
