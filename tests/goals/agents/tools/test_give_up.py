"""The agent says that it cannot go on."""

from collections.abc import Awaitable, Callable

import pytest

from goals.agents.tools import ToolResult
from goals.domain.findings import Said

Use = Callable[..., Awaitable[ToolResult]]


async def test_what_it_needs_is_said(use: Use) -> None:
    result = await use("report_blocked", need=" access to\nthe registry ")
    assert (result.failed, result.said) == (False, Said(blocked="access to the registry"))


async def test_why_nobody_could_is_said(use: Use) -> None:
    result = await use("report_unachievable", reason="the file is gone " * 100)
    assert result.said
    assert (result.said.unachievable[:17], len(result.said.unachievable)) == ("the file is gone ", 500)


@pytest.mark.parametrize(("tool", "key"), [("report_blocked", "need"), ("report_unachievable", "reason")])
async def test_without_a_word_nothing_is_said(use: Use, tool: str, key: str) -> None:
    assert await use(tool) == ToolResult(f"`{tool}` needs `{key}`.", failed=True)
    assert (await use(tool, **{key: "  "})).failed
