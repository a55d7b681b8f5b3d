from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from goals.domain.values import Verdict
from goals.ports import CheckContext
from goals.verifiers.command import CommandVerifier
from goals.verifiers.running import CommandSettings

Context = Callable[..., CheckContext]


async def check(context: CheckContext, **settings: Any) -> Verdict:
    return await CommandVerifier(CommandSettings.model_validate(settings)).check(context)


@pytest.mark.parametrize(("command", "met"), [("true", True), ("exit 3", False), ("echo no; false", False)])
async def test_exit_code_zero_is_met(context: Context, command: str, met: bool) -> None:
    assert (await check(context(), command=command)).met is met


async def test_argv_is_run_as_it_is(context: Context) -> None:
    verdict = await check(context(), argv=["echo", "$HOME;", "a b"])
    assert (verdict.met, verdict.evidence) == (True, "$HOME; a b\n")


async def test_a_command_that_takes_too_long_is_broken_and_says_what_was_run(context: Context) -> None:
    verdict = await check(context(), command="sleep 60", timeout=0.3)
    assert (verdict.met, verdict.reason) == (None, "stopped after 0.3 s without an end: sleep 60")


async def test_no_command_takes_longer_than_the_time_that_is_left(context: Context) -> None:
    verdict = await check(context(time_left=0.3), command="sleep 60")
    assert verdict.reason.startswith("stopped after 0.3 s")


async def test_a_command_that_is_killed_is_broken(context: Context) -> None:
    assert (await check(context(), command="kill -9 $$")).met is None


@pytest.mark.parametrize("command", ["./x.sh", "bash x.sh", "scripts/check --all"])
async def test_a_command_that_is_not_there_yet_is_not_met(context: Context, command: str) -> None:
    verdict = await check(context(), command=command)
    assert verdict.met is False
    assert command in verdict.reason or "exit code" in verdict.reason


async def test_a_script_that_may_not_be_run_yet_is_not_met(context: Context) -> None:
    ready = context()
    (ready.workspace / "x.sh").write_text("true\n")
    assert (await check(ready, command="./x.sh")).met is False


async def test_a_command_that_this_machine_lacks_is_broken(context: Context) -> None:
    verdict = await check(context(), command="no-such-program-here -q")
    assert (verdict.met, "no-such-program-here -q" in verdict.reason) == (None, True)


async def test_the_end_of_a_long_output_is_kept(context: Context) -> None:
    verdict = await check(context(), command="seq 100000; echo 3 tests FAILED; exit 1")
    assert verdict.evidence.startswith("1\n2\n")
    assert verdict.evidence.endswith("3 tests FAILED\n")
    assert len(verdict.evidence) < 6_200


async def test_noise_in_the_output_leaves_the_fingerprint_alone(context: Context) -> None:
    command = "echo took $(date +%N | cut -c1-5) ms in $(mktemp -u /tmp/tmp.XXXXXXXX)"
    one, other = [await check(context(), command=command) for _ in range(2)]
    assert one.evidence != other.evidence
    assert one.fingerprint == other.fingerprint


async def test_a_command_runs_in_its_folder_of_the_workspace(context: Context) -> None:
    ready = context()
    (ready.workspace / "sub").mkdir()
    assert (await check(ready, command="pwd", cwd="sub")).evidence.strip().endswith("workspace/sub")


async def test_a_folder_that_is_missing_or_leads_outside_is_not_met(context: Context) -> None:
    ready = context()
    (ready.workspace / "out").symlink_to("/etc")
    assert [(await check(ready, command="true", cwd=cwd)).met for cwd in ("out", "nowhere")] == [False, False]


async def test_only_named_variables_of_ours_are_handed_on(context: Context) -> None:
    ready = context(environment={"CI": "yes", "STAGE": "beta"})
    verdict = await check(ready, command="echo [$CI] [$STAGE]", env=["STAGE", "ABSENT"])
    assert verdict.evidence == "[] [beta]\n"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"command": "true", "argv": ["true"]},
        {"command": " "},
        {"command": 5},
        {"argv": []},
        {"argv": "true"},
        {"command": "true", "timeout": "5"},
        {"command": "true", "timeout": 0},
        {"command": "true", "timeout": True},
        {"command": "true", "cwd": "../x"},
        {"command": "true", "cwd": "/etc"},
        {"command": "true", "cwd": "C:\\x"},
        {"command": "true", "env": ["OPENAI_API_KEY"]},
        {"command": "true", "env": ["A=B"]},
        {"command": "true", "tiemout": 5},
    ],
)
def test_settings_that_are_wrong_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CommandSettings.model_validate(settings)


@pytest.mark.parametrize(
    ("said", "seconds"), [(5, 5.0), (0.5, 0.5), ("90s", 90.0), ("5m", 300.0), ("2h", 7200.0)]
)
def test_a_duration_is_seconds_or_has_a_unit(said: Any, seconds: float) -> None:
    assert CommandSettings(command="true", timeout=said).timeout == seconds
