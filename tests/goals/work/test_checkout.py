"""A fresh checkout holds the agent's files and the protected ones of the start, and is taken away whatever is in it."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from goals.domain.errors import BadRequest
from goals.domain.values import Goal, VerifierSpec
from goals.work.executor import LocalExecutor
from goals.work.tree import LARGE, STANDS_IN
from goals.work.workspace import LocalWorkspaces
from tests.given import goal

DEEP = 1_500


@pytest.fixture
def workspaces(tmp_path: Path) -> LocalWorkspaces:
    return LocalWorkspaces(tmp_path / "state", LocalExecutor(tmp_path / "state"))


def protecting(*globs: str) -> Goal:
    return replace(goal(verifiers=(), protect=globs), base_tree="")


def found(place: Path) -> dict[str, str]:
    """Every file of a directory with its text, links with where they lead."""
    paths = sorted(path for path in place.rglob("*") if path.is_symlink() or path.is_file())
    return {
        str(path.relative_to(place)): f"-> {path.readlink()}" if path.is_symlink() else path.read_text()
        for path in paths
    }


async def test_it_is_the_agents_change_on_top_of_the_base_without_what_is_protected_or_ignored(
    workspaces: LocalWorkspaces,
) -> None:
    asked = protecting("tests/**", "secret")
    place = await workspaces.open(asked)
    for name in ("tests/a", "tests/b", "src", "secret"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("old")
    (place / ".gitignore").write_text("cache\nsecret\n")
    await workspaces.snapshot(asked, 0)
    (place / "src").write_text("new")
    (place / "run").write_text("#!")
    (place / "run").chmod(0o755)
    (place / "link").symlink_to("src")
    (place / "cache").write_text("ignored")
    (place / "secret").write_text("tampered")
    (place / "tests").rename(place / "elsewhere")
    (place / "tests").symlink_to("elsewhere")
    tree = (await workspaces.snapshot(asked, 1)).tree
    async with workspaces.fresh(asked, tree) as fresh:
        files, runs = found(fresh), os.access(fresh / "run", os.X_OK)
    assert (files, runs, fresh.exists()) == (
        {
            ".gitignore": "cache\nsecret\n",
            "elsewhere/a": "old",
            "elsewhere/b": "old",
            "link": "-> src",
            "run": "#!",
            "secret": "old",
            "src": "new",
            "tests/a": "old",
            "tests/b": "old",
        },
        True,
        False,
    )


async def test_a_large_file_is_taken_from_the_workspace_if_it_is_still_what_was_recorded(
    workspaces: LocalWorkspaces,
) -> None:
    asked = protecting()
    large = await workspaces.open(asked) / "large"
    large.write_text("x" * (LARGE + 5))
    tree = (await workspaces.snapshot(asked, 0)).tree
    async with workspaces.fresh(asked, tree) as fresh:
        size = (fresh / "large").stat().st_size
    large.write_text("y" * (LARGE + 5))
    with pytest.raises(BadRequest, match="The large file “large” is not in the workspace as it was recorded"):
        async with workspaces.fresh(asked, tree):
            pass
    assert (size, list(workspaces.checkouts.iterdir())) == (LARGE + 5, [])


async def test_a_small_file_that_reads_like_a_large_ones_record_is_kept_as_it_is(
    workspaces: LocalWorkspaces,
) -> None:
    asked = protecting()
    small = await workspaces.open(asked) / "small"
    small.write_text(STANDS_IN + "bytes 5\n")
    tree = (await workspaces.snapshot(asked, 0)).tree
    async with workspaces.fresh(asked, tree) as fresh:
        files = found(fresh)
    small.write_text(STANDS_IN + "bytes 6\n")
    changed = [file.path for file in (await workspaces.snapshot(asked, 1)).changed]
    assert (files, changed) == ({"small": STANDS_IN + "bytes 5\n"}, ["small"])


async def test_bytecode_is_there_only_as_the_base_has_it(workspaces: LocalWorkspaces) -> None:
    asked = protecting("*.lock")
    place = await workspaces.open(asked)
    (place / "__pycache__").mkdir()
    for name in ("old.pyc", "bent.pyc", "gone.pyc", "__pycache__/old.pyc"):
        (place / name).write_text("one")
    await workspaces.snapshot(asked, 0)
    (place / "gone.pyc").unlink()
    for name in ("new.py", "new.pyc", "bent.pyc", "__pycache__/new.pyc"):
        (place / name).write_text("two")
    tree = (await workspaces.snapshot(asked, 1)).tree
    async with workspaces.fresh(asked, tree) as fresh:
        files = found(fresh)
    assert files == {"__pycache__/old.pyc": "one", "new.py": "two", "old.pyc": "one"}


async def test_what_a_run_leaves_in_it_goes_with_it(workspaces: LocalWorkspaces) -> None:
    asked = protecting()
    await workspaces.open(asked)
    tree = (await workspaces.snapshot(asked, 0)).tree
    async with workspaces.fresh(asked, tree) as fresh:
        await asyncio.to_thread(_litter, fresh)
    assert (list(workspaces.checkouts.iterdir()), (workspaces.state / "shadow").is_dir()) == ([], True)


def _litter(place: Path) -> None:
    """A folder that may not be looked into, a link to the outside, and folders deeper than any path is long."""
    (place / "closed" / "inside").mkdir(parents=True)
    (place / "closed").chmod(0)
    (place / "out").symlink_to(place.parent.parent)
    fd = os.open(place, os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir("deeper", dir_fd=fd)
        below = os.open("deeper", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    os.close(fd)


async def test_it_is_gone_when_whoever_wanted_it_is_stopped(workspaces: LocalWorkspaces) -> None:
    asked = protecting()
    await workspaces.open(asked)
    tree = (await workspaces.snapshot(asked, 0)).tree
    there = asyncio.Event()

    async def wants() -> None:
        async with workspaces.fresh(asked, tree):
            there.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wants())
    await there.wait()
    task.cancel()
    await asyncio.wait({task})
    assert (task.cancelled(), list(workspaces.checkouts.iterdir())) == (True, [])


async def test_without_a_protected_file_ignored_folders_are_not_entered(workspaces: LocalWorkspaces) -> None:
    asked = replace(goal(verifiers=(VerifierSpec("test", {"command": "pytest"}),)), base_tree="")
    place = await workspaces.open(asked)
    (place / ".gitignore").write_text("venv\ntest_local.py\n")
    (place / "venv").mkdir()
    for name in ("venv/test_it.py", "test_local.py"):
        (place / name).write_text("")
    taken = await workspaces.snapshot(asked, 1)
    assert [file.path for file in taken.files] == [".gitignore", "test_local.py"]
