"""Hooks wired up: what they may use, where their commands run, and the outbox that delivers them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from adapters.chat import Busy, ChatPort
from adapters.knowing import Introduce
from adapters.links import GoalLinks
from adapters.notices import ChannelNotices
from bot.asking import Asking
from bot.ground import Ground
from goals import hook_rows
from goals.confining import Confining
from goals.domain.values import Goal, Mode, Person
from goals.hook_rights import HookRights
from goals.outbox import HOOKS, Later, Outbox, Refused
from goals.outside.web import HttpWeb
from goals.ports import HOOK, Confinement, HookTools, Web, Workspaces
from monitors.hooks.delivery import HookDelivery, Known, Means, Place
from monitors.hooks.signing import Signing
from monitors.sight import Lookout

NO_SECRET = (
    "Several machines deliver webhooks, and all have to sign with one secret: set GOALWARD_HOOKS__SECRET."
)


def hooking(
    on: Ground,
    asking: Asking,
    workspaces: Workspaces,
    lookout: Lookout,
    ports: Mapping[str, ChatPort],
    people: Mapping[str, Introduce],
    told: Callable[[], None],
) -> Outbox:
    """`people` say more of those of their platform; `told` is called when there is something to be said about a hook."""
    empty = (on.settings.state / "hooks").absolute()
    means = Means(
        on.executor,
        _tools(on, asking, ports, HttpWeb()),
        _Places(on.confining, workspaces, lookout).of,
        Place(empty, Confinement(empty)),
    )
    delivery = HookDelivery(
        asking.service, _knowing(people), HookRights(on.plugins, on.rules), means, on.clean
    )
    return Outbox(
        on.store.due_hooks(), {HOOK: delivery}, on.clock, patience=HOOKS, follows=hook_rows.follows, told=told
    )


def _knowing(people: Mapping[str, Introduce]) -> Known:
    async def known(who: Person) -> Person:
        introduce = people.get(who.platform)
        try:
            return (await introduce(who) if introduce else None) or who
        except Busy as busy:
            raise Later(busy.seconds) from busy

    return known


def _tools(
    on: Ground, asking: Asking, ports: Mapping[str, ChatPort], web: Web
) -> Callable[[Goal], HookTools]:
    section = on.settings.hooks
    notices = ChannelNotices(ports)
    links = GoalLinks(asking.service, notices, on.clock)
    signing = Signing(section.secret, on.settings.state)
    sign = refuse_to_sign if on.store.shared and section.secret is None else signing.sign
    commands = {name: one.command for name, one in section.commands.items()}

    def tools(goal: Goal) -> HookTools:
        hosts = on.rules(goal.origin.channel_key).hosts
        return HookTools(web, hosts, sign, commands, notices, links, on.clock)

    return tools


async def refuse_to_sign(body: bytes) -> str:
    """Each machine would sign with a secret of its own."""
    raise Refused(NO_SECRET)


class _Places:
    """A drive goal's hooks run their commands where it worked, a monitor's where it looks."""

    def __init__(self, confining: Confining, workspaces: Workspaces, lookout: Lookout) -> None:
        self._confining = confining
        self._workspaces = workspaces
        self._lookout = lookout

    @asynccontextmanager
    async def of(self, goal: Goal) -> AsyncIterator[Place]:
        if goal.request.mode is Mode.DRIVE:
            async with self._workspaces.seen(goal) as worked:
                yield Place(worked, self._confining.of_checks(goal, worked))
        else:
            async with self._lookout.at(goal) as looks:
                yield Place(looks, self._confining.of_watched(goal, looks))
