"""What people do in a channel, carried out: a text, a reaction or a button becomes a wish to the goal service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from adapters import bodies, doctor, draft_card, emoji, grammar, language, pictures, raises
from adapters.buttons import Act
from adapters.chat import Body, Inbound, Message, Press, Reaction
from adapters.draft_acts import DraftActs
from adapters.emoji import Meaning
from adapters.language import Start
from adapters.rights import need
from adapters.threads import Threads
from adapters.verbs import DECISIONS, Place, Verb
from adapters.wishes import CHANNEL_VERBS, GOAL_VERBS, Wish, drafts, raise_by
from adapters.wishes.meant import goal_meant, goals_of
from goals.domain.errors import BadRequest, NotFound, NotNow
from goals.domain.nearest import shown
from goals.domain.rules import Right
from goals.domain.values import Goal, Mode, Origin, Person
from goals.draft_desk import DraftDesk
from goals.ports import Clock, Messages, Outgoing, Posted
from goals.service import GoalService

Put = Callable[[Sequence[Outgoing]], Awaitable[None]]

APPROVAL = "approval:"
UNREAD = {
    Act.BUDGET: "{} is no change of a budget: write +$2, +10 turns, +30m or +50k tokens.",
    Act.EDIT: "{} is no objective: say what is to be reached.",
}
RECORDED_WITHIN = (0.1, 0.4)
"""Seconds after which we look again whether a message is ours."""


class GoalActs:
    def __init__(
        self,
        service: GoalService,
        drafts: DraftDesk,
        messages: Messages,
        clock: Clock,
        put: Put | None = None,
        threads: Threads | None = None,
    ) -> None:
        """`put` takes what is answered later; without it that is refused. `threads` are opened for what is asked for
        outside of every thread; without them it has none.
        """
        self._threads = threads
        self._service = service
        self._drafts = DraftActs(service, drafts, messages, clock)
        self._messages = messages
        self._clock = clock
        self._put = put

    async def act(self, event: Inbound) -> Body | None:
        """Carry out what somebody did. Returns the reply, if there is one; raises GoalError."""
        match event:
            case Message():
                return await self._said(event)
            case Reaction():
                return await self._reacted(event)
            case Press():
                return await self._pressed(event)

    async def _said(self, message: Message) -> Body | None:
        here = await goals_of(self._service, message.at)
        unfinished = [goal for goal in here if goal.unfinished]
        if message.unseen:
            return bodies.unseen_body(message.at) if unfinished else None
        if not language.is_addressed(message.text):
            return await self._replied(message, message.text, here)
        place = Place(thread=bool(here), unfinished=bool(unfinished))
        parsed = await self._read(message, place)
        if isinstance(parsed, Verb):
            return await self._carry_out(Wish(parsed, message.who, message.at, message.key))
        if parsed.mentioned:
            return await self._mentioned(message, unfinished)
        at = await self._home(message, parsed)
        await self._service.open(parsed.asked, by=message.who, origin=at, act=message.key)
        return None

    async def _home(self, message: Message, start: Start) -> Origin:
        """Where a goal is to live. A thread is opened only for what can be started."""
        if message.at.thread or self._threads is None:
            return message.at
        await self._service.refuse_unopenable(start.asked, by=message.who, origin=message.at)
        return await self._threads.opened(message)

    async def _read(self, message: Message, place: Place) -> Start | Verb:
        """What a text says; a word that only looks like the id of a goal begins an objective.

        Raises BadRequest for a verb that was picked and lacks what it needs.
        """
        if message.verb:
            return _picked(message, self._clock.now())
        parsed = language.parse(message.text, place, self._clock.now())
        if isinstance(parsed, Verb) and parsed.like_prose and not await self._is_there(parsed.goal_id):
            return language.parse(message.text, replace(place, ids=False), self._clock.now())
        return parsed

    async def _is_there(self, goal_id: str) -> bool:
        try:
            await self._service.find(goal_id)
        except NotFound:
            return await self._drafts.is_open(goal_id)
        return True

    async def _mentioned(self, message: Message, unfinished: list[Goal]) -> Body | None:
        """Plain words for the bot: a reply to a goal or a draft, else it asks whether they are to be a goal."""
        text = language.unaddressed(message.text)
        if unfinished:
            return await self._steered(message, text, unfinished)
        wish = _drafted(message, text)
        return None if await self._drafts.amend(wish) else await self._drafts.want(wish, offered=True)

    async def _replied(self, message: Message, text: str, here: list[Goal]) -> Body | None:
        """A plain reply is for the thread's draft where no goal is unfinished, else for its goal.

        What people say to each other about what a monitor has seen is for nobody else.
        """
        running = any(goal.unfinished for goal in here)
        if not running and await self._drafts.amend(_drafted(message, text)):
            return None
        if here and here[0].request.mode is Mode.MONITOR:
            return None
        return await self._steered(message, text, here)

    async def _steered(self, message: Message, text: str, here: list[Goal]) -> Body | None:
        """A plain reply in a goal's thread is a word to its agent, unless it says that it is not."""
        if not here or text.lstrip().startswith("!aside"):
            return None
        goal = next((goal for goal in here if goal.unfinished), None)
        if goal is None:
            may = self._service.may(message.who, Right.OWN, message.at.channel_key)
            return bodies.ended_body(here[0]) if may else None
        self._need(message.who, Right.TALK, message.at)
        await self._service.steer(goal.id, message.who, text, act=message.key)
        return None

    async def _reacted(self, reaction: Reaction) -> Body | None:
        """A reaction counts on the bot's own messages about a goal; taking one back changes nothing."""
        meaning = emoji.meaning(reaction.emoji)
        posted = await self._shown(reaction) if meaning and reaction.added else None
        if meaning is None or posted is None:
            return None
        answer = Wish(Verb(meaning.value), reaction.who, reaction.at, reaction.key)
        if await self._drafts.answer_shown(answer, posted):
            return None
        if meaning in (Meaning.APPROVE, Meaning.DENY):
            await self._decide(reaction, posted, meaning)
            return None
        verb = Verb(await self._meant(meaning, posted.goal_id, reaction.who), posted.goal_id)
        return await self._carry_out(Wish(verb, reaction.who, reaction.at, reaction.key))

    async def _meant(self, meaning: Meaning, goal_id: str, who: Person) -> str:
        """The verb of an emoji; 🛑 pauses what one may not end."""
        if meaning is not Meaning.CANCEL:
            return meaning.value
        goal = await self._service.find(goal_id)
        return (
            "cancel"
            if self._service.may(who, _right("cancel", who, goal), goal.origin.channel_key)
            else "pause"
        )

    async def _shown(self, reaction: Reaction) -> Posted | None:
        """What a message shows. People see it before it is on record, after a crash well before."""
        for pause in RECORDED_WITHIN:
            if posted := await self._messages.posted(reaction.at.thread_key, reaction.message):
                return posted
            await self._clock.sleep(pause)
        return await self._messages.posted(reaction.at.thread_key, reaction.message)

    async def _decide(self, reaction: Reaction, posted: Posted, meaning: Meaning) -> None:
        if posted.subject.startswith(APPROVAL):
            decide = self._service.approve if meaning is Meaning.APPROVE else self._service.deny
            await decide(posted.subject.removeprefix(APPROVAL), reaction.who, act=reaction.key)

    async def _pressed(self, press: Press) -> Body | None:
        if press.action not in list(Act):
            raise BadRequest(f"There is no button {press.action!r}.")
        match press.action:
            case Act.APPROVE:
                await self._service.approve(press.value, press.who, act=press.key)
                return None
            case Act.DENY:
                approval_id, _, reason = press.value.partition(" ")
                await self._service.deny(approval_id, press.who, reason.strip(), act=press.key)
                return None
            case Act.APPROVE_FOR_GOAL:
                await self._service.approve(press.value, press.who, for_goal=True, act=press.key)
                return None
            case Act.RAISE:
                goal_id, change = raises.pressed(press.value)
                wish = Wish(Verb("budget", goal_id), press.who, press.at, press.key)
                return await raise_by(self._service, await self._allowed(wish), wish, change)
            case Act.BUDGET | Act.EDIT:
                return await self._carry_out(Wish(self._typed(press), press.who, press.at, press.key))
            case Act.START | Act.DROP:
                meant = Meaning.APPROVE if press.action == Act.START else Meaning.DENY
                wish = Wish(Verb(meant.value), press.who, press.at, press.key)
                await self._drafts.answer(wish, *draft_card.pressed(press.value))
                return None
        verb = "show" if press.action == Act.DETAILS else press.action
        goal_id = press.value or await self._of_thread(press.at)
        return await self._carry_out(Wish(Verb(verb, goal_id), press.who, press.at, press.key))

    async def _of_thread(self, at: Origin) -> str:
        """The goal that a button means which names none. Raises NotFound."""
        here = await goals_of(self._service, at)
        if not here:
            raise NotFound("There is no goal in this thread.")
        return next((goal for goal in here if goal.unfinished), here[0]).id

    def _typed(self, press: Press) -> Verb:
        """What was typed behind a button, read as the verb that it stands for."""
        goal_id, _, text = press.value.partition(" ")
        said = f"/goal {goal_id} {press.action} {text}"
        read = language.parse(said, Place(), self._clock.now()) if text.strip() else None
        if not isinstance(read, Verb) or (read.name, read.goal_id) != (press.action, goal_id):
            raise BadRequest(UNREAD[Act(press.action)].format(shown(text)))
        return read

    async def _carry_out(self, wish: Wish) -> Body | None:
        if wish.verb.name == drafts.VERB:
            return await self._drafts.want(wish)
        if wish.verb.name == doctor.KIND:
            await self._examined(wish)
            return None
        if wish.verb.name == pictures.KIND:
            await self._drawn(wish)
            return None
        if wish.verb.name in DECISIONS and await self._drafts.decide(wish):
            return None
        on_channel = CHANNEL_VERBS.get(wish.verb.name)
        if on_channel is not None:
            self._need(wish.who, grammar.verb(wish.verb.name).right, wish.at)
            return await on_channel(self._service, wish)
        return await GOAL_VERBS[wish.verb.name](self._service, await self._allowed(wish), wish)

    async def _examined(self, wish: Wish) -> None:
        """Asks for an examination of the set-up; nothing of the thread waits for it."""
        self._need(wish.who, grammar.verb(wish.verb.name).right, wish.at)
        if self._put is None:
            raise NotNow("Ask on the machine itself: `goalward doctor`.")
        await self._put([doctor.asked(wish)])

    async def _drawn(self, wish: Wish) -> None:
        """Asks for a picture; nothing of the thread waits for it."""
        row = pictures.asked(wish, await self._allowed(wish))
        if self._put is None:
            raise NotNow("Pictures can be had where the bot speaks, not here.")
        await self._put([row])

    async def _allowed(self, wish: Wish) -> Goal:
        """The goal that is meant. Raises NotAllowed where somebody lacks the right for it."""
        goal = await goal_meant(self._service, wish)
        self._need(wish.who, _right(wish.verb.name, wish.who, goal), goal.origin)
        return goal

    def _need(self, who: Person, right: Right, at: Origin) -> None:
        need(self._service, who, right, at)


def _picked(message: Message, now: datetime) -> Verb:
    shape = grammar.verb(message.verb)
    parsed = language.parse(message.text, Place(thread=True, unfinished=True), now)
    if not isinstance(parsed, Verb) or parsed.name != shape.name:
        raise BadRequest(f"`{shape.name}` is said like `/goal {shape.usage}`.")
    return parsed


def _right(verb: str, who: Person, goal: Goal) -> Right:
    """The right that somebody needs for a verb on a goal: what its owner may do, others may who operate the channel."""
    right = grammar.verb(verb).right
    return Right.OPERATE if right is Right.OWN and goal.owner.id != who.id else right


def _drafted(message: Message, text: str) -> Wish:
    """A plain text as a wish for a draft."""
    return Wish(Verb(drafts.VERB, argument=text), message.who, message.at, message.key)
