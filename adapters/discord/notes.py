"""What whoever uses a command, a button or a form is told at once, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from adapters.discord.text import escaped, fenced, short

SEEN = "👀"
ECHO = 300
"""Characters of a command that are said back to whoever gave it."""
LOST = "Goalward cannot write this down now: look in a minute whether it was done, and do it again if not."
CHANGED = (
    "The commands have changed since Discord showed you this one: please reload Discord, and do it again."
)
BROKEN = "Something went wrong in Goalward itself; its log says what."
NOTHING = "Nothing was done."
WORDLESS = "There are no words in this message to make a goal of."


async def tell(interaction: discord.Interaction, text: str) -> None:
    """Say something to whoever did it, and to nobody else."""
    await interaction.response.send_message(text, ephemeral=True, suppress_embeds=True)


def echo(text: str) -> str:
    return f"{SEEN} `{short(text, ECHO).replace('`', 'ˋ')}`"


def again(wrong: dict[str, str], filled: Mapping[str, str]) -> str:
    """What is wrong, and all that was written, so that it can be copied into the form again."""
    said = "\n\n".join(filter(None, filled.values()))
    return f"{escaped(' '.join(wrong.values()))}\nWhat you wrote:\n{fenced(said[:1_500])}"
