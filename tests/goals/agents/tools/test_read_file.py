"""The agent reads text in bounded pieces."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from goals.agents.tools import ToolResult

Use = Callable[..., Awaitable[ToolResult]]


def numbered(count: int) -> str:
    return "".join(f"line {n}\n" for n in range(1, count + 1))


async def test_a_short_file_is_read_whole(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("eins\nzwei ü\n")
    assert await use("read_file", path="a.txt") == ToolResult(
        "[a.txt: lines 1 to 2, which is the end]\neins\nzwei ü"
    )


@pytest.mark.parametrize(
    ("offset", "limit", "text"),
    [
        (1, 2, "[a.txt: lines 1 to 2; it goes on, read on with offset 3]\nline 1\nline 2"),
        (4, 2, "[a.txt: lines 4 to 5, which is the end]\nline 4\nline 5"),
        (5, 9, "[a.txt: line 5, which is the end]\nline 5"),
        (6, 1, "[a.txt: it has only 5 lines]\n"),
    ],
)
async def test_a_part_is_read_by_its_lines(
    use: Use, workspace: Path, offset: int, limit: int, text: str
) -> None:
    (workspace / "a.txt").write_text(numbered(5))
    assert (await use("read_file", path="a.txt", offset=offset, limit=limit)).text == text


async def test_at_most_two_thousand_lines_are_read_at_once(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text(numbered(5_000))
    result = await use("read_file", path="a.txt", limit=4_000)
    assert result.text.startswith("[a.txt: lines 1 to 2,000; it goes on, read on with offset 2001]\n")
    assert result.text.endswith("\nline 2000")


async def test_at_most_64_kilobytes_are_read_at_once(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text(("x" * 999 + "\n") * 1_000)
    result = await use("read_file", path="a.txt")
    assert result.text.startswith("[a.txt: lines 1 to 65; it goes on, read on with offset 66]\n")
    assert len(result.text) < 66_000


async def test_a_long_line_is_cut(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("x" * 10_000_000 + "\nend\n")
    result = await use("read_file", path="a.txt")
    assert result.text == (
        f"[a.txt: lines 1 to 2, which is the end]\n{'x' * 2_000} [… this line goes on]\nend"
    )


async def test_an_empty_file_is_empty(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").touch()
    assert (await use("read_file", path="a.txt")).text == "[a.txt: it is empty]\n"


async def test_what_is_no_text_is_described(use: Use, workspace: Path) -> None:
    (workspace / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1_000))
    assert await use("read_file", path="logo.png") == ToolResult(
        "logo.png is no text: 1,008 bytes, beginning with 89 50 4e 47 0d 0a 1a 0a 00 00 00 00 00 00 00 00.",
        failed=True,
    )


async def test_bytes_that_are_no_text_can_be_stored(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_bytes(b"gr\xfcn\n" + b"x\n" * 8_000 + b"\0late\n")
    assert (await use("read_file", path="a.txt", limit=1)).text.endswith("\ngr�n")
    assert (await use("read_file", path="a.txt", offset=8_002)).text.endswith("\n␀late")


async def test_a_file_that_is_not_there_is_said(use: Use) -> None:
    assert await use("read_file", path="a.txt") == ToolResult(
        "There is no file “a.txt” in the workspace.", failed=True
    )
    assert (await use("read_file", path="no/a.txt")).text == "There is no folder “no” in the workspace."


async def test_a_folder_is_no_file(use: Use, workspace: Path) -> None:
    (workspace / "src").mkdir()
    assert (await use("read_file", path="src")).text == "“src” is a folder, so it is not touched as a file."
    assert (await use("read_file", path="src/../src/")).failed
