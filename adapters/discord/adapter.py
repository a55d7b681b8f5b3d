"""Discord put together: its port for the bot, its people, and the gateway over which it is heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from pydantic import SecretStr

from adapters.desk import Desk
from adapters.discord import sync
from adapters.discord.addresses import reach
from adapters.discord.answers import Answers
from adapters.discord.autocomplete import Autocomplete
from adapters.discord.client import DiscordClient
from adapters.discord.commands import Tree
from adapters.discord.gateway import Gateway, Pace
from adapters.discord.hearing import Hearing
from adapters.discord.interactions import Interactions
from adapters.discord.people import People
from adapters.discord.port import DiscordPort
from adapters.discord.reading import Reading
from adapters.ear import Ear
from adapters.offers import Named
from adapters.signs import NONE
from goals.domain.errors import GoalError
from goals.ports import Clock, Registrations

log = logging.getLogger(__name__)

LEARN_AGAIN = 5.0
KEEP_WITHIN = 1.0

LETS_IN = frozenset(
    {
        "guild_join",
        "guild_available",
        "guild_update",
        "guild_role_update",
        "guild_channel_create",
        "guild_channel_update",
        "thread_create",
        "thread_update",
        "raw_thread_update",
        "member_update",
    }
)
"""Events after which the bot may be allowed what it was not."""


@dataclass(frozen=True, slots=True)
class Access:
    """How Discord is reached. `api` is the address of its REST API, empty for its own; with a `guild` the other servers
    are not heard; `message_content`: the privileged intent is switched on.
    """

    api: str
    token: SecretStr
    guild: str = ""
    message_content: bool = False


class DiscordAdapter:
    """`port` and `introduce` are there at once; `start` needs a running loop."""

    def __init__(
        self,
        access: Access,
        clock: Clock,
        registrations: Registrations,
        named: Named,
        pace: Pace | None = None,
    ) -> None:
        """`registrations` know what Discord was told of our commands; `named` is offered while somebody types."""
        reach(access.api)
        self._access = access
        self._clock = clock
        self._registrations = registrations
        self._named = named
        self._pace = pace or Pace()
        self._client = DiscordClient(
            self._told,
            message_content=access.message_content,
            between_sessions=self._pace.between_sessions,
        )
        self._people = People(self._client, clock)
        self._answers = Answers(clock)
        self._interactions: Interactions | None = None
        self._hearing: Hearing | None = None
        self._gateway: Gateway | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._unknown = "Discord has not said yet whose the bot's token is."
        reading = Reading(self._client, self._people.who)
        self.port = DiscordPort(self._client, self._answers, self._people.who, clock, reading)
        self.introduce = self._people.introduce
        self.signs = NONE
        self.hopeless = asyncio.Event()
        self.doors: Mapping[str, Any] = {}

    async def open(self) -> None:
        """Speak, and never listen. Raises GoalError for a token that Discord does not take."""
        known = await self._entered()
        self._begin(self._enter(known), "log in to Discord")

    async def start(self, ear: Ear, desk: Desk) -> None:
        """Listen while the ear's lease is ours. `desk` is where the goals are that are offered while somebody types.

        Raises GoalError for a token that Discord does not take; where it does not answer, it is asked until it does.
        """
        access = self._access
        self._hearing = Hearing(self._client, ear, guild=access.guild, message_content=access.message_content)
        self._gateway = Gateway(self._client, ear.lease, ear.gap, self._clock, self._pace)
        autocomplete = Autocomplete(desk, self._named)
        self._interactions = Interactions(ear.accept, self._answers, autocomplete, self._clock, ear.way)
        tree = self._interactions.join(self._client)
        known = await self._entered()
        self._begin(self._listen(known, tree, self._gateway), "listen to Discord")

    async def stop(self) -> None:
        """Hear nothing more, then keep and acknowledge what was heard; what is to be said can still be said."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._interactions is not None:
            await self._interactions.settled(KEEP_WITHIN)
        if self._hearing is not None:
            if not await self._hearing.settled(KEEP_WITHIN):
                log.warning("what was written in threads at the end is read back at the next start")
            await self._hearing.stop()

    async def close(self) -> None:
        """Say nothing more."""
        await self._client.close()

    async def problems(self) -> list[str]:
        """Why Discord is not heard, a sentence each."""
        silent = self._gateway.problem() if self._gateway else ""
        return [sentence for sentence in (self._unknown, silent) if sentence]

    def unheard(self) -> float | None:
        """Seconds since the gateway was last seen alive; None where another process hears it."""
        return self._gateway.unheard() if self._gateway else None

    def _told(self, event: str, about: tuple[Any, ...], place: str) -> None:
        if self._gateway is None or self._hearing is None:
            return
        self._gateway.told(event)
        self._hearing.heard(event, about, place)
        if event in LETS_IN:
            self.port.changed()
            self._hearing.changed()

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    async def _enter(self, known: bool) -> None:
        while not known:
            await asyncio.sleep(LEARN_AGAIN)
            known = await self._entered()

    async def _listen(self, known: bool, tree: Tree, gateway: Gateway) -> None:
        try:
            await self._enter(known)
            await self._tell_commands(tree)
            await gateway.run()
            log.error("Discord is not heard any more")
        except GoalError as refused:
            self._unknown = str(refused)
            log.error("%s", refused)
        self.hopeless.set()

    async def _tell_commands(self, tree: Tree) -> None:
        """Commands that Discord does not take are no reason to hear nothing."""
        try:
            await sync.synced(self._client, tree, self._access.guild, self._registrations, self._clock)
        except (GoalError, aiohttp.ClientError, OSError) as trouble:
            log.error("%s", trouble)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """What breaks on the way is a reason to start again, not to go on deaf."""
        if not task.cancelled() and (broken := task.exception()):
            log.error("Discord is not heard any more", exc_info=broken)
            self.hopeless.set()

    async def _entered(self) -> bool:
        """Whether Discord has said who we are. Raises GoalError for a token that it does not take."""
        try:
            await self._client.enter(self._access.token.get_secret_value())
        except discord.LoginFailure:
            raise GoalError("Discord does not take GOALWARD_DISCORD__TOKEN: set it anew.") from None
        except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as away:
            log.warning("Discord does not say whose the token is: %r", away)
            return False
        self._unknown = ""
        return True
