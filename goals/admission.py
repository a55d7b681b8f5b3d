"""What may be opened in a channel, and by whom: the request that is made of what somebody asked for, or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from goals.domain import reach
from goals.domain.addresses import shown
from goals.domain.contract import Asked, Defaults, request
from goals.domain.errors import BadRequest, NotAllowed
from goals.domain.hooks import Hook
from goals.domain.model_names import addressed
from goals.domain.rules import EVERYBODY, ROLE, ChannelRules, Right, lacks
from goals.domain.values import Goal, Mode, Origin, Person, Request
from goals.plugins import Agents, Plugins
from goals.ports import Clock


class Admission:
    """`rules` are those of a channel, `unpriced` names a model of a request whose price nobody knows."""

    def __init__(
        self,
        plugins: Plugins,
        agents: Agents,
        clock: Clock,
        *,
        defaults: Defaults,
        rules: Callable[[str], ChannelRules],
        unpriced: Callable[[Request], str],
    ) -> None:
        self._plugins = plugins
        self._agents = agents
        self._clock = clock
        self._defaults = defaults
        self._rules = rules
        self._unpriced = unpriced

    def may(self, person: Person, right: str, channel_key: str) -> bool:
        return self._rules(channel_key).may(person, right, channel_key)

    def may_open(self, person: Person, asked: Asked, channel_key: str) -> bool:
        """Whether somebody may start this there."""
        return all(self.may(person, right, channel_key) for right in _needed(asked))

    def need(self, by: Person, right: Right, channel_key: str) -> None:
        """Raises NotAllowed, with a sentence, where somebody has not that right."""
        if not self.may(by, right, channel_key):
            raise NotAllowed(lacks(by, right, channel_key))

    def need_all(self, by: Person, asked: Asked, channel_key: str) -> None:
        """Raises NotAllowed where somebody lacks a right that it takes to open this."""
        for right in _needed(asked):
            self.need(by, right, channel_key)

    def request(self, asked: Asked, by: Person, origin: Origin) -> Request:
        """Raises a GoalError, with a sentence, for what they could not open there; hooks are not looked at."""
        wanted = self._checked(self._affordable(self._wanted(asked), by, origin.channel_key), origin)
        self._refuse_theirs(wanted, by, origin)
        return wanted

    def again(self, old: Goal, by: Person) -> Request:
        """What it takes to go on with a goal that has ended. Raises a GoalError as `request` does."""
        wanted = self._affordable(self._once_more(old, by), by, old.origin.channel_key)
        self._refuse_unworkable(wanted)
        self._refuse_theirs(wanted, by, old.origin)
        return wanted

    def refuse_impossible(self, asked: Asked, origin: Origin) -> None:
        """Raises BadRequest for what could not be opened there, whoever asked."""
        self._checked(self._wanted(asked), origin)

    def _wanted(self, asked: Asked) -> Request:
        known = self._plugins.verifier_types(), self._plugins.hook_types()
        wanted = request(asked, self._defaults, *known)
        own = self._plugins.own_hooks(wanted.verifiers)
        return replace(wanted, on_achieved=(*wanted.on_achieved, *own)) if own else wanted

    def _checked(self, wanted: Request, origin: Origin) -> Request:
        rules = self._rules(origin.channel_key)
        self._refuse_unworkable(wanted)
        if wanted.deadline is not None and wanted.deadline <= self._clock.now():
            raise BadRequest(
                f"The deadline {day(wanted.deadline)} has passed: now is {day(self._clock.now())}."
            )
        return replace(wanted, repo=wanted.repo or rules.repo, quorum=rules.quorum)

    def _once_more(self, old: Goal, by: Person) -> Request:
        """What a goal asked for; without a deadline that has passed, and without an approval that is not theirs."""
        deadline = old.request.deadline
        approves = self.may(by, Right.APPROVE, old.origin.channel_key)
        return replace(
            old.request,
            deadline=deadline if deadline and deadline > self._clock.now() else None,
            auto_approve=old.request.auto_approve and approves,
            quorum=self._rules(old.origin.channel_key).quorum,
        )

    def _refuse_unworkable(self, wanted: Request) -> None:
        """Raises a GoalError for a verifier or an agent that is not there, for a model at an address of somebody's
        choice, and for a budget that nobody could keep.
        """
        self._refuse_addressed(wanted)
        for spec in wanted.verifiers:
            self._plugins.verifier(spec)
        for hook in hooks_of(wanted):
            self._plugins.hook(hook)
        if wanted.clean_check and not any(map(self._plugins.in_workspace, wanted.verifiers)):
            raise BadRequest(
                'A clean check needs a verifier that runs in the workspace, such as `--verify "pytest -q"`.'
            )
        if wanted.mode is Mode.DRIVE:
            self._agents.agent(wanted.agent)
            self.refuse_unkept(wanted)

    def _refuse_addressed(self, wanted: Request) -> None:
        """Raises BadRequest for a model whose name says where it is asked: all of the conversation would go there."""
        for model in (wanted.model, wanted.judge_model):
            if addressed(model) and model not in self._defaults.models:
                raise BadRequest(
                    f"The model `{shown(model)}` cannot be named for a goal, since its name says which host is asked:"
                    " only the settings can name it, as `agent` or `judge` under `[model]`."
                )

    def refuse_unkept(self, wanted: Request) -> None:
        """Raises BadRequest for a budget in tokens or money where nobody counts them or knows the price."""
        if wanted.budget.tokens or wanted.budget.usd:
            self._agents.refuse_uncounted(wanted)
        if wanted.budget.usd and (model := self._unpriced(wanted)):
            raise BadRequest(
                f"The model `{model}` has no known price, so a budget in money could not be kept:"
                f' set one under `[model.prices."{model}"]`, or use `--token-budget`.'
            )

    def _refuse_theirs(self, wanted: Request, by: Person, origin: Origin) -> None:
        self._refuse_reaching(wanted, by, origin.channel_key)
        self._refuse_unapprovable(wanted, by, origin)

    def _refuse_reaching(self, wanted: Request, by: Person, channel_key: str) -> None:
        """Raises a GoalError for a repository or a verifier that gets at more than they may set, or anybody."""
        self._refuse_foreign(wanted.repo, by, channel_key)
        hosts = self._rules(channel_key).hosts
        for spec in wanted.verifiers:
            found = None if spec.name else self._plugins.reach(spec)
            if found is None:
                continue
            if closed := reach.closed(found, hosts):
                raise BadRequest(f"The verifier `{spec.how}` cannot be set: {closed}")
            beyond = reach.beyond(found, hosts)
            if beyond and not self.may(by, Right.OPERATE, channel_key):
                what = f"The verifier `{spec.how}` may be set by operators only: {beyond}"
                raise NotAllowed(f"{what} {lacks(by, Right.OPERATE, channel_key)}")

    def _refuse_foreign(self, repo: str, by: Person, channel_key: str) -> None:
        """Raises NotAllowed for a repository that is not the channel's: a path or an address of their choice."""
        ours = ("", self._rules(channel_key).repo, self._defaults.repo)
        if repo not in ours and not self.may(by, Right.OPERATE, channel_key):
            raise NotAllowed(
                "Another repository than this channel's may be named by operators only:"
                f" {lacks(by, Right.OPERATE, channel_key)}"
            )

    def _affordable(self, wanted: Request, by: Person, channel_key: str) -> Request:
        """The request within the channel's `max_usd`, which is the budget of whoever names none.

        Raises NotAllowed for more, but of an approver.
        """
        most = self._rules(channel_key).max_usd
        if most is None or wanted.mode is Mode.MONITOR:
            return wanted
        if wanted.budget.usd is None:
            counted = self._agents.minded(wanted.agent) is not None
            return replace(wanted, budget=replace(wanted.budget, usd=most)) if counted else wanted
        if wanted.budget.usd > most and not self.may(by, Right.APPROVE, channel_key):
            raise NotAllowed(
                f"A goal may cost at most ${most:g} here (`max_usd`), unless an approver asks for it:"
                f" {lacks(by, Right.APPROVE, channel_key)}"
            )
        return wanted

    def _refuse_unapprovable(self, wanted: Request, by: Person, origin: Origin) -> None:
        """Raises BadRequest for a goal of theirs that nobody could approve as the channel's rules want it."""
        if wanted.mode is Mode.MONITOR:
            return
        rules = self._rules(origin.channel_key)
        if wanted.auto_approve and not rules.self_approval:
            raise BadRequest(
                "`--auto-approve` approves one's own goal, which `self_approval = false` forbids."
            )
        holders = set(rules.holders(Right.APPROVE)) - (set() if rules.self_approval else {by.id})
        if EVERYBODY in holders or any(holder.startswith(ROLE) for holder in holders):
            return
        if not holders and not rules.self_approval:
            raise BadRequest(
                "Nobody could approve this goal: `self_approval = false` wants somebody else under `approve`."
            )
        if 1 < rules.quorum > len(holders):
            raise BadRequest(
                f"Nobody could approve this goal: `quorum = {rules.quorum}` wants that many people, and only"
                f" {len(holders)} of those under `approve` may approve a goal of yours."
            )


def hooks_of(wanted: Request) -> tuple[Hook, ...]:
    return tuple(hook for hooks in wanted.hooks.values() for hook in hooks)


def _needed(asked: Asked) -> tuple[Right, ...]:
    """The rights that it takes to open a goal that asks for this."""
    more = {Right.APPROVE: asked.auto_approve, Right.OPERATE: bool(asked.protect)}
    return (Right.OWN, *(right for right, wanted in more.items() if wanted))


def day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
