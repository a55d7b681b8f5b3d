"""The agent sees a folder: its folders first, in bounded size."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from goals.agents.tools import ToolResult

Use = Callable[..., Awaitable[ToolResult]]


async def test_folders_come_first_and_git_is_left_out(use: Use, workspace: Path) -> None:
    for name in ("src", ".git", ".github"):
        (workspace / name).mkdir()
    (workspace / "a.txt").write_text("12345")
    (workspace / "link").symlink_to("a.txt")
    os.mkfifo(workspace / "pipe")
    assert await use("list_files") == ToolResult(
        "[.]\n.github/\nsrc/\na.txt  5\nlink -> a.txt\npipe  (special)"
    )


async def test_a_folder_below_is_listed(use: Use, workspace: Path) -> None:
    (workspace / "src" / "deep").mkdir(parents=True)
    assert (await use("list_files", path="./src//deep/..")).text == "[src]\ndeep/"
    assert (await use("list_files", path="src/deep")).text == "[src/deep]\n(nothing)"


async def test_at_most_a_thousand_entries_are_listed(use: Use, workspace: Path) -> None:
    for number in range(1_200):
        (workspace / f"{number:04}").touch()
    lines = (await use("list_files")).text.splitlines()
    assert (lines[-1], len(lines)) == ("[… the first 1,000 of 1,200 entries]", 1_002)


async def test_odd_names_can_be_stored(use: Use, workspace: Path) -> None:
    os.close(os.open(os.fsencode(workspace) + b"/gr\xfcn", os.O_CREAT))
    assert (await use("list_files")).text == "[.]\ngr?n  0"


async def test_what_is_no_folder_is_said(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").touch()
    assert await use("list_files", path="a.txt") == ToolResult(
        "“a.txt” is a file, not a folder.", failed=True
    )
    assert (await use("list_files", path="no")).text == "There is no folder “no” in the workspace."
