"""Case 63 and what a data verifier finds in a workspace."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from goals.domain.values import Verdict
from goals.ports import CheckContext
from goals.verifiers.data import MAX_BYTES, DataSettings, DataVerifier

Context = Callable[..., CheckContext]


async def check(context: CheckContext, **settings: Any) -> Verdict:
    return await DataVerifier(DataSettings.model_validate(settings)).check(context)


def holding(context: Context, text: str, name: str = "report.json") -> CheckContext:
    ready = context()
    (ready.workspace / name).write_text(text)
    return ready


async def test_a_text_that_is_there_is_met(context: Context) -> None:
    ready = holding(context, "version 2.0 is out", "NEWS.md")
    found = [(await check(ready, path="NEWS.md", contains=text)).met for text in ("2.0", "3.0")]
    assert found == [True, False]


async def test_a_true_expression_is_met_and_says_what_it_saw(context: Context) -> None:
    verdict = await check(holding(context, '{"open": 0}'), path="report.json", expr="data['open'] == 0")
    assert (verdict.met, verdict.reason, verdict.value) == (
        True,
        "data['open'] == 0 is true: data['open'] is 0",
        0.0,
    )


async def test_a_false_expression_is_not_met_and_says_what_it_saw(context: Context) -> None:
    verdict = await check(holding(context, '{"open": 3}'), path="report.json", expr="data['open'] == 0")
    assert (verdict.met, verdict.reason, verdict.value) == (
        False,
        "data['open'] == 0 is false: data['open'] is 3",
        3.0,
    )


async def test_a_result_that_is_neither_true_nor_false_is_not_met(context: Context) -> None:
    verdict = await check(holding(context, '{"open": 3}'), path="report.json", expr="data['open']")
    assert (verdict.met, verdict.reason) == (False, "the expression gives 3, neither true nor false")


async def test_a_file_that_is_missing_is_not_met(context: Context) -> None:
    verdict = await check(context(), path="report.json", expr="data == 1")
    assert (verdict.met, verdict.reason) == (False, "report.json is not there yet")


@pytest.mark.parametrize("text", ["{", "\0", ""])
async def test_a_file_that_cannot_be_read_as_what_it_is_is_broken(context: Context, text: str) -> None:
    assert (await check(holding(context, text), path="report.json", expr="data == 1")).met is None


async def test_a_file_that_is_too_large_no_text_or_no_file_is_broken(context: Context) -> None:
    ready = holding(context, "a" * (MAX_BYTES + 1), "large")
    (ready.workspace / "folder").mkdir()
    (ready.workspace / "binary").write_bytes(b"\xff\xfe\x00")
    os.mkfifo(ready.workspace / "pipe")
    found = [
        (await check(ready, path=path, contains="a")).met for path in ("large", "folder", "binary", "pipe")
    ]
    assert found == [None, None, None, None]


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "../outside.json"])
async def test_a_link_out_of_the_workspace_is_not_followed(context: Context, target: str) -> None:
    ready = context()
    (ready.workspace.parent / "outside.json").write_text("root")
    (ready.workspace / "link").symlink_to(target)
    path = "link/passwd" if target == "/etc" else "link"
    verdict = await check(ready, path=path, contains="root")
    assert (verdict.met, verdict.reason) == (False, f"{path} leads outside the workspace")


@pytest.mark.parametrize("expr", ["().__class__", "__import__('os')", "'a' * 10**10"])
async def test_an_expression_that_asks_for_more_than_data_is_not_met(context: Context, expr: str) -> None:
    verdict = await check(holding(context, "1"), path="report.json", expr=expr)
    assert verdict.met is False
    assert verdict.reason.startswith("the expression ")


async def test_the_loop_answers_while_an_endless_expression_runs(context: Context) -> None:
    endless = "any(a and b and c and d and False for a in data for b in data for c in data for d in data)"
    ready = holding(context, str(list(range(1, 1000))))
    running = asyncio.create_task(check(ready, path="report.json", expr=endless), name="endless")
    rounds = 0
    while not running.done():
        await asyncio.sleep(0)
        rounds += 1
    assert (await running).met is False
    assert rounds > 100


@pytest.mark.parametrize(
    "settings",
    [
        {"path": "a.json"},
        {"path": "a.json", "contains": "a", "expr": "data"},
        {"path": "../a.json", "contains": "a"},
        {"path": "/etc/passwd", "contains": "a"},
        {"path": "C:\\x", "contains": "a"},
        {"path": "a.json", "contains": ""},
        {"path": "a.json", "expr": "data =="},
        {"path": "a.json", "expr": "data = 1"},
        {"path": 5, "contains": "a"},
        {"path": "a.json", "contains": "a", "contain": "b"},
    ],
)
def test_settings_that_are_wrong_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DataSettings.model_validate(settings)


async def test_a_link_in_circles_is_not_met(context: Context) -> None:
    ready = context()
    (ready.workspace / "loop.json").symlink_to("loop.json")
    for path in ("loop.json", "loop.json/inside"):
        verdict = await check(ready, path=path, contains="x")
        assert (verdict.met, verdict.reason) == (False, f"{path} is a link in circles")


async def test_joining_many_lists_is_refused_at_once(context: Context) -> None:
    ready = holding(context, "[" + ",".join(["[1]"] * 500_000) + "]")
    async with asyncio.timeout(10):
        verdict = await check(ready, path="report.json", expr="len(sum(data, [])) > 0")
    assert (verdict.met, verdict.reason) == (False, "the expression counts with list, which is no number")
