"""The agent finds lines, without anything that hangs or leads out of the workspace."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from goals.agents.tools import ToolResult

Use = Callable[..., Awaitable[ToolResult]]


async def test_lines_come_with_file_and_number(use: Use, workspace: Path) -> None:
    (workspace / "src").mkdir()
    (workspace / "src" / "a.py").write_text("import os\nprint('grün 7')\n")
    assert await use("search_files", pattern="gr.n [0-9]") == ToolResult("src/a.py:2:print('grün 7')")
    assert (await use("search_files", pattern="os", path="src/a.py")).text == "src/a.py:1:import os"
    assert (await use("search_files", pattern="os", path="src")).text == "src/a.py:1:import os"


async def test_nothing_found_is_no_failure(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("one\n")
    assert await use("search_files", pattern="two") == ToolResult("No line matches.")


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (r"\d+ \w+", "12 eggs"),
        (r"\\d", r"a \d"),
        ("y -v", "say -v"),
        ("-va", "-va"),
        (r"^\bfoo\b$", "foo"),
        ("say[(?] -v", "say? -v"),
    ],
)
async def test_patterns_mean_what_they_say(use: Use, workspace: Path, pattern: str, line: str) -> None:
    (workspace / "a.txt").write_text("12 eggs\na \\d\n-va\nsay -v\nsay? -v\nfoo\n")
    assert (await use("search_files", pattern=pattern)).text.partition(":")[2].partition(":")[2] == line


@pytest.mark.parametrize("pattern", ["(a", "(?i)a", "[a", ""])
async def test_a_pattern_that_cannot_be_used_is_refused(use: Use, workspace: Path, pattern: str) -> None:
    (workspace / "a.txt").write_text("a\n")
    assert (await use("search_files", pattern=pattern)).failed


async def test_binaries_pipes_git_and_links_are_passed_over(use: Use, workspace: Path, outside: Path) -> None:
    (workspace / "logo").write_bytes(b"secret\0\n")
    (workspace / ".git").mkdir()
    (workspace / ".git" / "config").write_text("secret\n")
    (workspace / "way").symlink_to(outside)
    (workspace / "file").symlink_to(outside / "secret.txt")
    os.mkfifo(workspace / "pipe")
    assert (await use("search_files", pattern="secret")).text == "No line matches."


async def test_what_is_found_is_bounded(use: Use, workspace: Path) -> None:
    for name in "abcd":
        (workspace / name).write_text("match\n" * 500)
    lines = (await use("search_files", pattern="match")).text.splitlines()
    assert lines[-1] == "[… more was found than is shown: narrow the pattern or the path]"
    assert len(lines) == 201


async def test_long_lines_are_cut(use: Use, workspace: Path) -> None:
    (workspace / "min.js").write_text("x" * 1_000_000 + "\n")
    result = await use("search_files", pattern="xx")
    assert (len(result.text) < 500, "[… this line goes on]" in result.text) == (True, True)


async def test_a_search_without_end_is_given_up(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text(("a" * 5_000 + "b\n") * 2_000)
    search = asyncio.create_task(use("search_files", pattern=r"(.*)(.*)(.*)\3\2\1$"))
    (done, _) = await asyncio.wait({search}, timeout=0.5)
    assert not done
    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(20):
            await search
