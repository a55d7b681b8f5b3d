"""Cases 17 and 20."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goals.domain.values import Verdict
from goals.ports import CheckContext
from goals.verifiers.running import CommandSettings
from goals.verifiers.test import TestVerifier

Context = Callable[..., CheckContext]
UNITTEST = [sys.executable, "-m", "unittest", "-q"]
# Of plugins, of which we have many, each would be compiled at each run.
ALONE = ("env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1")
PYTEST = [*ALONE, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


async def check(context: CheckContext, **settings: Any) -> Verdict:
    return await TestVerifier(CommandSettings.model_validate(settings)).check(context)


def with_test(context: CheckContext, body: str) -> Path:
    path = context.workspace / "test_it.py"
    path.write_text(
        f"import time, unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n        {body}\n"
    )
    return path


@pytest.mark.parametrize("argv", [UNITTEST, PYTEST])
async def test_a_passing_run_is_met_and_its_summary_is_the_reason(context: Context, argv: list[str]) -> None:
    ready = context()
    with_test(ready, "pass")
    verdict = await check(ready, argv=argv)
    assert (verdict.met, verdict.exit_code, verdict.value) == (True, 0, 1.0)
    assert verdict.reason.startswith(("Ran 1 test in", "1 passed in"))


@pytest.mark.parametrize("argv", [UNITTEST, PYTEST])
async def test_a_failing_run_is_not_met(context: Context, argv: list[str]) -> None:
    ready = context()
    with_test(ready, "self.fail('no')")
    verdict = await check(ready, argv=argv)
    assert (verdict.met, verdict.exit_code) == (False, 1)
    assert "FAILED (failures=1)" in verdict.reason or "1 failed" in verdict.reason


@pytest.mark.parametrize("argv", [UNITTEST, PYTEST])
async def test_a_run_that_collects_nothing_is_not_met(context: Context, argv: list[str]) -> None:
    verdict = await check(context(), argv=argv)
    assert verdict.met is False
    assert verdict.reason.startswith("no test ran")


@pytest.mark.parametrize(
    ("command", "met"),
    [
        ("echo no tests ran in 0.01s", False),
        ("echo no tests ran in 0.01s; exit 5", False),
        ("echo all green", False),
        ("echo 3 skipped in 0.01s", False),
        ("echo 2 passed in 0.01s", True),
        ("echo 2 passed in 0.01s; exit 1", False),
        ("echo 1 failed, 2 passed in 0.01s", False),
        ("echo 'Tests:  2 passed, 2 total'", True),
        ("sleep 60", None),
        ("no-such-runner-here", None),
        ("./run-tests", False),
    ],
)
async def test_it_takes_both_the_exit_code_and_the_summary(
    context: Context, command: str, met: bool | None
) -> None:
    assert (await check(context(), command=command, timeout=0.5 if "sleep" in command else 60)).met is met


async def test_a_test_that_hangs_is_broken_with_what_was_run(context: Context) -> None:
    ready = context()
    with_test(ready, "time.sleep(60)")
    verdict = await check(ready, argv=UNITTEST, timeout=1)
    assert verdict.met is None
    assert "-m unittest -q" in verdict.reason
