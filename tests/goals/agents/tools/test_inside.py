"""Nothing outside the workspace is read, written or listed, by whatever path."""

import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from goals.agents.tools import ToolResult
from goals.agents.tools.inside import Kind, find
from goals.agents.tools.tool import Refused
from goals.agents.tools.writing import put

Use = Callable[..., Awaitable[ToolResult]]


def leads_out(path: str) -> ToolResult:
    text = f"“{path}” leads outside the workspace; use paths relative to it."
    return ToolResult(text, failed=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def trap(workspace: Path, outside: Path) -> Path:
    """A workspace full of ways out."""
    (workspace / "src").mkdir()
    (workspace / "absolute").symlink_to(outside)
    (workspace / "relative").symlink_to("../outside")
    (workspace / "file").symlink_to(outside / "secret.txt")
    (workspace / "new").symlink_to(outside / "new.txt")
    (workspace / "chain").symlink_to("relative")
    (workspace / "src" / "up").symlink_to("../..")
    return workspace


OUT = (
    "../outside/secret.txt",
    "src/../../outside/secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "absolute/secret.txt",
    "relative/secret.txt",
    "chain/secret.txt",
    "file",
    "src/up/outside/secret.txt",
    "src/up/workspace/src",
)


@pytest.mark.parametrize("path", OUT)
@pytest.mark.parametrize(
    ("tool", "more"),
    [
        ("read_file", {}),
        ("write_file", {"content": "x"}),
        ("edit_file", {"old": "the", "new": "no"}),
        ("list_files", {}),
        ("search_files", {"pattern": "secret"}),
    ],
)
async def test_no_tool_follows_a_way_out(
    use: Use, trap: Path, outside: Path, tool: str, more: dict[str, str], path: str
) -> None:
    assert await use(tool, path=path, **more) == leads_out(path)
    assert (outside / "secret.txt").read_text() == "the secret\n"


async def test_nothing_is_made_behind_a_link_to_nowhere(use: Use, trap: Path, outside: Path) -> None:
    assert await use("write_file", path="new", content="x") == leads_out("new")
    assert names(outside) == ["secret.txt"]


async def test_a_link_that_stays_inside_is_followed_and_kept(use: Use, workspace: Path) -> None:
    (workspace / "real.txt").write_text("one\n")
    (workspace / "link.txt").symlink_to(workspace / "real.txt")
    assert (await use("write_file", path="link.txt", content="two\n")).text == "Replaced real.txt (4 bytes)."
    assert ((workspace / "link.txt").is_symlink(), (workspace / "real.txt").read_text()) == (True, "two\n")


async def test_an_absolute_path_inside_the_workspace_is_read(use: Use, workspace: Path) -> None:
    (workspace / "a.txt").write_text("one\n")
    result = await use("read_file", path=str(workspace / "a.txt"))
    assert result.text == "[a.txt: line 1, which is the end]\none"


async def test_a_workspace_that_is_reached_by_a_link_is_a_workspace(tmp_path: Path, workspace: Path) -> None:
    (workspace / "a.txt").write_text("one")
    (tmp_path / "link").symlink_to(workspace)
    for path in ("a.txt", str(tmp_path / "link" / "a.txt"), str(workspace / "a.txt")):
        with find(tmp_path / "link", path) as spot:
            assert (spot.path, spot.kind) == ("a.txt", Kind.FILE)


async def test_links_in_a_circle_end(use: Use, workspace: Path) -> None:
    (workspace / "a").symlink_to("b")
    (workspace / "b").symlink_to("a")
    assert (await use("read_file", path="a")).text == "“a” passes through too many links."


async def test_a_path_of_many_parts_ends(use: Use) -> None:
    assert (await use("read_file", path="a/../" * 700 + "x")).failed


async def test_the_process_keeps_no_file_open(use: Use, workspace: Path) -> None:
    (workspace / "a" / "b").mkdir(parents=True)
    await use("read_file", path="a/b/missing")
    before = len(names(Path("/proc/self/fd")))
    for path in ("a/b/missing", "a/b", "../x", "nothing/here"):
        await use("read_file", path=path)
        await use("list_files", path=path)
    assert len(names(Path("/proc/self/fd"))) == before


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.mknod(path, 0o140644)])
async def test_a_pipe_or_socket_is_no_file(use: Use, workspace: Path, make: Callable[[Path], None]) -> None:
    make(workspace / "odd")
    text = "“odd” is neither a file nor a folder, so it is not touched as a file."
    assert await use("read_file", path="odd") == ToolResult(text, failed=True)
    assert (await use("edit_file", path="odd", old="a", new="b")).failed
    assert (await use("write_file", path="odd", content="x")).failed
    assert (await use("list_files", path="odd")).failed
    assert (await use("search_files", pattern="x", path="odd")).failed


def test_what_was_found_cannot_be_exchanged(workspace: Path, outside: Path) -> None:
    (workspace / "a.txt").write_text("mine\n")
    with find(workspace, "a.txt") as spot:
        (workspace / "a.txt").unlink()
        (workspace / "a.txt").symlink_to(outside / "secret.txt")
        with spot.open() as file:
            assert file.read() == b"mine\n"


def test_a_link_put_in_a_files_place_is_replaced_not_followed(workspace: Path, outside: Path) -> None:
    (workspace / "a.txt").write_text("mine\n")
    with find(workspace, "a.txt") as spot:
        (workspace / "a.txt").unlink()
        (workspace / "a.txt").symlink_to(outside / "secret.txt")
        put(spot, b"new\n", threading.Event())
    assert ((workspace / "a.txt").read_text(), (workspace / "a.txt").is_symlink()) == ("new\n", False)
    assert (outside / "secret.txt").read_text() == "the secret\n"


def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere_else(workspace: Path, outside: Path) -> None:
    """One thread swaps a folder for a link to the outside and back, as fast as it can, while we look."""
    (workspace / "real").mkdir()
    (workspace / "real" / "secret.txt").write_text("mine\n")
    (workspace / "link").symlink_to(outside)
    (workspace / "now").symlink_to("real")
    over = threading.Event()
    swapping = threading.Thread(target=swap, args=(workspace, over))
    swapping.start()
    try:
        seen = {looked(workspace) for _ in range(3_000)}
    finally:
        over.set()
        swapping.join()
    assert seen <= {"mine\n", "refused", "missing"}
    assert "mine\n" in seen


def swap(workspace: Path, over: threading.Event) -> None:
    now, aside = workspace / "real", workspace / "aside"
    while not over.is_set():
        now.rename(aside)
        (workspace / "link").rename(now)
        now.rename(workspace / "link")
        aside.rename(now)


def looked(workspace: Path) -> str:
    try:
        with find(workspace, "real/secret.txt") as spot, spot.open() as file:
            return file.read().decode()
    except Refused:
        return "refused"
    except OSError:
        return "missing"
