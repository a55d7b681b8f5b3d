"""What may be asked of goals: open, approve, steer, pause, resume, cancel, read. One short method per wish.

`act` is the key of what a person did: the same act changes a goal once, however often it is delivered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from goals import audit, board
from goals.admission import Admission, day, hooks_of
from goals.board import Board
from goals.domain import facts, lifecycle, past
from goals.domain.budget import COUNTED, Raise, raised
from goals.domain.contract import Asked, Defaults
from goals.domain.edits import Edit
from goals.domain.errors import (
    AlreadyDecided,
    BadRequest,
    NotAllowed,
    NotFound,
    NotNow,
    StaleGoal,
    ThreadTaken,
)
from goals.domain.hooks import WAKES
from goals.domain.parts import EVERYBODY_THERE, Absent
from goals.domain.queueing import Way
from goals.domain.rules import ChannelRules, Right
from goals.domain.trail import Trail
from goals.domain.usage import Totals
from goals.domain.values import (
    UNFINISHED,
    Approval,
    ApprovalStatus,
    Goal,
    Mode,
    Origin,
    Person,
    Request,
    Status,
)
from goals.domain.watching import Point, Polled
from goals.due import relies_on
from goals.hook_rights import HookRights
from goals.ids import new_id
from goals.journal import Journal
from goals.plugins import Agents, Plugins
from goals.ports import (
    Channels,
    Clock,
    Dispatcher,
    Goals,
    History,
    HookRows,
    Ledger,
    Monitors,
    StoredEvent,
    Workspaces,
)
from goals.queue import Queue

HOOKS_SHOWN = 50
"""The newest hooks of a goal that its report tells of."""

RUNNING = tuple(status for status in UNFINISHED if status is not Status.PAUSED)


class GoalService:
    def __init__(
        self,
        goals: Goals,
        history: History,
        journal: Journal,
        queue: Queue,
        plugins: Plugins,
        agents: Agents,
        workspaces: Workspaces,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        defaults: Defaults,
        rules: Callable[[str], ChannelRules],
        ledger: Ledger,
        channels: Channels,
        monitors: Monitors,
        unpriced: Callable[[Request], str],
        hooks: HookRows,
        absent: Callable[[], Awaitable[Absent]],
        judged: bool = False,
    ) -> None:
        """`unpriced` names a model of a request whose price nobody knows, `absent` the parts of the work that nobody
        does; `judged` says whether there is a judge.
        """
        self._goals = goals
        self._history = history
        self._journal = journal
        self._queue = queue
        self._plugins = plugins
        self._agents = agents
        self._workspaces = workspaces
        self._dispatcher = dispatcher
        self._clock = clock
        self._rules = rules
        self._ledger = ledger
        self._channels = channels
        self._monitors = monitors
        self._hooks = hooks
        self._absent = absent
        self._admission = Admission(plugins, agents, clock, defaults=defaults, rules=rules, unpriced=unpriced)
        self._hook_rights = HookRights(plugins, rules)
        self._judged = judged

    # --- asking for something ---

    async def open(
        self, asked: Asked, *, by: Person, origin: Origin, act: str = "", goal_id: str = "", chain: int = 0
    ) -> Goal:
        """Open a goal, or put it into its channel's queue. Raises a GoalError and stores nothing when it cannot be.

        One that was drafted, or that a hook starts, has its `goal_id` already; raises StaleGoal when that is taken.
        `chain` counts the hooks that led to it.
        """
        wanted = await self._openable(asked, by, origin)
        while True:
            standing = await self._unfinished_in(origin)
            for old in standing:
                self._refuse_replacing(old, asked, by)
            for old in standing:
                await self.cancel(old.id, by)
            now = self._clock.now()
            with suppress(ThreadTaken):
                return await self._opened(Goal(goal_id, wanted, by, origin, now, now, chain=chain), act)

    async def refuse_unopenable(self, asked: Asked, *, by: Person, origin: Origin) -> None:
        """Raises the GoalError that `open` would raise, before there is a thread for it."""
        await self._openable(asked, by, origin)

    async def _openable(self, asked: Asked, by: Person, origin: Origin) -> Request:
        self._admission.need_all(by, asked, origin.channel_key)
        await self.refuse_where_off(origin.channel_key)
        wanted = self._admission.request(asked, by, origin)
        await self._refuse_hooks(wanted, by, origin)
        return wanted

    async def reopen(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        """Open a new goal in the thread of one that has ended, with its contract and its workspace, and nothing else.

        Raises NotNow while a goal of that thread is unfinished.
        """
        while True:
            with suppress(ThreadTaken):
                return await self._reopened(await self.find(goal_id), by, act)

    async def _reopened(self, old: Goal, by: Person, act: str) -> Goal:
        if old.unfinished:
            raise NotNow(f"Goal {old.id} has not ended: it is {old.status.value.replace('_', ' ')}.")
        for other in await self._unfinished_in(old.origin):
            raise NotNow(
                f"This thread has goal {other.id} ({other.status.value}); {old.id} can be reopened when that has ended."
            )
        await self.refuse_where_off(old.origin.channel_key)
        wanted = self._admission.again(old, by)
        await self._refuse_hooks(wanted, by, old.origin)
        home, now = old.home or old.id, self._clock.now()
        again = Goal("", wanted, by, old.origin, now, now, home=home, reopens=old.id)
        return await self._opened(again, act)

    async def approve(self, approval_id: str, by: Person, *, for_goal: bool = False, act: str = "") -> Goal:
        """Say yes, once or for the same command in all of the goal's life."""
        approval = await self.approval(approval_id)
        fact = facts.Approved(self._clock.now(), by, approval_id, for_goal)
        return await self._decide(approval, fact, by, act)

    async def deny(self, approval_id: str, by: Person, reason: str = "", *, act: str = "") -> Goal:
        approval = await self.approval(approval_id)
        fact = facts.Denied(self._clock.now(), by, approval_id, reason)
        return await self._decide(approval, fact, by, act)

    async def pause(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        return await self._stop(goal_id, facts.Paused(self._clock.now(), by), by, act)

    async def resume(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        return await self._change(goal_id, facts.Resumed(self._clock.now(), by), act)

    async def complete(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        return await self._stop(goal_id, facts.CompletedByHand(self._clock.now(), by), by, act)

    async def cancel(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        return await self._stop(goal_id, facts.Cancelled(self._clock.now(), by), by, act)

    async def raise_budget(self, goal_id: str, by: Person, change: Raise, *, act: str = "") -> Goal:
        """Raises a GoalError for a budget that could not be kept, or that was changed already."""
        goal = await self.find(goal_id)
        if goal.request.mode is Mode.DRIVE and change.dimension in COUNTED:
            self._admission.refuse_unkept(replace(goal.request, budget=raised(goal, change)))
        return await self._change(goal_id, facts.BudgetRaised(self._clock.now(), by, change), act)

    async def revise(self, goal_id: str, by: Person, edit: Edit, *, act: str = "") -> Goal:
        """Change the contract. Raises BadRequest for what does not fit into it."""
        return await self._change(goal_id, facts.ContractChanged(self._clock.now(), by, edit), act)

    async def steer(self, goal_id: str, by: Person, text: str, *, act: str = "") -> Goal:
        return await self._change(goal_id, facts.Steered(self._clock.now(), by, text), act)

    async def move(self, goal_id: str, by: Person, to: Way | int, *, act: str = "") -> None:
        await self._queue.move(await self.find(goal_id), by, to, act=act)

    async def disable(self, channel_key: str, by: Person) -> None:
        """Goal mode off in a channel, its goals paused. Done again, also after half of it, it does the rest."""
        await self._channels.switch_off(channel_key, by, self._clock.now())
        why = f"{by.mention} switched goal mode off in this channel."
        for goal in await self._goals.find(statuses=RUNNING, channel_key=channel_key, limit=10_000):
            with suppress(NotNow):  # it has ended meanwhile, or somebody else has paused it
                await self._stop(goal.id, facts.Paused(self._clock.now(), by, why), by, "")

    async def enable(self, channel_key: str, by: Person) -> None:
        """Goal mode on again; what it paused is resumed by people."""
        await self._channels.switch_on(channel_key, by, self._clock.now())
        await self._queue.fill(channel_key)

    async def enabled(self, channel_key: str) -> bool:
        return await self._channels.off(channel_key) is None

    async def refuse_where_off(self, channel_key: str) -> None:
        """Raises NotNow, with a sentence, where goal mode is switched off."""
        if off := await self._channels.off(channel_key):
            raise NotNow(
                f"Goal mode is off in this channel: {off.by} switched it off on {day(off.at)}. "
                "`/goal enable` switches it on again."
            )

    def refuse_impossible(self, asked: Asked, origin: Origin) -> None:
        """Raises BadRequest for what could not be opened there, whoever asked."""
        self._admission.refuse_impossible(asked, origin)

    async def wait(self, goal_id: str, by: Person, seconds: float, *, act: str = "") -> Goal:
        """Put a goal aside for a time."""
        now = self._clock.now()
        return await self._stop(goal_id, facts.PutAside(now, by, now + timedelta(seconds=seconds)), by, act)

    async def unwait(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        return await self._change(goal_id, facts.Unwaited(self._clock.now(), by), act)

    async def check(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        """Have the verifiers run, and the judge asked, as soon as the channel has a free slot."""
        goal = await self.find(goal_id)
        if not goal.request.verifiers and not self._judged:
            raise NotNow(f"Goal {goal_id} has no verifier and there is no judge: nothing can be checked.")
        return await self._change(goal_id, facts.CheckAsked(self._clock.now(), by), act)

    async def wrap_up(self, goal_id: str, by: Person, *, act: str = "") -> Goal:
        return await self._stop(goal_id, facts.WrapUp(self._clock.now(), by), by, act)

    async def mute(self, goal_id: str, by: Person, *, on: bool, act: str = "") -> Goal:
        return await self._change(goal_id, facts.Muted(self._clock.now(), by, on), act)

    async def wakeable(self, goal_id: str, by: Person, origin: Origin) -> Goal:
        """A goal that somebody's hook may wake: of the same channel, their own, unless they operate. Raises GoalError."""
        goal, key = await self.find(goal_id), origin.channel_key
        if goal.origin.channel_key != key:
            raise BadRequest(f"A hook cannot wake goal {goal_id}: it is of another channel.")
        self._admission.need(by, Right.OWN if goal.owner.id == by.id else Right.OPERATE, key)
        return goal

    # --- reading ---

    async def strand(self, goal_id: str, why: str) -> None:
        """Pause a goal whose thread is gone, since nobody can be asked or told; what stands still stays as it is."""
        with suppress(NotNow):
            await self._change(goal_id, facts.Hindered(self._clock.now(), why))
            await self._dispatcher.cancel(goal_id)

    async def find(self, goal_id: str) -> Goal:
        goal = await self._goals.load(goal_id)
        if goal is None:
            raise NotFound(f"There is no goal {goal_id}.")
        return goal

    async def goals(
        self, *, status: Status | None = None, channel_key: str = "", thread_key: str = "", owner: str = ""
    ) -> list[Goal]:
        statuses = (status,) if status else ()
        return await self._goals.find(
            statuses=statuses, channel_key=channel_key, thread_key=thread_key, owner=owner
        )

    async def unfinished(
        self, *, channel_key: str = "", thread_key: str = "", owner: str = "", limit: int = 200
    ) -> list[Goal]:
        return await self._goals.find(
            statuses=UNFINISHED, channel_key=channel_key, thread_key=thread_key, owner=owner, limit=limit
        )

    async def report(self, goal_id: str) -> audit.Report:
        return await self.report_of(await self.find(goal_id))

    async def report_of(self, goal: Goal) -> audit.Report:
        approvals = await self._history.approvals(goal.id)
        place = await self._queue.place(goal) if goal.status is Status.QUEUED else None
        used = await self._ledger.totals(goal.id)
        report = await self._standing(goal, approvals, used, place)
        hooks = await self._hooks.states(goal.id, limit=HOOKS_SHOWN) if goal.request.hooks else ()
        return replace(report, hooks=tuple(hooks)) if hooks else report

    async def _standing(
        self, goal: Goal, approvals: Sequence[Approval], used: Totals, place: int | None
    ) -> audit.Report:
        absent = await self._absent() if relies_on(goal) else EVERYBODY_THERE
        if goal.request.mode is Mode.DRIVE:
            return self._report(goal, approvals, used, place, absent=absent)
        polled = (await self._monitors.polled([goal.id])).get(goal.id)
        line = past.spark(await self._monitors.history(goal.id))
        return self._report(goal, approvals, used, place, polled, line, absent)

    async def reports(self, status: Status | None = None, channel: str | None = None) -> list[audit.Report]:
        """The newest goals that match, and all that are unfinished and worked on.

        A few questions to the store, however many.
        """
        found = await self._listed(status, channel or "")
        ids = [goal.id for goal in found]
        approvals = await self._history.approvals_of(ids)
        used = await self._ledger.totals_of(ids)
        places = await self._goals.places()
        polled = await self._polled(found)
        return [
            self._report(goal, approvals[goal.id], used[goal.id], places.get(goal.id), polled.get(goal.id))
            for goal in found
        ]

    async def _polled(self, goals: Sequence[Goal]) -> dict[str, Polled]:
        monitors = [goal.id for goal in goals if goal.request.mode is Mode.MONITOR]
        return await self._monitors.polled(monitors) if monitors else {}

    async def _listed(self, status: Status | None, channel_key: str) -> list[Goal]:
        newest = await self.goals(status=status, channel_key=channel_key)
        if status and status.terminal:
            return newest
        standing = (status,) if status else UNFINISHED
        every = await self._goals.find(
            statuses=standing, channel_key=channel_key, mode=Mode.DRIVE, limit=10_000
        )
        there = {goal.id for goal in newest}
        return [*newest, *(goal for goal in every if goal.id not in there)]

    async def board(self, channel_key: str) -> Board:
        """What stands where in a channel."""
        now = self._clock.now()
        standing = await self._goals.standing(
            channel_key, since=board.today(now), ended=board.ENDED_SHOWN, watching=board.WATCHING_SHOWN
        )
        polled = await self._polled(standing.watching)
        absent = await self._absent()
        return board.board(standing, now, judged=self._judged, polled=polled, absent=absent)

    async def approval(self, approval_id: str) -> Approval:
        approval = await self._history.approval(approval_id)
        if approval is None:
            raise NotFound(f"There is no approval {approval_id}.")
        return approval

    async def open_approvals(self, goal_id: str) -> list[Approval]:
        return await self._history.approvals(goal_id, status=ApprovalStatus.OPEN)

    async def unanswered(self) -> list[Approval]:
        """The open approvals of every goal."""
        return await self._history.open_approvals()

    async def events(self, goal_id: str) -> list[StoredEvent]:
        await self.find(goal_id)
        return await self._history.events(goal_id)

    async def readings(self, goal_id: str) -> list[Point]:
        """What a monitor has seen, oldest first; old readings are thinned."""
        await self.find(goal_id)
        return await self._monitors.history(goal_id)

    async def trails(self, subject: str) -> list[Trail]:
        """The trail of a goal, between those of the draft that it was and of its hooks; or of a channel (`local:demo`). Raises NotFound."""
        subjects = (f"draft:{subject}", subject, f"hooks:{subject}")
        found = [await self._history.kept(each) for each in subjects]
        kept = [trail for trail in found if trail is not None]
        if not kept:
            raise NotFound(
                f"There is no goal {subject}, nor a channel of that name in which anything was switched."
            )
        return kept

    async def diff(self, goal_id: str, turn: int | None = None) -> str:
        goal = await self.find(goal_id)
        if turn is not None and not 1 <= turn <= goal.turn:
            raise NotFound(f"Goal {goal_id} has no turn {turn}; it has taken {goal.turn}.")
        return await self._workspaces.diff(goal_id, turn) if goal.base_tree else ""

    def may(self, person: Person, right: str, channel_key: str) -> bool:
        return self._admission.may(person, right, channel_key)

    def may_approve(self, person: Person, goal: Goal) -> bool:
        """Whether somebody's ✅ counts for a goal; for a ❌ the right alone is enough."""
        key = goal.origin.channel_key
        others = self._rules(key).self_approval or person.id != goal.owner.id
        return others and self.may(person, Right.APPROVE, key)

    def may_open(self, person: Person, asked: Asked, channel_key: str) -> bool:
        """Whether somebody may start this there."""
        return self._admission.may_open(person, asked, channel_key)

    async def queued(self, channel_key: str) -> tuple[audit.Report, ...]:
        """The channel's queue, first in line first."""
        return board.line(await self._queue.standing(channel_key), self._clock.now())

    # --- how ---

    def _report(
        self,
        goal: Goal,
        approvals: Sequence[Approval],
        used: Totals,
        place: int | None,
        polled: Polled | None = None,
        spark: str = "",
        absent: Absent = EVERYBODY_THERE,
    ) -> audit.Report:
        return audit.report(
            goal,
            approvals=approvals,
            place=place,
            now=self._clock.now(),
            used=used,
            judged=self._judged,
            polled=polled,
            spark=spark,
            absent=absent,
        )

    async def _opened(self, goal: Goal, act: str) -> Goal:
        """Raises ThreadTaken, and for a goal that has its id already StaleGoal."""
        while True:
            try:
                named = replace(goal, id=goal.id or new_id())
                return (await self._journal.record(lifecycle.opened(named), act=act)).goal
            except StaleGoal:  # the id is taken
                if goal.id:
                    raise

    async def _refuse_hooks(self, wanted: Request, by: Person, origin: Origin) -> None:
        """Raises a GoalError for a hook that they may not set, and for one that is to wake a goal that is not here."""
        for hook in hooks_of(wanted):
            self._hook_rights.granted(hook, by, origin)
            if hook.type == WAKES:
                await self.wakeable(hook.target, by, origin)

    def _refuse_replacing(self, old: Goal, asked: Asked, by: Person) -> None:
        """Raises NotNow where the thread's goal may not be replaced unasked, NotAllowed where it is somebody else's."""
        if not asked.replace:
            raise NotNow(
                f"This thread already has goal {old.id} ({old.status.value}). Add `--replace` to cancel it first, "
                f"or start the new one outside this thread."
            )
        if old.owner.id != by.id:
            self._admission.need(by, Right.OPERATE, old.origin.channel_key)

    async def _unfinished_in(self, origin: Origin) -> list[Goal]:
        return await self.unfinished(thread_key=origin.thread_key) if origin.thread else []

    async def _decide(self, approval: Approval, fact: facts.Fact, by: Person, act: str) -> Goal:
        goal = await self.find(approval.goal_id)
        self._admission.need(by, Right.APPROVE, goal.origin.channel_key)
        if isinstance(fact, facts.Approved) and not self.may_approve(by, goal):
            raise NotAllowed("Somebody else must approve your goal: `self_approval = false` is set here.")
        try:
            return await self._change(approval.goal_id, fact, act)
        except AlreadyDecided:
            raise AlreadyDecided(_decided(await self.approval(approval.id))) from None
        except NotNow:
            if approval.status is ApprovalStatus.OPEN:
                approval = await self.approval(approval.id)
            if approval.status is ApprovalStatus.OPEN:
                raise
            raise AlreadyDecided(_decided(approval)) from None

    async def _change(self, goal_id: str, fact: facts.Fact, act: str = "") -> Goal:
        while True:
            goal = await self.find(goal_id)
            change = lifecycle.apply(goal, fact)
            if goal.status is Status.PAUSED and change.goal.status in (Status.QUEUED, Status.ACTIVE):
                await self.refuse_where_off(goal.origin.channel_key)
            try:
                return (await self._journal.record(change, act=act)).goal
            except StaleGoal:
                continue

    async def _stop(self, goal_id: str, fact: facts.Fact, by: Person, act: str) -> Goal:
        goal = await self._change(goal_id, fact, act)
        await self._dispatcher.cancel(goal_id)
        return goal


def _decided(approval: Approval) -> str:
    if approval.status is ApprovalStatus.WITHDRAWN or approval.by is None:
        return "This approval was withdrawn; there is nothing to decide any more."
    by = " and ".join(person.mention for person in approval.voters)
    return f"Already {approval.status.value} by {by}."
