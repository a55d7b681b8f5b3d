"""Hooks wired up: what they may use, where their commands run, and the outbox that delivers them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.chat import ChatPort
from adapters.links import GoalLinks
from adapters.notices import ChannelNotices
from bot import private
from bot.asking import Asking
from bot.ground import Ground
from goals import hook_rows
from goals.domain.values import Goal, Mode
from goals.hook_rights import HookRights
from goals.outbox import HOOKS, Outbox
from goals.outside.web import HttpWeb
from goals.ports import HOOK, Confinement, HookTools, Web, Workspaces
from monitors.hooks.delivery import HookDelivery, Means, Place
from monitors.hooks.signing import Signing


def hooking(
    on: Ground,
    asking: Asking,
    workspaces: Workspaces,
    ports: Mapping[str, ChatPort],
    told: Callable[[], None],
    web: Web | None = None,
) -> Outbox:
    """`told` is called when there is something to be said about a hook."""
    empty = (on.settings.state / "hooks").absolute()
    means = Means(
        on.executor,
        _tools(on, asking, ports, web or HttpWeb()),
        _Places(on, workspaces, empty).place,
        Place(empty, Confinement(empty)),
    )
    delivery = HookDelivery(asking.service, HookRights(on.plugins, on.rules), means, on.clean)
    return Outbox(
        on.store.hooks, {HOOK: delivery}, on.clock, patience=HOOKS, follows=hook_rows.follows, told=told
    )


def _tools(
    on: Ground, asking: Asking, ports: Mapping[str, ChatPort], web: Web
) -> Callable[[Goal], HookTools]:
    section = on.settings.hooks
    notices = ChannelNotices(ports)
    links = GoalLinks(asking.service, notices, on.clock)
    sign = Signing(section.secret, on.settings.state).sign
    commands = {name: one.command for name, one in section.commands.items()}

    def tools(goal: Goal) -> HookTools:
        hosts = on.rules(goal.origin.channel_key).hosts
        return HookTools(web, hosts, sign, commands, notices, links, on.clock)

    return tools


class _Places:
    """A drive goal's hooks run their commands where it worked, a monitor's in an empty directory."""

    def __init__(self, on: Ground, workspaces: Workspaces, empty: Path) -> None:
        self._on = on
        self._workspaces = workspaces
        self._empty = empty

    async def place(self, goal: Goal) -> Place:
        if goal.request.mode is Mode.DRIVE:
            directory = await self._workspaces.open(goal)
        else:
            await asyncio.to_thread(private.make, self._empty)
            directory = self._empty
        return Place(directory, self._on.confining.of_checks(goal, directory))
