"""Who somebody in Discord is, where what they did does not say it: their name and their roles in the server."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import discord

from adapters.chat import Undeliverable
from adapters.discord.origins import DIRECT, PLATFORM
from adapters.discord.refusals import understood
from goals.domain.values import Person
from goals.ports import Clock

FRESH = 300.0
"""Seconds for which what Discord said of somebody is believed."""
MOST = 10_000


class People:
    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[Person | None, float]] = OrderedDict()

    async def introduce(self, who: Person) -> Person | None:
        """Somebody with name and roles; None for a bot. What they do mostly says both. Raises Busy."""
        return who if who.name else await self.who(who.tenant, who.id)

    async def who(self, tenant: str, user: str) -> Person | None:
        """Who a user is in a server, or of none in direct messages; None for a bot. Who is not in the server is a guest.

        Raises Busy where Discord does not answer.
        """
        known, until = self._known.get((tenant, user), (None, 0.0))
        if until < self._clock.now().timestamp():
            known = await self._ask(tenant, user)
            self._known[tenant, user] = (known, self._clock.now().timestamp() + FRESH)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return known

    async def _ask(self, tenant: str, user: str) -> Person | None:
        direct = tenant in ("", DIRECT)
        try:
            with understood():
                if direct:
                    told: dict[str, Any] = {"user": await self._client.http.get_user(int(user))}
                else:
                    told = dict(await self._client.http.get_member(int(tenant), int(user)))
        except Undeliverable:
            return Person(user, "", PLATFORM, "" if direct else tenant, guest=True)
        return _person(told, "" if direct else tenant)


def _person(member: dict[str, Any], tenant: str) -> Person | None:
    user = member["user"]
    if user.get("bot") or user.get("system"):
        return None
    name = member.get("nick") or user.get("global_name") or user["username"]
    roles = tuple(str(role) for role in member.get("roles") or ())
    return Person(str(user["id"]), str(name), PLATFORM, tenant, roles)
