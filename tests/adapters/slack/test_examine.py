"""The examination of Slack's set-up says what is wrong and what to do, and changes nothing there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from adapters.noted import Noted
from adapters.slack.examine import Setup, examined
from tests.peers.slack import Slack


@pytest.fixture
def setup(slack: Slack) -> Setup:
    return Setup(
        slack.api,
        "socket",
        SecretStr(slack.bot_token),
        SecretStr(slack.app_token),
        channels=(f"{slack.team}:C0DEMO",),
    )


async def wrong(setup: Setup) -> list[Noted]:
    return [noted for noted in await examined(setup) if noted.level != "ok"]


async def test_a_good_set_up_is_fine(slack: Slack, setup: Setup) -> None:
    assert [(noted.level, noted.what) for noted in await examined(setup)] == [
        ("ok", "Slack knows the bot as @goalward in Home (T0HOME)."),
        ("ok", "The app has every scope that it needs."),
        ("ok", "The bot is in #demo."),
        ("ok", "The app's token opens connections for Socket Mode."),
    ]


async def test_missing_keys_are_named_by_their_variables_with_where_to_get_them(setup: Setup) -> None:
    bare = replace(setup, bot_token=None, app_token=None, missing=("bot_token", "app_token"))
    assert [(noted.level, noted.what) for noted in await wrong(bare)] == [
        ("fail", "Slack in mode `socket` needs GOALWARD_SLACK__BOT_TOKEN."),
        ("fail", "Slack in mode `socket` needs GOALWARD_SLACK__APP_TOKEN."),
    ]


async def test_without_a_token_of_the_bot_no_workspace_is_asked(setup: Setup) -> None:
    many = replace(setup, bot_token=None, channels=())
    assert [noted.what for noted in await examined(many)] == [
        "The app's token opens connections for Socket Mode."
    ]


async def test_a_token_that_slack_does_not_take_is_said(setup: Setup) -> None:
    [noted] = await wrong(replace(setup, bot_token=SecretStr("xoxb-wrong")))
    assert (noted.level, noted.what) == ("fail", "Slack does not take the bot's token (invalid_auth).")


async def test_swapped_tokens_are_said(slack: Slack, setup: Setup) -> None:
    [noted] = await wrong(replace(setup, app_token=setup.bot_token))
    assert noted.what == "The app's token opens no connection (not_allowed_token_type)."


async def test_missing_scopes_are_named_with_what_they_are_for(slack: Slack, setup: Setup) -> None:
    slack.scopes.discard("files:write")
    [noted] = await wrong(setup)
    assert (noted.level, noted.what, noted.advice) == (
        "fail",
        "The app lacks scopes: files:write (to attach what is long).",
        "Make the app from `goalward slack manifest` and install it into the workspace again.",
    )


async def test_sessions_that_are_wanted_of_an_app_that_is_no_agent_are_said_to_show_nothing(
    slack: Slack, setup: Setup
) -> None:
    [noted] = await wrong(replace(setup, sessions=True))
    assert (noted.level, noted.what) == (
        "warn",
        "`sessions = true` shows nothing: the app is no agent of Slack's (it lacks assistant:write).",
    )
    slack.scopes.add("assistant:write")
    assert await wrong(replace(setup, sessions=True)) == []


@pytest.mark.parametrize(
    ("channel", "what"),
    [
        ("T0HOME:C0OTHER", '`[channels."slack:T0HOME:C0OTHER"]`: the bot is not in #other.'),
        ("T0HOME:C0OLD", '`[channels."slack:T0HOME:C0OLD"]`: #old is archived.'),
        (
            "T0HOME:C0NONE",
            '`[channels."slack:T0HOME:C0NONE"]`: Slack does not show this channel (channel_not_found).',
        ),
        (
            "T0AWAY:C0DEMO",
            '`[channels."slack:T0AWAY:C0DEMO"]` is of another workspace than the token\'s, T0HOME.',
        ),
    ],
)
async def test_a_channel_in_which_the_bot_cannot_speak_is_named(
    slack: Slack, setup: Setup, channel: str, what: str
) -> None:
    slack.channel("other", member=False)
    slack.channel("old")
    slack.archive("old")
    assert [noted.what for noted in await wrong(replace(setup, channels=(channel,)))] == [what]


async def test_without_a_channel_in_the_settings_the_lines_that_are_missing_are_shown(setup: Setup) -> None:
    [noted] = await wrong(replace(setup, channels=()))
    assert (noted.what, '[channels."slack:T0HOME:*"]' in noted.advice) == (
        "Nobody has a right on Slack: the settings name no channel of it.",
        True,
    )


async def test_a_slack_that_does_not_answer_is_a_warning(slack: Slack, setup: Setup) -> None:
    slack.break_("auth.test", "500")
    [noted] = await wrong(setup)
    assert (noted.level, noted.what) == ("warn", "Slack does not answer.")
