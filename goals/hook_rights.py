"""Which hooks somebody may set; asked again whenever one is fired, since rights and settings may have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from goals.domain import reach
from goals.domain.errors import BadRequest, NotAllowed
from goals.domain.hooks import Hook
from goals.domain.rules import ChannelRules, Right, lacks
from goals.domain.values import Origin, Person
from goals.plugins import Plugins
from goals.ports import Firing, Reaching


class HookRights:
    """`rules` are those of a channel."""

    def __init__(self, plugins: Plugins, rules: Callable[[str], ChannelRules]) -> None:
        self._plugins = plugins
        self._rules = rules

    def granted(self, hook: Hook, by: Person, at: Origin) -> Firing:
        """The hook, ready to be fired for somebody in a channel.

        Raises BadRequest for one that there is not or that nobody may set, NotAllowed for one that they may not.
        """
        made = self._plugins.hook(hook)
        found = made.reach if isinstance(made, Reaching) else reach.Reach()
        hosts = self._rules(at.channel_key).hosts
        if closed := reach.closed(found, hosts):
            raise BadRequest(f"The hook `{hook.how}` cannot be set: {closed}")
        if beyond := reach.beyond(found, hosts):
            self._need(by, Right.OPERATE, at, f"The hook `{hook.how}` may be set by operators only: {beyond}")
        for channel in found.channels:
            there = replace(at, channel=channel)
            self._need(by, Right.TALK, there, f"The hook `{hook.how}` speaks in another channel.")
        return made

    def _need(self, by: Person, right: Right, at: Origin, why: str) -> None:
        if not self._rules(at.channel_key).may(by, right, at.channel_key):
            raise NotAllowed(f"{why} {lacks(by, right, at.channel_key)}")
