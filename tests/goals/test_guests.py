"""Strangers' verifiers: whatever one does is a verdict, in time, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import EntryPoint
from inspect import isawaitable
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from goals.domain.errors import BadRequest
from goals.domain.values import Checked, Verdict, VerifierKind, VerifierSpec
from goals.guests import MOST_STUCK
from goals.plugins import Plugins
from goals.ports import CheckContext, Command, Outside, Web
from goals.verifying import checked
from goals.work.executor import LocalExecutor
from tests.given import goal

RELEASED = threading.Event()


class Odd:
    """A verifier that does what its settings say."""

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        does: str
        gives: Any = None

    kind: ClassVar[VerifierKind] = VerifierKind.WORKSPACE

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def check(self, context: CheckContext) -> Any:
        return await getattr(self, self.settings.does)(context)

    async def give(self, context: CheckContext) -> Any:
        return self.settings.gives

    async def fail(self, context: CheckContext) -> Verdict:
        raise ValueError("no such ticket")

    async def exit(self, context: CheckContext) -> Verdict:
        sys.exit(3)

    async def cancel(self, context: CheckContext) -> Verdict:
        raise asyncio.CancelledError

    async def hang(self, context: CheckContext) -> Verdict:
        await asyncio.Event().wait()
        raise AssertionError

    async def block(self, context: CheckContext) -> Verdict:
        RELEASED.wait()
        return Verdict(True, "too late")

    async def run(self, context: CheckContext) -> Verdict:
        ran = await context.executor.run(Command(context.workspace, shell="echo hello"))
        return Verdict(ran.exit_code == 0, ran.output)

    async def linger(self, context: CheckContext) -> Verdict:
        await context.executor.run(
            Command(context.workspace, shell="touch began; sleep 600", goal_id=context.goal.id)
        )
        raise AssertionError

    async def look(self, context: CheckContext) -> Verdict:
        return Verdict(True, f"{context.outside}")


class Unfit(Odd):
    kind: ClassVar[VerifierKind] = VerifierKind.PERSON


def installed(group: str) -> Iterable[EntryPoint]:
    return [EntryPoint("odd", f"{__name__}:Odd", group), EntryPoint("unfit", f"{__name__}:Unfit", group)]


@pytest.fixture
def plugins() -> Plugins:
    return Plugins(installed)


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[CheckContext]:
    RELEASED.clear()
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    yield CheckContext(goal(), workspace, "t1", LocalExecutor(tmp_path / "state"))
    RELEASED.set()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(40):
        while True:
            holds = condition()
            if await holds if isawaitable(holds) else holds:
                return
            await asyncio.sleep(0.01)


async def found(plugins: Plugins, context: CheckContext, does: str, **settings: Any) -> Checked:
    return await checked(plugins.part(VerifierSpec("odd", {"does": does, **settings})), context)


BREAKS = [
    ("fail", {}, "The verifier itself failed: ValueError: no such ticket"),
    ("exit", {}, "The verifier itself failed: RuntimeError: it ended with SystemExit"),
    ("cancel", {}, "The verifier itself failed: RuntimeError: it ended with CancelledError"),
    ("hang", {"timeout": 0.2}, "the verifier `odd` gave no answer within 0.2 s"),
    ("block", {"timeout": 0.2}, "the verifier `odd` gave no answer within 0.2 s"),
    ("give", {"gives": None}, "The verifier itself failed: TypeError: it gave NoneType, which is no verdict"),
    ("give", {"gives": True}, "The verifier itself failed: TypeError: it gave bool, which is no verdict"),
    (
        "give",
        {"gives": Verdict("yes", "done")},  # type: ignore[arg-type]
        "The verifier itself failed: TypeError: its verdict has a wrong `met`",
    ),
    (
        "give",
        {"gives": Verdict(1, "done")},  # type: ignore[arg-type]
        "The verifier itself failed: TypeError: its verdict has a wrong `met`",
    ),
    (
        "give",
        {"gives": Verdict(True, None)},  # type: ignore[arg-type]
        "The verifier itself failed: TypeError: its verdict has a wrong `reason`",
    ),
    (
        "give",
        {"gives": Verdict(True, "done", value="3")},  # type: ignore[arg-type]
        "The verifier itself failed: TypeError: its verdict has a wrong `value`",
    ),
]


@pytest.mark.parametrize(("does", "settings", "reason"), BREAKS, ids=[reason for _, _, reason in BREAKS])
async def test_a_plugin_that_breaks_is_a_broken_check_with_a_reason(
    plugins: Plugins, context: CheckContext, does: str, settings: dict[str, Any], reason: str
) -> None:
    verdict = (await found(plugins, context, does, **settings)).verdict
    assert (verdict.met, verdict.reason) == (None, reason)


async def test_everybody_else_goes_on_while_a_plugin_blocks(plugins: Plugins, context: CheckContext) -> None:
    blocked = asyncio.create_task(found(plugins, context, "block", timeout=600), name="blocked")
    others = [await found(plugins, context, "give", gives=Verdict(True, "fine")) for _ in range(3)]
    assert [other.verdict.met for other in others] == [True, True, True]
    assert not blocked.done()
    RELEASED.set()
    assert (await blocked).verdict.met is True


async def test_a_plugin_that_hangs_again_and_again_is_not_started_without_end(
    plugins: Plugins, context: CheckContext
) -> None:
    for _ in range(MOST_STUCK):
        await found(plugins, context, "block", timeout=0.1)
    refused = (await found(plugins, context, "give", gives=Verdict(True, "fine"))).verdict
    RELEASED.set()

    async def works() -> bool:
        return (await found(plugins, context, "give", gives=Verdict(True, "fine"))).verdict.met is True

    await until(works)
    assert (refused.met, refused.reason) == (None, "3 earlier checks of `odd` hang still")


async def test_a_plugin_runs_commands_with_the_executor(plugins: Plugins, context: CheckContext) -> None:
    verdict = (await found(plugins, context, "run")).verdict
    assert (verdict.met, verdict.reason) == (True, "hello")


async def test_the_commands_of_a_plugin_end_with_its_check(plugins: Plugins, context: CheckContext) -> None:
    checking = asyncio.create_task(found(plugins, context, "linger"), name="linger")
    await until(lambda: (context.workspace / "began").exists())
    checking.cancel()
    await asyncio.wait([checking])
    assert await asyncio.to_thread(processes_in, context.workspace) == []


def processes_in(workspace: Path) -> list[str]:
    """The processes that work in the workspace."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and (process / "cwd").readlink() == workspace:
                found.append(process.name)
    return found


