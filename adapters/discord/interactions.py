"""What people do with `/goal`, a menu, a button or a form: kept first, then acknowledged, and answered privately later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
from discord import app_commands

from adapters import forms as shared
from adapters.chat import Inbound, Message, Press
from adapters.definitions import Definition
from adapters.discord import buttons, commands, forms, notes
from adapters.discord.answers import Answers
from adapters.discord.autocomplete import Autocomplete
from adapters.discord.custom_ids import Pressed
from adapters.discord.forms import Answered, Made
from adapters.discord.inbound import plain
from adapters.discord.origins import PLATFORM, origin, somebody
from adapters.discord.text import escaped
from adapters.typed import Given, typed
from goals.domain.errors import BadRequest, StoreUnavailable
from goals.ports import Clock
from goals.right_of_way import RightOfWay

log = logging.getLogger(__name__)

KEEP_WITHIN = 2.5
"""Seconds for keeping what came; Discord waits three for its acknowledgement."""
Keep = Callable[[Inbound], Awaitable[None]]
Acknowledge = Callable[[], Awaitable[Any]]


class Interactions:
    def __init__(
        self,
        keep: Keep,
        answers: Answers,
        autocomplete: Autocomplete,
        clock: Clock,
        way: RightOfWay | None = None,
    ) -> None:
        """`keep` stores what people do before it returns; what is acknowledged goes first on `way`."""
        self._keep = keep
        self._answers = answers
        self._autocomplete = autocomplete
        self._clock = clock
        self._way = way or RightOfWay()

    def join(self, client: discord.Client) -> commands.Tree:
        """Hear what is done through a client. Returns its commands, for Discord to know them."""
        client.add_dynamic_items(buttons.pressed(self._pressed), buttons.answered(self._sure))
        client.event(self.on_interaction)
        tree = commands.tree(client, self._typed, self._autocomplete, self._make, self._draft)
        tree.error(self._broken)
        return tree

    async def settled(self, seconds: float) -> None:
        """Return when all that came in is acknowledged, at most after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._way.free()
        except TimeoutError:
            log.warning("Discord tells people that what was not acknowledged at the end failed")

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Only forms are heard here: all else has come to us already."""
        if interaction.type is discord.InteractionType.modal_submit:
            match forms.read(interaction.data or {}):
                case Answered() as answer:
                    press = Pressed(answer.action, f"{answer.value} {answer.text}".strip())
                    await self._press(interaction, press, interaction.response.defer)
                case Made() as made:
                    await self._made(interaction, made)

    async def _typed(self, interaction: discord.Interaction, command: Definition, given: Given) -> None:
        try:
            said = typed(command, _as_written(interaction, given), self._clock.now())
        except BadRequest as refusal:
            await notes.tell(interaction, escaped(str(refusal)))
            return
        at = origin(interaction.channel, interaction.guild_id)
        message = Message(_key(interaction), somebody(interaction.user), at, "", said.text, said.verb)
        await self._take(interaction, message, lambda: notes.tell(interaction, notes.echo(said.text)))

    async def _broken(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """Nobody is left with “did not respond”."""
        if interaction.response.is_done():
            log.error("after its answer a command broke", exc_info=error)
        elif isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            await notes.tell(interaction, notes.CHANGED)
        else:
            log.error("a command could not be read", exc_info=error)
            await notes.tell(interaction, notes.BROKEN)

    async def _make(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_modal(forms.make(message.clean_content, message.id))

    async def _draft(self, interaction: discord.Interaction, message: discord.Message) -> None:
        wish = message.clean_content.strip()
        if not wish:
            await notes.tell(interaction, notes.WORDLESS)
            return
        await self._said(interaction, message.id, f"/goal draft {wish}")

    async def _made(self, interaction: discord.Interaction, made: Made) -> None:
        if wrong := shared.problems(made.said):
            await notes.tell(interaction, notes.again(wrong, made.said))
            return
        await self._said(interaction, made.message, f"/goal {shared.goal_text(made.said)}")

    async def _said(self, interaction: discord.Interaction, message: int, text: str) -> None:
        """Of a message that others wrote: the goal lives in its thread."""
        at = origin(interaction.channel, interaction.guild_id, message)
        said = Message(_key(interaction), somebody(interaction.user), at, str(message), text)
        await self._take(interaction, said, lambda: notes.tell(interaction, notes.SEEN))

    async def _pressed(self, interaction: discord.Interaction, meant: Pressed, label: str) -> None:
        if meant.asks:
            await interaction.response.send_modal(forms.ask(meant))
        elif meant.confirm:
            sure = buttons.question(meant, label)
            await interaction.response.send_message(escaped(meant.confirm), view=sure, ephemeral=True)
        else:
            await self._press(interaction, meant, interaction.response.defer)

    async def _sure(self, interaction: discord.Interaction, meant: Pressed, label: str) -> None:
        if not meant.action:
            await interaction.response.edit_message(content=notes.NOTHING, view=None)
            return
        decided = f"{notes.SEEN} {escaped(label)}"
        await self._press(
            interaction, meant, lambda: interaction.response.edit_message(content=decided, view=None)
        )

    async def _press(
        self, interaction: discord.Interaction, meant: Pressed, acknowledge: Acknowledge
    ) -> None:
        message = interaction.message
        alone = message is None or message.flags.ephemeral
        at = origin(interaction.channel, interaction.guild_id, None if alone or not message else message.id)
        pressed_on = str(message.id) if message else ""
        who = somebody(interaction.user)
        press = Press(_key(interaction), who, at, pressed_on, meant.action, meant.value)
        await self._take(interaction, press, acknowledge)

    async def _take(self, interaction: discord.Interaction, act: Inbound, acknowledge: Acknowledge) -> None:
        """What cannot be kept is not acknowledged as if it were."""
        try:
            self._answers.expect(act.key)
            with self._way.first():
                if await self._kept(act):
                    await acknowledge()
                    self._answers.remember(act.key, interaction.followup)
                else:
                    await notes.tell(interaction, notes.LOST)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as refusal:
            log.warning("%s could not be acknowledged: %r", act.key, refusal)
        finally:
            self._answers.settle(act.key)

    async def _kept(self, act: Inbound) -> bool:
        try:
            async with asyncio.timeout(KEEP_WITHIN):
                await self._keep(act)
        except (StoreUnavailable, TimeoutError) as trouble:
            log.error("%s could not be kept: %r", act.key, trouble)
            return False
        return True


def _key(interaction: discord.Interaction) -> str:
    """The same for every delivery."""
    return f"{PLATFORM}:interaction:{interaction.id}"


def _as_written(interaction: discord.Interaction, given: Given) -> Given:
    """What was filled in, with people and channels that were picked as a text has them."""
    us = interaction.client.user.id if interaction.client.user else 0
    return {name: plain(value, us, {}) if isinstance(value, str) else value for name, value in given.items()}
