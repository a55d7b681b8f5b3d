"""The examination of Discord's set-up says what is wrong and what to do, and changes nothing there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from adapters.discord.examine import Setup, examined
from adapters.discord.setting_up import invitation, tell_commands
from adapters.noted import Noted
from goals.domain.errors import GoalError
from tests.peers.discord import Discord

CALLS = ("PUT", "POST", "PATCH", "DELETE")


@pytest.fixture
async def setup(discord: Discord) -> Setup:
    """One in which all is well."""
    await tell_commands(discord.token, discord.guild)
    channels = (f"{discord.guild}:{discord.channel('demo')}", f"{discord.guild}:*", "dm:*")
    return Setup(SecretStr(discord.token), discord.guild, channels)


async def wrong(setup: Setup) -> list[Noted]:
    return [noted for noted in await examined(setup) if noted.level != "ok"]


async def test_a_good_set_up_is_fine_and_says_how_the_bot_is_invited(discord: Discord, setup: Setup) -> None:
    before = len([call for call in discord.calls if call.method in CALLS])
    found = await examined(setup)
    link = await invitation(discord.token, discord.guild)
    assert [(noted.level, noted.what) for noted in found] == [
        ("ok", f"Discord knows the bot as @goalward ({discord.world.app}); it is invited with {link}"),
        ("ok", "Of messages the bot reads those that mention or answer it, as the settings say."),
        ("ok", f"The bot is in Home ({discord.guild})."),
        ("ok", "Discord knows `/goal` in that server."),
        ("ok", "The bot can work in #demo."),
        (
            "ok",
            f'`[channels."discord:{discord.guild}:*"]`: the bot can work in every channel that it sees.',
        ),
        ("ok", '`[channels."discord:dm:*"]` is about direct messages.'),
    ]
    assert len([call for call in discord.calls if call.method in CALLS]) == before


async def test_the_link_asks_for_what_the_bot_needs_and_no_more(discord: Discord) -> None:
    link = await invitation(discord.token, "")
    assert link == (
        f"https://discord.com/oauth2/authorize?client_id={discord.world.app}"
        "&scope=bot+applications.commands&permissions=309237746752"
    )


async def test_without_a_token_nobody_is_asked() -> None:
    assert [noted.what for noted in await examined(Setup(None))] == ["Discord needs GOALWARD_DISCORD__TOKEN."]


async def test_a_token_that_discord_does_not_take_is_said(setup: Setup) -> None:
    [noted] = await wrong(replace(setup, token=SecretStr("no.such.token")))
    assert (noted.level, noted.what) == ("fail", "Discord does not take the bot's token.")


@pytest.mark.parametrize(
    ("allowed", "what"),
    [
        (
            False,
            ["The bot may not read messages that do not mention it, though `message_content` is set."],
        ),
        (True, []),
    ],
)
async def test_an_intent_that_the_settings_count_on_must_be_switched_on(
    discord: Discord, setup: Setup, allowed: bool, what: list[str]
) -> None:
    if allowed:
        discord.allow_content()
    assert [noted.what for noted in await wrong(replace(setup, content=True))] == what


async def test_a_bot_that_is_in_no_server_is_told_the_link(discord: Discord, setup: Setup) -> None:
    discord.kick()
    [noted] = await wrong(setup)
    link = await invitation(discord.token, discord.guild)
    assert (noted.what, noted.advice) == ("The bot is in no server.", f"Invite it: {link}")


async def test_a_bot_that_is_not_in_the_server_of_the_settings_is_told_so(setup: Setup) -> None:
    [noted] = await wrong(replace(setup, guild="4711"))
    assert noted.what == "The bot is not in the server 4711 of `[discord]`."


async def test_rights_that_the_bot_lacks_in_a_channel_are_named_with_what_they_are_for(
    discord: Discord, setup: Setup
) -> None:
    discord.forbid("demo", "create_public_threads", "attach_files")
    [noted] = await wrong(setup)
    assert noted.what == (
        "#demo: the bot lacks create_public_threads (to open a thread for each goal); "
        "attach_files (to attach what is long)."
    )


async def test_rights_that_the_bot_lacks_in_a_channel_of_a_section_for_all_are_named_too(
    discord: Discord, setup: Setup
) -> None:
    discord.channel("hidden")
    discord.forbid("hidden", "view_channel")
    discord.channel("news")
    discord.forbid("news", "attach_files")
    found = await wrong(replace(setup, channels=(f"{discord.guild}:*",)))
    assert [noted.what for noted in found] == ["#news: the bot lacks attach_files (to attach what is long)."]


async def test_a_bot_that_sees_no_channel_is_told_so(discord: Discord, setup: Setup) -> None:
    discord.forbid("demo", "view_channel")
    [noted] = await wrong(replace(setup, channels=(f"{discord.guild}:*",)))
    assert noted.what == f'`[channels."discord:{discord.guild}:*"]`: the bot sees no channel in Home.'


@pytest.mark.parametrize(
    ("channel", "what"),
    [
        ("GUILD:4711", '`[channels."discord:GUILD:4711"]`: there is no such channel in Home.'),
        ("4711:1", '`[channels."discord:4711:1"]`: the bot is not in that server.'),
    ],
)
async def test_a_channel_that_is_not_there_is_named(
    discord: Discord, setup: Setup, channel: str, what: str
) -> None:
    named = replace(setup, channels=(channel.replace("GUILD", discord.guild),))
    assert [noted.what for noted in await wrong(named)] == [what.replace("GUILD", discord.guild)]


async def test_commands_that_discord_does_not_know_are_missed(discord: Discord, setup: Setup) -> None:
    discord.commands.kept.clear()
    [noted] = await wrong(setup)
    assert noted.what == "Discord does not know `/goal` in that server yet."


async def test_without_a_channel_in_the_settings_the_lines_that_are_missing_are_shown(
    discord: Discord, setup: Setup
) -> None:
    [noted] = await wrong(replace(setup, channels=()))
    assert (noted.what, f'[channels."discord:{discord.guild}:*"]' in noted.advice) == (
        "Nobody has a right on Discord: the settings name no channel of it.",
        True,
    )


async def test_a_discord_that_does_not_answer_is_a_warning(discord: Discord, setup: Setup) -> None:
    discord.refuse("GET /oauth2/applications/@me", 503, 0, "Unavailable", times=9)
    [noted] = await wrong(setup)
    assert (noted.level, noted.what) == ("warn", "Discord does not answer.")


async def test_a_wrong_token_gets_a_sentence(discord: Discord) -> None:
    with pytest.raises(GoalError, match=r"Discord does not take GOALWARD_DISCORD__TOKEN: set it anew\."):
        await tell_commands("no.such.token", "")
