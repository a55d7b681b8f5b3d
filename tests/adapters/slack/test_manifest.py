"""The manifest asks for what is used and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from pydantic import SecretStr

from adapters.slack.installed import Seal
from adapters.slack.manifest import AGENT_SCOPES, SCOPES, manifest
from bot.cli import cli
from tests.peers.slack.methods import Methods
from tests.peers.slack.workspace import Workspace

ROOT = Path(__file__).parents[3]
ADAPTER, DOCUMENT = ROOT / "adapters/slack", ROOT / "docs/slack.md"
CALLED = re.compile(r"client\.((?:agents|chat|reactions|conversations|files|users|usergroups|views)_\w+)\(")
SESSIONS = {"agents_sessions_setStatus": "agents.sessions.setStatus"}
STEPS = {"files.upload_v2": ("files.getUploadURLExternal", "files.completeUploadExternal")}


def test_every_method_that_is_called_has_its_scope() -> None:
    workspace = Workspace(lambda event: None)
    methods = Methods(workspace)
    room = {"channel": workspace.room("demo").id}
    called = {name for file in ADAPTER.glob("*.py") for name in CALLED.findall(file.read_text())}
    named = [SESSIONS.get(name, name.replace("_", ".", 1)) for name in sorted(called)]
    needed = {methods.needs(step, room) for name in named for step in STEPS.get(name, (name,))}
    assert needed and needed - {""} <= SCOPES.keys()


@pytest.mark.parametrize(
    ("mode", "url", "socket"), [("socket", "", True), ("http", "https://bot.test", False)]
)
def test_a_manifest_is_for_one_way_to_be_reached(mode: str, url: str, socket: bool) -> None:
    made = manifest(mode, url)
    settings = made["settings"]
    urls = [
        made["features"]["slash_commands"][0].get("url"),
        settings["event_subscriptions"].get("request_url"),
        settings["interactivity"].get("request_url"),
    ]
    there = None if socket else "https://bot.test/slack/events"
    back = made["oauth_config"].get("redirect_urls")
    assert (settings["socket_mode_enabled"], urls, back) == (
        socket,
        [there] * 3,
        None if socket else ["https://bot.test/slack/oauth_redirect"],
    )


def test_the_command_prints_it_for_slack_to_read() -> None:
    told = CliRunner().invoke(
        cli, ["slack", "manifest", "--mode", "http", "--url", "https://bot.test"], obj={}
    )
    assert yaml.safe_load(told.output) == manifest("http", "https://bot.test")


def test_an_app_that_is_an_agent_asks_for_that_and_for_nothing_else_besides() -> None:
    plain, agent = manifest("socket"), manifest("socket", agent=True)
    more = set(agent["oauth_config"]["scopes"]["bot"]) - set(plain["oauth_config"]["scopes"]["bot"])
    events = [made["settings"]["event_subscriptions"]["bot_events"] for made in (plain, agent)]
    assert (more, set(events[1]) - set(events[0]), agent["features"].keys() - plain["features"].keys()) == (
        {"assistant:write"},
        {"agent_session_stopped"},
        {"agent_view"},
    )


@pytest.mark.parametrize(
    ("settings", "more", "agent"),
    [
        ("[slack]\nsessions = true\n", [], True),
        ("[slack]\nsessions = true\n", ["--no-sessions"], False),
        ("", ["--sessions"], True),
        ("", [], False),
    ],
)
def test_the_command_declares_an_agent_where_the_settings_or_somebody_wants_it(
    tmp_path: Path, settings: str, more: list[str], agent: bool
) -> None:
    file = tmp_path / "goalward.toml"
    file.write_text(settings)
    told = CliRunner().invoke(cli, ["slack", "manifest", "--settings", str(file), *more], obj={})
    assert yaml.safe_load(told.output) == manifest("socket", agent=agent)


def test_the_command_asks_where_slack_is_to_call() -> None:
    told = CliRunner().invoke(cli, ["slack", "manifest", "--mode", "http"], obj={})
    assert (told.exit_code, "--url https://HOST" in told.output) == (2, True)


def test_the_command_makes_a_key_that_seals() -> None:
    told = CliRunner().invoke(cli, ["slack", "key"], obj={})
    assert Seal(SecretStr(told.output.strip())).is_ticket("nonsense", 600) is False


def test_every_scope_is_documented_with_what_it_is_for() -> None:
    rows = re.findall(r"^\| `([a-z_:]+)` \| (.+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    every = {**SCOPES, **AGENT_SCOPES}
    assert [row for row in rows if row[0] in every] == list(every.items())
