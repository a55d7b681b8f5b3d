"""The doctor says what is wrong with the set-up and what to do, and changes nothing."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from rich.console import Console

from bot import doctor, platform_doctor
from bot.doctor import Finding, Level, as_table, examine
from bot.settings import Settings, load
from goals.plugins import Plugins
from tests.peers.walls import bwrap

AGENT = '[defaults]\nagent = "fixer"\n[agents.fixer]\ntype = "command"\ncommand = "true"\n'


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "goalward.toml"
    file.write_text(text)
    return load(file, {})


def levels(findings: Sequence[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


async def test_a_good_set_up_has_nothing_that_fails(tmp_path: Path) -> None:
    file, state = tmp_path / "goalward.toml", tmp_path / "state"
    file.write_text(AGENT)
    found = await examine(file, state, {"PATH": "/usr/bin:/bin"})
    assert Level.FAIL not in levels(found) and len(found) >= 9
    assert not state.exists()


async def test_settings_that_cannot_be_read_are_all_there_is_to_say(tmp_path: Path) -> None:
    file = tmp_path / "goalward.toml"
    file.write_text("stat = 1\n")
    found = await examine(file, None, {})
    assert levels(found) == [Level.FAIL] and "line 1" in found[0].what


async def test_every_finding_that_is_not_fine_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "goalward.toml"
    file.write_text(
        '[model]\nagent = "x/y"\n[local]\nopen = true\n[channels."local:demo"]\nrepo = "no/where"\n'
    )

    async def silent() -> Sequence[str]:
        return ("g7k2",)

    found = await examine(file, tmp_path / "state", {"PATH": "/usr/bin:/bin"}, silent=silent)
    assert all(bool(finding.advice) == (finding.level is not Level.OK) for finding in found)
    assert all(finding.what.endswith(".") for finding in found)
    assert "Goal g7k2 is active, but nothing is due for it." in [finding.what for finding in found]


def test_the_default_agent_must_be_one_that_can_work(tmp_path: Path) -> None:
    assert doctor.default_agent(settings(tmp_path, ""), Plugins()).level is Level.WARN
    assert doctor.default_agent(settings(tmp_path, AGENT), Plugins()).level is Level.OK


@pytest.mark.parametrize(
    ("command", "level"),
    [
        ("sh -c true", Level.OK),
        ("LANG=C sh -c true", Level.OK),
        ("./fix.sh --all", Level.OK),
        ("cd src && sh x", Level.OK),
        ("no-such-program-here", Level.WARN),
        ('sh "open', Level.WARN),
    ],
)
def test_an_agents_command_is_looked_for(command: str, level: Level, tmp_path: Path) -> None:
    one = settings(tmp_path, f"[agents.fixer]\ntype = 'command'\ncommand = '{command}'\n")
    assert levels(doctor.agents(one, {"PATH": "/usr/bin:/bin"})) == [level]


@pytest.mark.parametrize(
    ("preset", "level"),
    [
        ("type = 'test'\ncommand = 'pytest -q'", Level.OK),
        ("type = 'tset'\ncommand = 'pytest -q'", Level.FAIL),
        ("type = 'test'\ncomand = 'pytest -q'", Level.FAIL),
    ],
)
def test_a_preset_must_be_a_verifier(preset: str, level: Level, tmp_path: Path) -> None:
    one = settings(tmp_path, f"[verifiers.unit]\n{preset}\n")
    assert levels(doctor.presets(one, Plugins())) == [level]


@pytest.mark.parametrize(
    ("repo", "level"),
    [("https://example.org/x.git", Level.OK), ("git@example.org:x.git", Level.OK), ("no/where", Level.FAIL)],
)
def test_a_channels_repository_must_be_there(repo: str, level: Level, tmp_path: Path) -> None:
    one = settings(tmp_path, f'[channels."local:demo"]\nrepo = "{repo}"\n')
    assert levels(doctor.repositories(one)) == [level]


def test_a_repository_on_this_machine_is_fine(tmp_path: Path) -> None:
    one = settings(tmp_path, f'[channels."local:demo"]\nrepo = "{tmp_path}"\n')
    assert levels(doctor.repositories(one)) == [Level.OK]


def test_an_open_local_channel_is_warned_of(tmp_path: Path) -> None:
    assert doctor.local(settings(tmp_path, "[local]\nopen = true\n")).level is Level.WARN
    assert doctor.local(settings(tmp_path, "")).level is Level.OK


LIMITS = "Commands run with limits on time, memory and processes, but see all files and the network: "
SANDBOXES = {
    ("auto", "nothing"): (Level.WARN, f"{LIMITS}bubblewrap is not installed."),
    ("process", "nothing"): (Level.OK, f"{LIMITS}`[sandbox] mode` is `process`."),
    ("process", "bwrap"): (Level.OK, f"{LIMITS}`[sandbox] mode` is `process`."),
    ("bubblewrap", "nothing"): (Level.FAIL, "No goal can be worked on: bubblewrap is not installed."),
    ("auto", "broken"): (
        Level.WARN,
        f"{LIMITS}bubblewrap does not work here (setting up uid map: Permission denied).",
    ),
    ("auto", "open"): (Level.WARN, f"{LIMITS}bubblewrap does not work here (a trial command got out)."),
    ("auto", "bwrap"): (
        Level.OK,
        "Commands run in bubblewrap without network where no channel or agent says otherwise: "
        "they write in their workspace only, and see neither the state nor each other.",
    ),
}


@pytest.mark.parametrize(("mode", "installed"), SANDBOXES)
async def test_the_doctor_says_what_commands_are_kept_in_with(
    tmp_path: Path, mode: str, installed: str
) -> None:
    program = tmp_path / "bin" / "bwrap"
    program.parent.mkdir()
    if installed == "bwrap":
        program.symlink_to(bwrap())
    elif installed == "broken":
        program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n")
    elif installed == "open":
        program.write_text(
            '#!/bin/sh\nwhile [ "$1" != -- ] && [ $# -gt 5 ]; do shift; done; shift $(($# - 1)); eval "$1"\n'
        )
    if program.exists():
        program.chmod(0o755)
    found = await doctor.sandbox(
        settings(tmp_path, f"[sandbox]\nmode = '{mode}'\n"),
        tmp_path / "state",
        {"PATH": f"{program.parent}:/usr/bin:/bin" if program.exists() else str(program.parent)},
    )
    assert (found.level, found.what) == SANDBOXES[mode, installed]


def test_the_table_shows_square_brackets_as_they_are() -> None:
    screen = Console(file=io.StringIO(), width=120)
    screen.print(
        as_table([Finding(Level.WARN, "The section `[model]` has no effect yet.", "Leave `[model]`.")])
    )
    assert "`[model]` has no effect" in screen.file.getvalue()  # type: ignore[attr-defined]


async def test_slack_is_examined_where_it_is_set_up(tmp_path: Path) -> None:
    found = await platform_doctor.slack(settings(tmp_path, '[slack]\nmode = "http"\n'))
    assert [finding.what for finding in found] == [
        "Slack in mode `http` needs GOALWARD_SLACK__BOT_TOKEN.",
        "Slack in mode `http` needs GOALWARD_SLACK__SIGNING_SECRET.",
    ]


async def test_an_app_for_every_workspace_needs_other_keys(tmp_path: Path) -> None:
    found = await platform_doctor.slack(
        settings(tmp_path, '[slack]\nclient_id = "1.2"\nurl = "https://bot.test"\n')
    )
    assert [finding.what for finding in found] == [
        "Slack in mode `socket` needs GOALWARD_SLACK__CLIENT_SECRET.",
        "Slack in mode `socket` needs GOALWARD_SLACK__INSTALLATION_KEY.",
        "Slack in mode `socket` needs GOALWARD_SLACK__APP_TOKEN.",
    ]


@pytest.mark.parametrize(
    ("key", "level"),
    [("no key", Level.FAIL), (Fernet.generate_key().decode(), Level.OK)],
    ids=["none", "one"],
)
async def test_the_key_that_seals_tokens_must_be_one(tmp_path: Path, key: str, level: Level) -> None:
    file = tmp_path / "goalward.toml"
    file.write_text('[slack]\nclient_id = "1.2"\nurl = "https://bot.test"\n')
    found = await platform_doctor.slack(load(file, {"GOALWARD_SLACK__INSTALLATION_KEY": key}))
    assert found[0].level is level


async def test_discord_is_examined_where_it_is_set_up(tmp_path: Path) -> None:
    found = await platform_doctor.discord(settings(tmp_path, "[discord]\n"))
    assert [finding.what for finding in found] == ["Discord needs GOALWARD_DISCORD__TOKEN."]


@pytest.mark.parametrize(("who", "warned"), [("*", 1), ("role:7", 1), ("80351110224678912", 0)])
async def test_rights_that_count_for_nothing_in_direct_messages_are_warned_of(
    tmp_path: Path, who: str, warned: int
) -> None:
    text = f"[discord]\n[channels.'discord:dm:*']\nown = ['{who}']\n"
    found = await platform_doctor.discord(settings(tmp_path, text))
    assert len([finding for finding in found if finding.level is Level.WARN]) == warned
