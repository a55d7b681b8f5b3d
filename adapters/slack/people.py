"""Who somebody in Slack is: their name, whether they are a guest, a bot or of another workspace, and their groups."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat import Undeliverable
from adapters.slack.refusals import understood
from goals.domain.values import Person
from goals.ports import Clock

log = logging.getLogger(__name__)

FRESH = 300.0
"""Seconds for which what Slack said of somebody is believed."""

MOST = 10_000

ClientOf = Callable[[str], Awaitable[AsyncWebClient]]
Groups = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Told:
    """What was said, and until when it is believed (monotonic seconds)."""

    what: Any
    until: float


class People:
    def __init__(self, clients: ClientOf, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock
        self._people: dict[tuple[str, str], _Told] = {}
        self._groups: dict[str, _Told] = {}

    async def introduce(self, who: Person) -> Person | None:
        """Somebody with name, groups and whether they are a guest; None for a bot.

        Whom Slack does not know is a guest. Raises Busy where Slack does not answer.
        """
        user = await self._user(who)
        if user.get("is_bot") or who.id == "USLACKBOT":
            return None
        profile = user.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or user.get("name") or who.name
        return replace(
            who,
            name=str(name),
            roles=(await self._groups_of(who.tenant)).get(who.id, ()),
            guest=who.guest or _is_guest(user, who.tenant),
        )

    async def who(self, tenant: str, user: str) -> Person | None:
        """Who a user of a workspace is; None for a bot. Raises Busy."""
        return await self.introduce(Person(user, platform="slack", tenant=tenant))

    async def _user(self, who: Person) -> dict[str, Any]:
        key = (who.tenant, who.id)
        told = self._people.get(key)
        if told is None or told.until < self._clock.monotonic():
            told = self._believed(await self._asked_user(who))
            if len(self._people) >= MOST:
                self._people.clear()
            self._people[key] = told
        return dict(told.what)

    async def _asked_user(self, who: Person) -> dict[str, Any]:
        answer = await self._ask(who.tenant, "users.info", user=who.id)
        return dict(answer.get("user") or {"is_stranger": True})

    async def _groups_of(self, tenant: str) -> Groups:
        told = self._groups.get(tenant)
        if told is None or told.until < self._clock.monotonic():
            answer = await self._ask(tenant, "usergroups.list", include_users=True)
            told = self._groups[tenant] = self._believed(_by_person(answer.get("usergroups") or ()))
        groups: Groups = told.what
        return groups

    def _believed(self, what: Any) -> _Told:
        return _Told(what, self._clock.monotonic() + FRESH)

    async def _ask(self, tenant: str, method: str, **arguments: Any) -> dict[str, Any]:
        """What Slack answers; nothing where it refuses. Raises Busy."""
        client = await self._clients(tenant)
        try:
            with understood():
                answer = await client.api_call(method, http_verb="GET", params=arguments)
        except Undeliverable as refusal:
            log.warning("nothing is known from %s: %s", method, refusal)
            return {}
        return dict(answer.data) if isinstance(answer.data, dict) else {}


def _is_guest(user: Mapping[str, Any], tenant: str) -> bool:
    """Guests of this workspace, people of another one, people who are gone, and whom Slack does not know."""
    marks = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted")
    of_organisation = (user.get("enterprise_user") or {}).get("teams") or ()
    foreign = user.get("team_id") not in (tenant, None) and tenant not in of_organisation
    return foreign or any(user.get(mark) for mark in marks)


def _by_person(groups: Any) -> Groups:
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for user in group.get("users") or ():
            found[user] = (*found.get(user, ()), str(group["id"]))
    return found
