"""What Discord shows under a field of `/goal` while somebody types: only what they may see, and never late."""

from __future__ import annotations

import asyncio
import logging

import discord

from adapters.definitions import Definition
from adapters.desk import Desk
from adapters.discord.origins import origin, somebody
from adapters.figures import cut
from adapters.grammar import Group
from adapters.offers import Named, Offer, offers
from adapters.typed import GOAL
from goals.domain.errors import StoreUnavailable
from goals.domain.rules import Right

log = logging.getLogger(__name__)

WITHIN = 2.0
"""Seconds; Discord waits three."""
LONGEST = 100
"""Characters of an offer."""
OF_ENDED = ("reopen",)
"""What is done with goals that have ended, beside looking at them."""


class Autocomplete:
    def __init__(self, desk: Desk, named: Named) -> None:
        self._desk = desk
        self._named = named

    async def __call__(
        self, interaction: discord.Interaction, command: Definition, field: str, typed: str
    ) -> list[Offer]:
        """Nothing where it cannot be told in time: what is typed counts all the same."""
        try:
            async with asyncio.timeout(WITHIN):
                goals = await self._goals(interaction, command) if field == GOAL else []
        except (TimeoutError, StoreUnavailable) as late:
            log.info("nothing is offered for `%s`: %r", field, late)
            return []
        fits = offers(field, typed, self._named, goals)
        return [offer for offer in fits if len(offer.value) <= LONGEST]

    async def _goals(self, interaction: discord.Interaction, command: Definition) -> list[Offer]:
        at = origin(interaction.channel, interaction.guild_id)
        if not self._desk.may(somebody(interaction.user), Right.TALK, at.channel_key):
            return []
        found: list[Offer] = []
        if command.name not in OF_ENDED:
            goals = await self._desk.unfinished(channel_key=at.channel_key)
            goals.sort(key=lambda goal: goal.origin.thread_key != at.thread_key)
            found = [_offer(goal.id, goal.request.objective, goal.status) for goal in goals]
        if command.group == Group.LOOK or command.name in OF_ENDED:
            board = await self._desk.board(at.channel_key)
            found += [_offer(one.id, one.objective, one.status) for one in board.ended]
        return found


def _offer(id_: str, objective: str, status: str) -> Offer:
    return Offer(id_, f"{cut(objective, 60)} · {status}")
