"""What the gateway tells of people, kept in order: of what is said, only what is meant for us or said in our threads."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Any

import discord

from adapters.chat import Inbound
from adapters.discord import inbound
from adapters.discord.lanes import Lanes
from adapters.discord.origins import DIRECT, PLATFORM, somebody
from adapters.discord.rooms import Rooms
from adapters.ear import Ear
from adapters.language import is_addressed
from goals.domain.errors import StoreUnavailable
from goals.domain.values import Origin, Person

log = logging.getLogger(__name__)

AGAIN = 0.5
"""Seconds until what could not be kept is tried again: Discord does not tell it a second time."""
MOST = 5_000


class Hearing:
    def __init__(self, client: discord.Client, ear: Ear, *, guild: str, message_content: bool) -> None:
        """With a `guild` nothing of other servers is heard."""
        self._client = client
        self._ear = ear
        self._guild = guild
        self._content = message_content
        self._rooms = Rooms(client)
        self._lanes = Lanes()
        self._unseen: OrderedDict[str, None] = OrderedDict()
        self.changed = self._rooms.changed

    def heard(self, event: str, told: tuple[Any, ...], place: str) -> None:
        """Take an event of the gateway, to keep it as soon as can be."""
        match event, told:
            case "message", (discord.Message() as message,) if inbound.is_said(message):
                if self._is_ours(message.guild.id if message.guild else None):
                    self._lanes.add(message.channel.id, self._message(message), f"message {message.id}")
            case (("raw_reaction_add" | "raw_reaction_remove"), (discord.RawReactionActionEvent() as given,)):
                if self._counts(given.guild_id) and inbound.is_meant(given, self._us):
                    self._lanes.add(
                        given.channel_id, self._reaction(given, place), f"reaction on {given.message_id}"
                    )

    async def settled(self, seconds: float) -> bool:
        """Whether all that was heard is kept, at most after so many seconds."""
        return await self._lanes.settled(seconds)

    async def stop(self) -> None:
        await self._lanes.stop()

    def _is_ours(self, guild: int | None) -> bool:
        return guild is None or self._guild in ("", str(guild))

    def _counts(self, guild: int | None) -> bool:
        """Two sessions tell one reaction differently: only that of whoever has the lease counts."""
        return self._is_ours(guild) and self._ear.lease.mine

    async def _message(self, message: discord.Message) -> None:
        at = await self._rooms.origin(message.channel.id, message.guild.id if message.guild else None)
        if at is None:
            return
        at, who = await self._thread_of(message, at), somebody(message.author)
        if inbound.is_unseen(message):
            return await self._not_seen(message, at, who)
        said = inbound.heard(message, at, who, self._us)
        if said is not None and (is_addressed(said.text) or await self._concerns(at)):
            await self._keep(said)

    async def _thread_of(self, message: discord.Message, at: Origin) -> Origin:
        """An answer to the message that a thread stands on is said in that thread."""
        root = inbound.answered(message)
        if at.thread or not root:
            return at
        within = at.within(root)
        return within if await self._concerns(within) else at

    async def _not_seen(self, message: discord.Message, at: Origin, who: Person) -> None:
        """Once per thread the bot is told that it cannot read what was said."""
        if self._content or not at.thread or at.tenant == DIRECT or at.thread in self._unseen:
            return
        if await self._concerns(at):
            await self._keep(inbound.unseen(message, at, who))
            self._unseen[at.thread] = None
            while len(self._unseen) > MOST:
                self._unseen.popitem(last=False)

    async def _reaction(self, given: discord.RawReactionActionEvent, place: str) -> None:
        at = await self._rooms.origin(given.channel_id, given.guild_id)
        if at is None:
            return
        tenant = "" if given.guild_id is None else str(given.guild_id)
        who = somebody(given.member) if given.member else Person(str(given.user_id), "", PLATFORM, tenant)
        await self._keep(inbound.reaction(given, at, who, place))

    async def _concerns(self, at: Origin) -> bool:
        while True:
            try:
                return await self._ear.concerns(at.thread_key)
            except StoreUnavailable:
                await asyncio.sleep(AGAIN)

    async def _keep(self, act: Inbound) -> None:
        while True:
            try:
                return await self._ear.accept(act)
            except StoreUnavailable:
                log.warning("%s cannot be kept yet", act.key)
            await asyncio.sleep(AGAIN)

    @property
    def _us(self) -> int:
        assert self._client.user is not None
        return self._client.user.id
