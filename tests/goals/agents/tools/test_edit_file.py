"""The agent changes one place of a file, or none."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from goals.agents.tools import ToolResult

Use = Callable[..., Awaitable[ToolResult]]


async def test_the_one_place_is_changed(use: Use, workspace: Path) -> None:
    (workspace / "a.py").write_text("one = 1\ntwo = 2\n")
    assert await use("edit_file", path="a.py", old="two = 2", new="two = 3") == ToolResult(
        "Changed a.py at line 2."
    )
    assert (workspace / "a.py").read_text() == "one = 1\ntwo = 3\n"


@pytest.mark.parametrize(
    ("content", "old", "text"),
    [
        ("a\n", "b", "The old text is not in a.txt; read the file and give it exactly as it stands there."),
        ("b b b", "b", "The old text is at 3 places in a.txt;"),
        ("aaa", "aa", "The old text is at 2 places in a.txt;"),
    ],
)
async def test_a_text_that_is_not_there_once_changes_nothing(
    use: Use, workspace: Path, content: str, old: str, text: str
) -> None:
    (workspace / "a.txt").write_text(content)
    result = await use("edit_file", path="a.txt", old=old, new="c")
    assert (result.failed, result.text.startswith(text)) == (True, True)
    assert (workspace / "a.txt").read_text() == content


async def test_lines_that_end_in_cr_lf_stay_so(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_bytes(b"one\r\ntwo\r\n")
    await use("edit_file", path="a.txt", old="one\ntwo", new="1\n2")
    assert (workspace / "a.txt").read_bytes() == b"1\r\n2\r\n"


async def test_bytes_that_are_no_text_stay_as_they_are(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_bytes(b"gr\xfcn alt\n")
    await use("edit_file", path="a.txt", old="alt", new="neu")
    assert (workspace / "a.txt").read_bytes() == b"gr\xfcn neu\n"


async def test_a_text_can_be_taken_out_but_nothing_is_no_text(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("one two")
    await use("edit_file", path="a.txt", old=" two", new="")
    assert (workspace / "a.txt").read_text() == "one"
    assert (await use("edit_file", path="a.txt", old="", new="x")).failed


async def test_a_large_file_is_left_to_commands(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_bytes(b"x" * 2_000_001)
    assert "larger than 2,000,000 bytes" in (await use("edit_file", path="a.txt", old="x", new="y")).text


async def test_edits_made_side_by_side_are_all_there(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("".join(f"<{n}>\n" for n in range(20)))
    await asyncio.gather(*(use("edit_file", path="a.txt", old=f"<{n}>", new=f"[{n}]") for n in range(20)))
    assert (workspace / "a.txt").read_text() == "".join(f"[{n}]\n" for n in range(20))
