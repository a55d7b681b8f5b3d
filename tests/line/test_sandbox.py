"""A goal whose commands run behind the walls of bubblewrap, from `/goal` to the audit."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygit2
import pytest

from bot.app import open_core
from bot.settings import SettingsError, load
from goals.work import processes
from goals.work.executor import Limits
from tests.peers.house import House
from tests.peers.walls import bwrap

DONE = '--auto-approve --verify "test -f done"'
IN_HOME = Path("~/goalward-was-here").expanduser()
WALLED = {"sandbox": {"mode": "bubblewrap"}}


@pytest.fixture
def walled(monkeypatch: pytest.MonkeyPatch, house_with: Callable[..., Any]) -> Callable[..., Any]:
    """A house whose agent runs a script in bubblewrap."""
    monkeypatch.setenv("PATH", f"{Path(bwrap()).parent}:{os.environ['PATH']}")

    def of(script: str, *, network: bool | None = None, **settings: Any) -> Any:
        agent = {"type": "command", "command": script, "network": network}
        return house_with(**WALLED, agents={"jailed": agent}, defaults={"agent": "jailed"}, **settings)

    return of


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    place = tmp_path / "repository"
    made = pygit2.init_repository(place)
    nobody, tree = pygit2.Signature("a", "a@b"), made.index.write_tree()
    made.create_commit("HEAD", nobody, nobody, "first", tree, [])
    return place


async def audit(house: House, goal: dict[str, Any]) -> list[str]:
    found: list[str] = (await house.http.get(f"/api/goals/{goal['id']}/audit")).json()["commands"]
    return found


async def test_an_agent_in_a_sandbox_reaches_its_workspace_and_no_more(walled: Callable[..., Any]) -> None:
    script = f"touch ../beside ~/{IN_HOME.name}; cat ../../goalward.db > stolen 2>&1; echo ok > done"
    async with walled(script) as house:
        thread = await house.say("demo", f"/goal {DONE} look around")
        goal = await house.stands(thread, "completed")
        workspace = house.workspace(goal["id"])
        assert (await audit(house, goal), "No such file" in (workspace / "stolen").read_text()) == (
            ["Commands ran in bubblewrap without network."],
            True,
        )
        assert (
            (workspace.parent / "beside").exists(),
            IN_HOME.exists(),
        ) == (
            False,
            False,
        )
        said = await house.reply(thread, "/goal audit")
        assert any("Commands ran in bubblewrap without network." in text for text in said)


async def test_an_agent_finds_its_tmp_again_and_no_verifier_does(walled: Callable[..., Any]) -> None:
    script = "[ -f /tmp/note ] && touch done; touch /tmp/note"
    async with walled(script) as house:
        verify = '--auto-approve --verify "test -f done" --verify "! test -e /tmp/note"'
        goal = await house.stands(await house.say("demo", f"/goal {verify} remember"), "completed")
        await house.until(lambda: not (house.state / "scratch" / goal["id"]).exists())
        assert goal["turns"] == 2


async def test_an_agent_whose_section_allows_it_has_the_network(walled: Callable[..., Any]) -> None:
    async with walled("ip link > /dev/null; touch done", network=True) as house:
        goal = await house.stands(await house.say("demo", f"/goal {DONE} look around"), "completed")
        assert await audit(house, goal) == [
            "The agent's commands ran in bubblewrap with network, those of verifiers without network."
        ]


BAD_TURNS = {
    "processes": "for n in $(seq 80); do sleep 60 & done; wait",
    "output": "exec cat /dev/zero",
}


@pytest.mark.parametrize("limit", BAD_TURNS)
async def test_a_run_in_a_sandbox_that_oversteps_a_limit_is_killed_and_the_goal_goes_on(
    walled: Callable[..., Any], limit: str
) -> None:
    async with walled(f"[ $GOALWARD_TURN = 2 ] && touch done && exit; {BAD_TURNS[limit]}") as house:
        house.core.executor.limits = Limits(processes=40, output=1_000_000)
        goal = await house.stands(await house.say("demo", f"/goal {DONE} overstep"), "completed")
        assert goal["turns"] == 2


async def test_pausing_a_goal_ends_what_runs_in_its_sandbox(walled: Callable[..., Any]) -> None:
    number = str(900_000_000 + os.getpid())
    async with walled(f"setsid sleep {number} & touch began; sleep {number}") as house:
        thread = await house.say("demo", f"/goal {DONE} take your time")
        goal = await house.stands(thread, "active")
        await house.until((house.workspace(goal["id"]) / "began").exists)
        await house.reply(thread, "/goal pause")
        await house.stands(thread, "paused")
        await house.until(lambda: not _living(number))


def _living(number: str) -> bool:
    paths = [Path(f"/proc/{pid}/cmdline") for pid in processes.everything()]
    return any(number in _read(path) for path in paths)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


async def test_a_clone_in_a_sandbox_is_a_repository_that_its_agent_can_commit_to(
    walled: Callable[..., Any], repository: Path
) -> None:
    script = "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m more && git log --oneline | wc -l > done"
    async with walled(script, channels={"local:demo": {"repo": str(repository)}}) as house:
        goal = await house.stands(await house.say("demo", f"/goal {DONE} commit"), "completed")
        assert (house.workspace(goal["id"]) / "done").read_text() == "2\n"


ODD = {
    "a name with terminal codes": r"touch \"$(printf 'a\033]0;owned\007\nb')\"",
    "a name that is no text": r"touch \"$(printf 'a\377b')\"",
    "a file larger than can be kept": "truncate -s 1500M huge",
    "a pipe and a link to nowhere": "mkfifo pipe; ln -s /nowhere link; ln -s / root",
    "a folder that nobody may enter": "mkdir shut; touch shut/in; chmod 0 shut",
    "many folders in each other": "for n in $(seq 300); do mkdir d; cd d; done; touch end; cd $OLDPWD",
}


@pytest.mark.parametrize("what", ODD)
async def test_odd_files_of_an_agent_hold_nobody_up(walled: Callable[..., Any], what: str) -> None:
    async with walled(f"here=$PWD; {ODD[what]}; cd $here; touch done") as house:
        thread = await house.say("demo", f"/goal {DONE} make odd files")
        await house.shown(thread, lambda m: "Proven" in m["text"] or "Paused" in m["text"])
        assert not any("\x1b" in text or "\x07" in text for text in await house.texts(thread))


async def test_a_start_that_asks_for_bubblewrap_in_vain_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    file = tmp_path / "goalward.toml"
    file.write_text(f'state = "{tmp_path}/state"\n[sandbox]\nmode = "bubblewrap"\n')
    with pytest.raises(SettingsError) as refused:
        await open_core(load(file, {}))
    assert (str(refused.value), (tmp_path / "state").exists()) == (
        f"{file}, line 3: bubblewrap is not installed, and `mode` asks for it: "
        "install bubblewrap, or set `auto` or `process`.",
        False,
    )
