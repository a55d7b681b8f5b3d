"""A Discord that others wrote for tests shows our commands, buttons and forms, and we read them as from our own."""

from __future__ import annotations

import discord
import simcord

from adapters.buttons import Act
from adapters.chat import Button, Message, Press
from adapters.discord.answers import Answers
from adapters.discord.autocomplete import Autocomplete
from adapters.discord.buttons import drawn
from adapters.discord.interactions import Interactions
from adapters.offers import Named
from tests.adapters.discord.conftest import Kept
from tests.peers.clock import ManualClock

DENY = Button("Deny…", Act.DENY, "g7k2-1", asks="Why not? The agent is told.")
STOP = Button("Stop", Act.CANCEL, "g7k2", confirm="Stop goal g7k2 for good?")


async def test_commands_buttons_and_forms_on_another_stand_in() -> None:
    client = discord.Client(intents=discord.Intents(guilds=True, guild_messages=True))
    kept, clock = Kept(), ManualClock()
    autocomplete = Autocomplete(kept, Named(verifiers=("unit",)))
    async with simcord.run(client) as env:
        tree = Interactions(kept.keep, Answers(clock), autocomplete, clock).join(client)
        guild = env.create_guild()
        demo = guild.create_text_channel("demo")
        ana = guild.add_member(env.create_user("ana"))
        ben = guild.add_member(env.create_user("ben"))
        await tree.sync()

        offered = await ana.autocomplete(demo, "goal start", "verify", "u", objective="x")
        started = await ana.slash(demo, "goal start", objective="fix it", verify="unit")
        await ana.slash(demo, "goal look diff", goal="g7k2")
        said = await ben.send(demo, "the tests are flaky")
        form = await ana.context_menu(demo, "Make this a goal", said)
        await ana.submit_modal(form, {"objective": "repair them", "budget": "7 turns"})

        view = discord.ui.View(timeout=None)
        for number, button in enumerate((DENY, STOP)):
            view.add_item(drawn(button, number))
        shown = await client.get_partial_messageable(demo.id).send("g7k2", view=view)
        asked = await ana.click(shown, label="Deny…")
        await ana.submit_modal(asked, {"text": "too risky"})
        sure = await ana.click(shown, label="Stop")
        assert sure.response is not None
        await ana.click(sure.response, label="Stop")

    texts = [act.text for act in kept.acts if isinstance(act, Message)]
    presses = [(act.action, act.value) for act in kept.acts if isinstance(act, Press)]
    assert ([choice["value"] for choice in offered], started.ephemeral, texts[:2], presses) == (
        ["unit"],
        True,
        ["/goal --verify unit fix it", "/goal g7k2 diff"],
        [("deny", "g7k2-1 too risky"), ("cancel", "g7k2")],
    )
    assert '"max_turns": 7' in texts[2]
