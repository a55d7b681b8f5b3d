"""A goal that wants it has its turns streamed into its thread while they run: what its agent says, a line per call."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.demo.script import Answer, Script, says
from bot.dispatch.tables import make_tables
from bot.roles import GATEWAY, WORKER
from goals.store import migrate
from tests.minds.conftest import AGENT, JUDGE, PRICES, YES, calls
from tests.peers.house import House
from tests.peers.model import provider
from tests.peers.slack import Slack
from tests.slack.conftest import QUICK
from tests.slack.team import Team

GOAL = "--agent builtin --verbose --auto-approve --verify 'test -f done' put a file there"
DONE = calls(("shell", {"command": "touch done"}), text="Now I put it there.")
Gathering = Callable[..., Any]


@pytest.fixture
def minded(team_with: Callable[..., Any]) -> Gathering:
    """`async with minded(agent) as team`: a team with a scripted model."""

    @asynccontextmanager
    async def gathered(agent: Script, **more: Any) -> AsyncIterator[Team]:
        async with provider({"agent-model": agent, "judge-model": YES}) as model:
            section = {"agent": AGENT, "judge": JUDGE, "base_url": model.url, "prices": PRICES, "timeout": 20}
            async with team_with(model=section, **more) as team:
                yield team

    return gathered


def waits(place: Path, *, text: str = "", name: str = "go") -> Answer:
    """A reply whose only call goes on until a file is there."""
    return calls(("shell", {"command": f"until test -f {place}/{name}; do sleep 0.02; done"}), text=text)


def texts(message: dict[str, Any]) -> str:
    """All that a streamed message says, without its looks."""
    return "".join(_texts(message["blocks"]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return [*own, *(text for inner in value.values() for text in _texts(inner))]


def kinds(value: Any) -> set[str]:
    """The types of everything in a message."""
    if isinstance(value, list):
        return {kind for one in value for kind in kinds(one)}
    if not isinstance(value, dict):
        return set()
    return {str(value.get("type"))} | {kind for inner in value.values() for kind in kinds(inner)}


def streamed(team: Team, thread: str) -> list[str]:
    return [texts(message) for message in team.slack.streams("demo", thread)]


async def saying(team: Team, thread: str, text: str) -> None:
    """Return when something that was streamed says this."""
    await team.slack.until(lambda: any(text in one for one in streamed(team, thread)))


async def all_ended(team: Team, thread: str) -> None:
    await team.slack.until(lambda: not any(m["streaming"] for m in team.slack.streams("demo", thread)))


async def test_a_turn_is_told_while_it_runs_in_one_message_that_ends_with_it(
    minded: Gathering, tmp_path: Path
) -> None:
    async with minded(says(waits(tmp_path, text="First I wait."), DONE, "All is done.")) as team:
        thread = await team.slash(GOAL)
        await saying(team, thread, "First I wait.")
        [message] = team.slack.streams("demo", thread)
        assert (message["streaming"], "shell: until test -f" in texts(message)) == (True, True)
        (tmp_path / "go").touch()
        await team.stands(thread, "completed")
        await saying(team, thread, "All is done.")
        await all_ended(team, thread)
        [whole] = streamed(team, thread)
        order = ("First I wait.", "until test", "Now I put it there.", "touch done", "All is done.")
        assert [whole.count(text) for text in order] == [1] * 5
        assert sorted(order, key=whole.index) == list(order)
        assert any("turn 1 ended" in text for text in team.said(thread))


async def test_each_turn_has_a_stream_of_its_own(minded: Gathering, tmp_path: Path) -> None:
    async with minded(says(waits(tmp_path, text="One."), "Not yet.", DONE, "Two.")) as team:
        thread = await team.slash(GOAL)
        await saying(team, thread, "One.")
        (tmp_path / "go").touch()
        await team.stands(thread, "completed")
        await saying(team, thread, "Two.")
        await all_ended(team, thread)
        first, second = streamed(team, thread)
        assert ("Not yet." in first, "Two." in first, "Two." in second, "One." in second) == (
            True,
            False,
            True,
            False,
        )


async def test_what_an_agent_says_and_does_pings_nobody_links_nowhere_and_keeps_secrets(
    minded: Gathering, tmp_path: Path
) -> None:
    secret = "ghp_" + "a1B2" * 9
    said = f"<!channel> <@U0BEN> [see](https://evil.test/{secret}) {secret} *bold*"
    command = f"echo '`<!here>` {secret}'; until test -f {tmp_path}/go; do sleep 0.02; done"
    async with minded(says(calls(("shell", {"command": command}), text=said), DONE, "Done.")) as team:
        thread = await team.slash(GOAL)
        await saying(team, thread, "<!channel> <@U0BEN> [see](https://evil.test/")
        [message] = team.slack.streams("demo", thread)
        (tmp_path / "go").touch()
        await team.stands(thread, "completed")
    assert secret not in str(message)
    assert kinds(message["blocks"]) <= {"rich_text", "rich_text_section", "text", "None"}


async def test_what_comes_after_slack_has_ended_a_stream_goes_on_in_a_new_one(
    minded: Gathering, tmp_path: Path
) -> None:
    async with minded(says(waits(tmp_path, text="Early."), DONE, "Late.")) as team:
        thread = await team.slash(GOAL)
        await saying(team, thread, "Early.")
        team.slack.end_streams()
        (tmp_path / "go").touch()
        await team.stands(thread, "completed")
        await saying(team, thread, "Late.")
        await all_ended(team, thread)
        first, second = streamed(team, thread)
        assert ("Late." in first, "Late." in second, "Early." in second) == (False, True, False)


@pytest.mark.parametrize(
    ("word", "lines"),
    [("unknown_method", 1), ("not_allowed", 1), ("missing_scope", 1), ("missing_recipient_user_id", 0)],
)
async def test_where_streams_are_refused_nothing_is_said_of_it_and_the_line_of_each_turn_stays(
    minded: Gathering, word: str, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    slack = Slack()
    slack.methods.no_streams = word
    with caplog.at_level(logging.WARNING):
        async with minded(says("Not yet.", DONE, "Done."), slack=slack) as team:
            thread = await team.slash(GOAL)
            await team.stands(thread, "completed")
            said = [text for text in team.said(thread) if "ended after" in text]
            assert (team.slack.streams("demo", thread), len(said)) == ([], 2)
    told = [row for row in caplog.records if "no turns are streamed" in row.message]
    assert len(told) <= lines


async def test_a_goal_that_does_not_want_it_and_an_agent_that_tells_nothing_have_no_stream(
    minded: Gathering,
) -> None:
    async with minded(says(DONE, "Done.")) as team:
        team.house.agent("touch done")
        quiet = await team.slash(GOAL.replace("--verbose ", ""))
        silent = await team.slash(GOAL.replace("--agent builtin", "--agent worker"))
        for thread in (quiet, silent):
            await team.stands(thread, "completed")
        await team.settled()
        assert "chat.startStream" not in {method for method, _ in team.slack.calls}


async def test_a_stream_that_somebody_has_stopped_is_not_begun_again_in_its_turn(
    minded: Gathering, tmp_path: Path
) -> None:
    slack = Slack()
    slack.methods.native = True
    rights = {"talk": ["*"], "own": ["U0ANA"], "approve": ["*"], "operate": ["U0ANA"]}
    channels = {"slack:T0HOME:C0DEMO": rights}
    script = says(waits(tmp_path, text="Early."), DONE, waits(tmp_path, text="Late.", name="on"), "Done.")
    async with minded(script, slack=slack, given={"sessions": True}, channels=channels) as team:
        thread = await team.slash(GOAL)
        await saying(team, thread, "Early.")
        await team.slack.until(lambda: team.slack.status("demo", thread) == "processing")
        await team.slack.stop("cem", "demo", thread)
        (tmp_path / "go").touch()
        (tmp_path / "on").touch()
        await team.stands(thread, "completed")
        [message] = team.slack.streams("demo", thread)
        assert ("Early." in texts(message), "Late." in texts(message)) == (True, False)


async def test_after_a_restart_in_a_turn_what_comes_is_told_and_nothing_again(
    minded: Gathering, tmp_path: Path
) -> None:
    async with minded(says(waits(tmp_path, text="Before."), DONE, "After.")) as team:
        thread = await team.slash(GOAL)
        await saying(team, thread, "Before.")
        await team.close()
        assert not any(message["streaming"] for message in team.slack.streams("demo", thread))
        (tmp_path / "go").touch()
        await team.open()
        await team.stands(thread, "completed")
        await saying(team, thread, "After.")
        await all_ended(team, thread)
        told = streamed(team, thread)
        assert ("".join(told).count("Before."), "".join(told).count("After.")) == (1, 1)


async def test_trouble_with_a_stream_leaves_the_turn_and_its_posts_alone(
    minded: Gathering, tmp_path: Path
) -> None:
    async with minded(says(waits(tmp_path, text="One."), DONE, "Done.")) as team:
        team.slack.break_("chat.startStream", "after")
        team.slack.break_("chat.appendStream", "500", times=9)
        thread = await team.slash(GOAL)
        await team.slack.until(lambda: team.slack.streams("demo", thread))
        (tmp_path / "go").touch()
        goal = await team.stands(thread, "completed")
        assert (goal["label"], len(streamed(team, thread))) == ("proven", 1)


async def test_a_stream_that_slack_is_too_busy_for_comes_later_and_once(
    minded: Gathering, tmp_path: Path
) -> None:
    async with minded(says(waits(tmp_path, text="One."), DONE, "Done.")) as team:
        team.slack.limit("chat.startStream", 1)
        thread = await team.slash(GOAL)
        await saying(team, thread, "One.")
        (tmp_path / "go").touch()
        await team.stands(thread, "completed")
        await saying(team, thread, "Done.")
        assert "".join(streamed(team, thread)).count("One.") == 1


@pytest.mark.postgres
async def test_a_gateway_tells_the_turns_that_a_worker_of_another_process_works_on(
    tmp_path: Path, postgres_url: str
) -> None:
    migrate(postgres_url, tmp_path)
    make_tables(postgres_url)
    script = says(waits(tmp_path, text="From afar."), DONE, "All is done.")
    async with (
        provider({"agent-model": script, "judge-model": YES}) as model,
        Slack() as slack,
        parted(tmp_path, postgres_url, slack, model.url) as team,
    ):
        thread = await team.slash(GOAL)
        await saying(team, thread, "From afar.")
        assert team.slack.streams("demo", thread)[0]["streaming"]
        (tmp_path / "go").touch()
        await team.stands(thread, "completed")
        await saying(team, thread, "All is done.")
        await all_ended(team, thread)
        assert len(streamed(team, thread)) == 1


@asynccontextmanager
async def parted(place: Path, url: str, slack: Slack, model: str) -> AsyncIterator[Team]:
    """A gateway that talks and a worker that drives, which share nothing but a database."""
    everything = {right: ["*"] for right in ("talk", "own", "approve", "operate")}
    shared = {
        "store": url,
        "dispatch": "procrastinate",
        "model": {"agent": AGENT, "judge": JUDGE, "base_url": model, "prices": PRICES, "timeout": 20},
        "channels": {f"slack:{slack.team}:*": everything},
    }
    section = {"api": slack.api, "bot_token": slack.bot_token, "app_token": slack.app_token}
    for name in ("gateway", "worker"):
        (place / name).mkdir()
    team = Team(slack, House(place / "gateway", pace=QUICK, role=GATEWAY, slack=section, **shared))
    worker = House(place / "worker", role=WORKER, **shared)
    try:
        await worker.open()
        await team.open()
        yield team
    finally:
        await team.close()
        await worker.close()
