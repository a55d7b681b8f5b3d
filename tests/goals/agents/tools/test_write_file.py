"""The agent writes whole files, and nobody sees a half."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from goals.agents.tools import ToolResult
from goals.agents.tools.writing import LARGEST

Use = Callable[..., Awaitable[ToolResult]]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_new_file_is_made_with_its_folders(use: Use, workspace: Path) -> None:
    result = await use("write_file", path="src/deep/a.py", content="x = 'ü'\n")
    assert result == ToolResult("Made src/deep/a.py (9 bytes).")
    assert (workspace / "src/deep/a.py").read_text() == "x = 'ü'\n"


async def test_a_file_that_is_there_keeps_its_mode(use: Use, workspace: Path) -> None:
    (workspace / "run.sh").write_text("old")
    (workspace / "run.sh").chmod(0o755)
    assert (await use("write_file", path="run.sh", content="new")).text == "Replaced run.sh (3 bytes)."
    assert ((workspace / "run.sh").read_text(), (workspace / "run.sh").stat().st_mode & 0o777) == (
        "new",
        0o755,
    )


async def test_nothing_else_is_left_in_the_folder(use: Use, workspace: Path) -> None:
    await use("write_file", path="a.txt", content="one")
    await use("write_file", path="a.txt", content="x" * (LARGEST + 1))
    (workspace / "folder").mkdir()
    await use("write_file", path="folder", content="x")
    assert names(workspace) == ["a.txt", "folder"]


async def test_content_that_is_too_large_is_refused(use: Use, workspace: Path) -> None:
    assert await use("write_file", path="a.txt", content="x" * (LARGEST + 1)) == ToolResult(
        "A file of 2,000,001 bytes is too large; at most 2,000,000 can be written.", failed=True
    )
    assert not (await use("write_file", path="a.txt", content="x" * LARGEST)).failed


async def test_a_folder_is_not_overwritten(use: Use, workspace: Path) -> None:
    (workspace / "src").mkdir()
    result = await use("write_file", path="src", content="x")
    assert result == ToolResult("“src” is a folder, so no file can be written there.", failed=True)
    assert (await use("write_file", path=".", content="x")).failed


async def test_a_file_is_no_folder_for_others(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("one")
    assert (await use("write_file", path="a.txt/b", content="x")).text == "“a.txt” is no folder."


async def test_an_open_file_is_replaced_not_changed(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("old")
    with (workspace / "a.txt").open() as reader:
        await use("write_file", path="a.txt", content="new")
        assert reader.read() == "old"


async def test_files_written_side_by_side_are_all_there(use: Use, workspace: Path) -> None:
    await asyncio.gather(*(use("write_file", path=f"d/{n % 3}/{n}", content=str(n)) for n in range(30)))
    assert [(workspace / f"d/{n % 3}/{n}").read_text() for n in range(30)] == [str(n) for n in range(30)]