async def test_a_plugin_is_not_handed_the_databases_and_services_of_the_settings(
    plugins: Plugins, context: CheckContext
) -> None:
    given = replace(context, outside=Outside(cast(Web, None), databases={"crm": SecretStr("sqlite:///x")}))
    assert (await found(plugins, given, "look")).verdict.reason == "None"


async def test_a_plugin_that_wants_no_timeout_may_be_given_one(
    plugins: Plugins, context: CheckContext
) -> None:
    verdict = (await found(plugins, context, "give", gives=Verdict(True, "fine"), timeout="5m")).verdict
    assert verdict.met is True


async def test_a_plugin_is_answered_by_nobody_but_itself(plugins: Plugins) -> None:
    with pytest.raises(BadRequest, match="The verifier type `unfit` cannot be used"):
        plugins.verifier(VerifierSpec("unfit", {"does": "give"}))


async def test_a_verdict_of_a_plugin_is_bounded_and_gets_a_fingerprint(
    plugins: Plugins, context: CheckContext
) -> None:
    long = Verdict(False, "two\nlines " * 200, "head" + "x" * 100_000 + "tail", value=float("nan"))
    one = (await found(plugins, context, "give", gives=long)).verdict
    assert (len(one.reason), "\n" in one.reason, one.value, len(one.fingerprint)) == (500, False, None, 32)
    assert (one.evidence[:4], one.evidence[-4:], len(one.evidence) < 6_200) == ("head", "tail", True)


async def test_a_finding_that_differs_in_noise_only_is_the_same(
    plugins: Plugins, context: CheckContext
) -> None:
    took = [Verdict(False, f"3 failed in {seconds} s", f"/tmp/x{seconds}/y") for seconds in (1.5, 2.25)]
    prints = [(await found(plugins, context, "give", gives=one)).verdict.fingerprint for one in took]
    assert prints[0] == prints[1]


async def test_a_check_of_a_plugin_leaves_nothing_behind(plugins: Plugins, context: CheckContext) -> None:
    before = threading.active_count()
    for _ in range(20):
        await found(plugins, context, "give", gives=Verdict(True, "fine"))
    await until(lambda: threading.active_count() <= before + 1)
