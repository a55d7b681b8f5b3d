"""Workspaces come from where they were asked for, and every turn of them is kept, whatever an agent writes."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goals.domain.errors import BadRequest, StoreUnavailable
from goals.domain.values import FileChange, Goal, Origin, Person, Request
from goals.ports import Command
from goals.work.executor import LocalExecutor
from goals.work.restoring import LOST
from goals.work.tree import Size
from goals.work.workspace import LocalWorkspaces

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
GOAL = Goal("g1", Request("anything"), Person("ann"), Origin("local", "demo", "1"), NOON, NOON)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def workspaces(state: Path) -> LocalWorkspaces:
    return again(state)


def again(state: Path) -> LocalWorkspaces:
    """What a restart makes."""
    return LocalWorkspaces(state, LocalExecutor(state))


def small(state: Path, fixed: Path | None = None) -> LocalWorkspaces:
    """Takes three files at most."""
    return LocalWorkspaces(state, LocalExecutor(state), fixed=fixed, largest=Size(files=3))


def goal(repo: str | Path = "", branch: str = "", name: str = "g1") -> Goal:
    return replace(GOAL, id=name, request=replace(GOAL.request, repo=str(repo), branch=branch))


def git(directory: Path, *words: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ("git", *identity, *words), cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository with one commit on `main` and another one on `side`."""
    directory = tmp_path / "source"
    write(directory, "a.txt", "one\n")
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", ".")
    git(directory, "commit", "-q", "-m", "first")
    git(directory, "checkout", "-q", "-b", "side")
    write(directory, "side.txt", "side\n")
    git(directory, "add", ".")
    git(directory, "commit", "-q", "-m", "second")
    git(directory, "checkout", "-q", "main")
    return directory


def write(directory: Path, name: str, text: str) -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def relative(path: Path) -> str:
    return os.path.relpath(path)


def strange(directory: Path) -> Path:
    """A file whose name is no text and would break a line."""
    return Path(os.fsdecode(os.fsencode(directory) + b'/\xff\n"name'))


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


# --- where a workspace comes from ---------------------------------------------------------------------


async def test_without_a_repository_a_workspace_is_empty(workspaces: LocalWorkspaces, state: Path) -> None:
    assert (await workspaces.open(GOAL), names(state / "workspaces/g1")) == (state / "workspaces/g1", set())


async def test_a_repository_is_cloned_onto_a_branch_of_the_goal(
    workspaces: LocalWorkspaces, source: Path
) -> None:
    place = await workspaces.open(goal(source))
    assert (names(place), git(place, "branch", "--show-current")) == ({".git", "a.txt"}, "goal/g1")


async def test_the_branch_asked_for_is_where_it_begins(workspaces: LocalWorkspaces, source: Path) -> None:
    place = await workspaces.open(goal(source, "side"))
    assert (names(place), git(place, "branch", "--show-current")) == (
        {".git", "a.txt", "side.txt"},
        "goal/g1",
    )


async def test_a_relative_path_is_read_from_where_we_are(workspaces: LocalWorkspaces, source: Path) -> None:
    place = await workspaces.open(goal(relative(source)))
    assert names(place) == {".git", "a.txt"}


async def test_a_clone_shares_no_file_with_its_source(workspaces: LocalWorkspaces, source: Path) -> None:
    place = await workspaces.open(goal(source))
    assert {path.stat().st_nlink for path in (place / ".git/objects").rglob("*") if path.is_file()} == {1}


async def test_a_plain_directory_is_copied_without_repositories(
    workspaces: LocalWorkspaces, tmp_path: Path
) -> None:
    plain = tmp_path / "plain"
    write(plain, "sub/b.txt", "b\n")
    write(plain, "sub/.git/config", "[core]\n")
    (plain / "link").symlink_to("sub/b.txt")
    os.mkfifo(plain / "pipe")
    place = await workspaces.open(goal(plain))
    assert (names(place), names(place / "sub"), str((place / "link").readlink())) == (
        {"sub", "link"},
        {"b.txt"},
        "sub/b.txt",
    )


async def test_opening_again_changes_nothing(workspaces: LocalWorkspaces, source: Path, state: Path) -> None:
    place = await workspaces.open(goal(source))
    write(place, "a.txt", "changed\n")
    assert (await again(state).open(goal(source)), (place / "a.txt").read_text()) == (place, "changed\n")


async def test_a_workspace_that_is_gone_is_begun_anew_and_its_agent_is_to_be_told(
    workspaces: LocalWorkspaces,
) -> None:
    begun = await workspaces.news(GOAL), await workspaces.open(GOAL), await workspaces.news(GOAL)
    begun[1].rename(begun[1].with_name("elsewhere"))
    gone = replace(GOAL, base_tree="settled")
    await workspaces.open(gone)
    told = await workspaces.news(gone)
    await workspaces.heard(gone)
    assert (begun[0], begun[2], told, await workspaces.news(gone)) == ("", "", LOST, "")


async def test_a_half_made_workspace_is_made_anew(
    workspaces: LocalWorkspaces, source: Path, state: Path
) -> None:
    write(state / "workspaces/.g1.half-made", "left", "behind")
    assert names(await workspaces.open(goal(source))) == {".git", "a.txt"}
    assert names(state / "workspaces") == {"g1"}


async def refused(workspaces: LocalWorkspaces, wanted: Goal) -> str:
    with pytest.raises(BadRequest) as refusal:
        await workspaces.open(wanted)
    return str(refusal.value)


async def test_a_repository_that_is_not_there_is_said(workspaces: LocalWorkspaces, tmp_path: Path) -> None:
    said = await refused(workspaces, goal(tmp_path / "gone"))
    assert said == f"There is no repository or directory {tmp_path / 'gone'}."
    assert names(tmp_path / "state/workspaces") == set()


async def test_a_branch_that_is_not_there_is_said(workspaces: LocalWorkspaces, source: Path) -> None:
    said = await refused(workspaces, goal(source, "gone"))
    assert (
        said == f"The repository {source} cannot be cloned: Remote branch gone not found in upstream origin."
    )


async def test_a_refusal_shows_no_password(workspaces: LocalWorkspaces) -> None:
    said = await refused(workspaces, goal("http://me:secret@127.0.0.1:9/x.git"))
    assert said.startswith("The repository http://127.0.0.1:9/x.git cannot be cloned: ")
    assert "secret" not in said


async def test_a_repository_cannot_name_a_program(workspaces: LocalWorkspaces, tmp_path: Path) -> None:
    await refused(workspaces, goal(f"ext::touch {tmp_path}/ran"))
    await refused(workspaces, goal(f"--upload-pack=touch {tmp_path}/ran"))
    await refused(workspaces, goal(f"ext://touch {tmp_path}/ran"))
    assert not (tmp_path / "ran").exists()


async def test_a_copy_that_would_hold_our_state_is_refused(tmp_path: Path) -> None:
    said = await refused(again(tmp_path / "plain/.goalward"), goal(tmp_path / "plain"))
    assert "may not lie inside" in said


async def test_a_directory_of_its_own_is_worked_in_directly(state: Path, tmp_path: Path) -> None:
    fixed = write(tmp_path / "mine", "a.txt", "a\n").parent
    workspaces = LocalWorkspaces(state, LocalExecutor(state), fixed=fixed)
    assert (await workspaces.open(GOAL), names(fixed)) == (fixed, {"a.txt"})


async def test_state_inside_the_directory_worked_in_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "mine/.state"
    state.mkdir(parents=True)
    (tmp_path / "link").symlink_to("mine")
    workspaces = LocalWorkspaces(state, LocalExecutor(state), fixed=tmp_path / "link")
    assert "may not lie inside" in await refused(workspaces, GOAL)


async def test_too_many_files_are_refused(state: Path, tmp_path: Path) -> None:
    for n in range(4):
        write(tmp_path / "many", f"sub{n}/file", "")
    assert "more than 3 files" in await refused(small(state, tmp_path / "many"), GOAL)
    assert "more than 3 files" in await refused(small(state), goal(tmp_path / "many"))


async def test_a_clone_that_is_too_large_is_not_kept(state: Path, source: Path) -> None:
    for n in range(4):
        write(source, f"{n}.txt", "")
    git(source, "add", ".")
    git(source, "commit", "-q", "-m", "many")
    assert "more than 3 files" in await refused(small(state), goal(source))
    assert names(state / "workspaces") == set()


async def test_a_reopened_goal_works_where_the_first_of_its_line_did_and_begins_from_what_is_there(
    workspaces: LocalWorkspaces, state: Path
) -> None:
    first = await workspaces.open(goal())
    write(first, "kept", "a")
    await workspaces.snapshot(goal(), 1)
    again = replace(goal(name="g2"), home="g1", reopens="g1")
    assert await workspaces.open(again) == first
    write(first, "new", "b")
    snapshot = await workspaces.snapshot(again, 1)
    assert [file.path for file in snapshot.files] == ["new"]


async def test_a_reopened_workspace_that_is_too_large_by_now_is_kept(state: Path) -> None:
    first = await small(state).open(goal())
    for n in range(4):
        write(first, f"{n}.txt", "")
    assert "more than 3 files" in await refused(small(state), replace(goal(name="g2"), home="g1"))
    assert len(names(first)) == 4


async def test_too_many_bytes_are_refused(state: Path, tmp_path: Path) -> None:
    os.truncate(write(tmp_path / "big", "file", ""), 1_000_000_001)
    assert "more than 1 GB" in await refused(small(state, tmp_path / "big"), GOAL)
    assert "1 GB" in await refused(small(state), goal(tmp_path / "big"))


async def test_what_is_ignored_does_not_count(state: Path, tmp_path: Path) -> None:
    for name in ("built/1", "built/2", "built/3"):
        write(tmp_path / "mine", name, "")
    fixed = write(tmp_path / "mine", ".gitignore", "built/\n").parent
    assert await small(state, fixed).open(GOAL) == fixed


# --- turns --------------------------------------------------------------------------------------------


async def test_a_turn_shows_what_it_changed_and_what_changed_in_all(
    workspaces: LocalWorkspaces, source: Path
) -> None:
    wanted = goal(source)
    place = await workspaces.open(wanted)
    await workspaces.snapshot(wanted, 0)
    write(place, "a.txt", "one\ntwo\n")
    await workspaces.snapshot(wanted, 1)
    write(place, "sub/new.txt", "x\ny\n")
    second = await workspaces.snapshot(wanted, 2)
    assert second.changed == (FileChange("sub/new.txt", 2, 0),)
    assert second.files == (FileChange("a.txt", 1, 0), FileChange("sub/new.txt", 2, 0))


async def test_the_same_content_is_the_same_tree(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    write(place, "a.txt", "a\n")
    first = await workspaces.snapshot(GOAL, 1)
    write(place, "a.txt", "b\n")
    assert (await workspaces.snapshot(GOAL, 2)).tree != first.tree
    write(place, "a.txt", "a\n")
    assert (await workspaces.snapshot(GOAL, 3)).tree == first.tree
    assert (await workspaces.snapshot(GOAL, 4)).changed == ()


async def test_a_change_of_the_same_size_in_the_same_instant_is_seen(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    trees = set()
    for turn in range(1, 50):
        write(place, "a.txt", f"{turn:03}\n")
        trees.add((await workspaces.snapshot(GOAL, turn)).tree)
    assert len(trees) == 49


async def test_a_change_with_its_time_set_back_is_seen(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    path = write(place, "a.txt", "one\n")
    os.utime(path, (1, 1))
    first = await workspaces.snapshot(GOAL, 1)
    path.write_text("two\n")
    os.utime(path, (1, 1))
    assert (await workspaces.snapshot(GOAL, 2)).tree != first.tree


async def test_the_same_turn_recorded_again_counts_once(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    write(place, "a.txt", "a\n")
    await workspaces.snapshot(GOAL, 1)
    write(place, "b.txt", "b\n")
    twice = await workspaces.snapshot(GOAL, 1)
    assert twice.changed == twice.files == (FileChange("a.txt", 1, 0), FileChange("b.txt", 1, 0))
    assert (await workspaces.snapshot(GOAL, 1)) == twice


async def test_a_late_look_at_an_earlier_turn_forgets_nothing(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    write(place, "a.txt", "a\n")
    await workspaces.snapshot(GOAL, 2)
    await workspaces.snapshot(GOAL, 0)
    assert (await workspaces.snapshot(GOAL, 3)).files == (FileChange("a.txt", 1, 0),)


async def test_a_restart_changes_nothing(workspaces: LocalWorkspaces, state: Path) -> None:
    place = await workspaces.open(GOAL)
    write(place, "sub/a.txt", "a\n")
    before = await workspaces.snapshot(GOAL, 1)
    assert await again(state).snapshot(GOAL, 1) == before
    write(place, "sub/a.txt", "b\n")
    assert (await again(state).snapshot(GOAL, 2)).changed == (FileChange("sub/a.txt", 1, 1),)


async def test_modes_links_and_deletions_are_changes(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    for name in ("run.sh", "gone.txt", "link"):
        write(place, name, "x\n")
    await workspaces.snapshot(GOAL, 0)
    (place / "run.sh").chmod(0o755)
    (place / "gone.txt").unlink()
    (place / "link").unlink()
    (place / "link").symlink_to("run.sh")
    changed = (await workspaces.snapshot(GOAL, 1)).changed
    assert {change.path for change in changed} == {"run.sh", "gone.txt", "link"}


async def test_names_and_contents_that_are_no_text_are_kept(workspaces: LocalWorkspaces, state: Path) -> None:
    place = await workspaces.open(GOAL)
    strange(place).write_bytes(b"\0\xff")
    first = await workspaces.snapshot(GOAL, 1)
    assert first.changed == (FileChange('�\n"name', 0, 0),)
    assert await again(state).snapshot(GOAL, 1) == first


async def test_ignored_files_are_left_out(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    write(place, ".gitignore", "*.log\nbuild/\n")
    write(place, "sub/.gitignore", "*.txt\n!keep.txt\n/here\n")
    for name in ("x.log", "build/out", "sub/no.txt", "sub/keep.txt", "sub/here", "here", "sub/build/x"):
        write(place, name, "x\n")
    files = (await workspaces.snapshot(GOAL, 1)).files
    assert [f.path for f in files] == [".gitignore", "here", "sub/.gitignore", "sub/keep.txt"]


async def test_a_new_ignore_rule_hides_no_file_that_was_kept(
    workspaces: LocalWorkspaces, state: Path
) -> None:
    place = await workspaces.open(GOAL)
    write(place, "tests/test_a.py", "assert True\n")
    await workspaces.snapshot(GOAL, 0)
    write(place, ".gitignore", "tests/\n")
    await workspaces.snapshot(GOAL, 1)
    write(place, "tests/test_a.py", "pass\n")
    assert (await again(state).snapshot(GOAL, 2)).changed == (FileChange("tests/test_a.py", 1, 1),)


async def test_a_large_file_is_kept_by_its_hash(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    write(place, "large", "x" * 3_000_000)
    first = await workspaces.snapshot(GOAL, 1)
    write(place, "large", "x" * 2_999_999 + "y")
    assert (await workspaces.snapshot(GOAL, 2)).tree != first.tree
    assert len(await workspaces.diff("g1")) < 1000


async def test_many_snapshots_at_once_agree(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    write(place, "a.txt", "a\n")
    found = await asyncio.gather(*(workspaces.snapshot(GOAL, 1) for _ in range(10)))
    assert len(set(found)) == 1


# --- diffs --------------------------------------------------------------------------------------------


async def test_a_diff_shows_one_turn_or_all_also_after_a_restart(
    workspaces: LocalWorkspaces, state: Path
) -> None:
    place = await workspaces.open(GOAL)
    for turn in (1, 2):
        write(place, f"{turn}.txt", f"{turn}\n")
        await workspaces.snapshot(GOAL, turn)
    restarted = again(state)
    second, everything = await restarted.diff("g1", 2), await restarted.diff("g1")
    assert ("+++ b/2.txt\n@@ -0,0 +1 @@\n+2\n" in second, "1.txt" in second) == (True, False)
    assert "+++ b/1.txt" in everything and "+++ b/2.txt" in everything
    assert (await restarted.diff("g1", 3), await restarted.diff("none")) == ("", "")


async def test_a_long_diff_says_what_it_leaves_out(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    for n in range(4):
        write(place, f"{n}.txt", "a line\n" * 100_000)
    await workspaces.snapshot(GOAL, 1)
    shown = await workspaces.diff("g1")
    assert len(shown) < 2_100_000
    assert shown.endswith("[… the changes of 2 more files are too long to be shown …]\n")


# --- what an agent may try ----------------------------------------------------------------------------


def trap(place: Path, program: Path) -> None:
    """Everything in a repository that makes git run a program."""
    git(place, "init", "-q")
    for name in ("core.fsmonitor", "core.editor", "filter.x.clean", "filter.x.smudge", "filter.x.process"):
        git(place, "config", name, str(program))
    for name in ("diff.x.textconv", "diff.x.command", "diff.external", "core.pager", "core.sshCommand"):
        git(place, "config", name, str(program))
    for hook in ("reference-transaction", "post-checkout", "pre-commit", "post-index-change", "post-commit"):
        (place / ".git/hooks").mkdir(exist_ok=True)
        (place / ".git/hooks" / hook).symlink_to(program)
    write(place, ".gitattributes", "* filter=x diff=x merge=x\n")
    write(place, ".git/info/attributes", "* filter=x diff=x\n")


async def test_nothing_that_an_agent_sets_up_in_its_repositories_runs(
    workspaces: LocalWorkspaces, source: Path, tmp_path: Path
) -> None:
    wanted = goal(source)
    place = await workspaces.open(wanted)
    program = write(tmp_path, "program", f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    program.chmod(0o755)
    for repository in (place, place / "nested"):
        write(repository, "b.txt", "b\n")
        trap(repository, program)
    (tmp_path / "ran").unlink(missing_ok=True)
    found = await workspaces.snapshot(wanted, 1)
    shown = await workspaces.diff("g1") + await workspaces.diff("g1", 1)
    await workspaces.open(wanted)
    assert {f.path for f in found.files} == {
        ".gitattributes",
        "b.txt",
        "nested/.gitattributes",
        "nested/b.txt",
    }
    assert ("+b\n" in shown, (tmp_path / "ran").exists()) == (True, False)


async def test_attributes_hide_no_line(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    write(place, ".gitattributes", "* -diff binary eol=crlf text working-tree-encoding=UTF-16\n")
    write(place, "a.txt", "one\r\ntwo\n")
    await workspaces.snapshot(GOAL, 1)
    assert "+one\r\n+two\n" in await workspaces.diff("g1")


async def test_nothing_outside_the_workspace_is_read(workspaces: LocalWorkspaces, tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/secret.txt", "secret\n").parent
    git(outside, "init", "-q")
    place = await workspaces.open(GOAL)
    (place / "sub").mkdir()
    for name, target in (("dir", outside), ("file", outside / "secret.txt"), ("sub/.git", outside / ".git")):
        (place / name).symlink_to(target)
    write(place, ".git", f"gitdir: {outside}/.git\n")
    await workspaces.snapshot(GOAL, 1)
    shown = await workspaces.diff("g1")
    assert ("secret\n" in shown.replace("secret.txt\n", ""), "+++ b/dir\n" in shown, ".git\n" in shown) == (
        False,
        True,
        False,
    )


async def test_an_ignore_file_that_is_a_pipe_or_a_link_is_not_opened(
    workspaces: LocalWorkspaces, tmp_path: Path
) -> None:
    place = await workspaces.open(GOAL)
    write(place, "pipe/a.txt", "a\n")
    write(place, "link/a.txt", "a\n")
    os.mkfifo(place / "pipe/.gitignore")
    (place / "link/.gitignore").symlink_to(write(tmp_path, "rules", "*.txt\n"))
    async with asyncio.timeout(30):
        found = await workspaces.snapshot(GOAL, 1)
    assert [f.path for f in found.files] == ["link/.gitignore", "link/a.txt", "pipe/a.txt"]


async def test_files_that_cannot_be_read_are_left_out(workspaces: LocalWorkspaces, state: Path) -> None:
    place = await workspaces.open(GOAL)
    os.mkfifo(place / "pipe")
    listening = await asyncio.start_unix_server(lambda r, w: None, place / "socket")
    write(place, "a.txt", "a\n")
    assert [f.path for f in (await workspaces.snapshot(GOAL, 1)).files] == ["a.txt"]
    listening.close()


async def test_directories_without_end_are_refused_with_a_sentence(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(GOAL)
    await LocalExecutor(place.parent.parent).run(
        Command(cwd=place, shell="for n in $(seq 600); do mkdir d; cd d; done; echo x > x")
    )
    with pytest.raises(BadRequest, match="levels deep"):
        await workspaces.snapshot(GOAL, 1)


async def test_an_agents_git_does_not_find_a_repository_above_its_workspace(tmp_path: Path) -> None:
    state = tmp_path / "project/.goalward"
    write(tmp_path / "project", "a.txt", "a\n")
    git(tmp_path / "project", "init", "-q")
    executor = LocalExecutor(state)
    place = await LocalWorkspaces(state, executor).open(GOAL)
    ran = await executor.run(Command(cwd=place, argv=("git", "rev-parse", "--show-toplevel")))
    assert ran.exit_code == 128


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB, where we may mount one."""
    place = tmp_path / "state" / "shadow"
    place.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a file system needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


async def test_a_full_disk_is_waited_for_and_loses_no_turn(tmp_path: Path, tiny_disk: Path) -> None:
    spaces = LocalWorkspaces(tmp_path / "state", LocalExecutor(tmp_path / "state"))
    mine = GOAL
    directory = await spaces.open(mine)
    filler = tiny_disk / "filler"
    filler.write_bytes(b"x" * 3_500_000)
    for number in range(8):
        (directory / f"{number}.bin").write_bytes(os.urandom(400_000))
    with pytest.raises(StoreUnavailable, match="full"):
        await spaces.snapshot(mine, 1)
    filler.unlink()
    for number in range(2, 8):
        (directory / f"{number}.bin").unlink()
    assert [change.path for change in (await spaces.snapshot(mine, 1)).files] == ["0.bin", "1.bin"]


async def test_a_workspace_that_was_replaced_by_a_link_is_refused(
    workspaces: LocalWorkspaces, tmp_path: Path
) -> None:
    write(tmp_path / "elsewhere", "secret.txt", "not the goal's\n")
    place = await workspaces.open(goal())
    place.rmdir()
    place.symlink_to(tmp_path / "elsewhere")
    for look in (workspaces.snapshot(goal(), 1), workspaces.open(goal())):
        with pytest.raises(BadRequest, match="was replaced by a link"):
            await look


async def test_a_workspace_that_is_gone_is_said_in_a_sentence(workspaces: LocalWorkspaces) -> None:
    (await workspaces.open(goal())).rmdir()
    with pytest.raises(BadRequest, match="is gone: it was removed while the agent worked"):
        await workspaces.snapshot(goal(), 1)


async def test_a_link_in_the_place_of_a_half_made_workspace_is_not_followed(
    workspaces: LocalWorkspaces, state: Path, tmp_path: Path
) -> None:
    kept = write(tmp_path / "elsewhere", "kept.txt", "x\n")
    (state / "workspaces").mkdir(parents=True)
    (state / "workspaces" / ".g1.half-made").symlink_to(kept.parent)
    place = await workspaces.open(goal())
    assert (list(place.iterdir()), kept.exists()) == ([], True)


async def test_an_ignore_file_made_to_take_for_ever_takes_no_time(workspaces: LocalWorkspaces) -> None:
    place = await workspaces.open(goal())
    write(place, ".gitignore", "a*" * 100 + "b\n" + "**/a/" * 90 + "b\n*.log\n")
    write(place, "a" * 200, "x\n")
    write(place, "/".join("a" * 150), "x\n")
    write(place, "x.log", "x\n")
    async with asyncio.timeout(10):
        found = await workspaces.snapshot(goal(), 1)
    assert [len(f.path) for f in found.files] == [len(".gitignore"), 299, 200]


async def test_a_pipe_in_the_place_of_our_own_files_keeps_nobody_waiting(state: Path) -> None:
    await again(state).open(goal())
    ref = state / "shadow/g1.git/refs/goals/g1"
    ref.unlink()
    os.mkfifo(ref)
    async with asyncio.timeout(30):
        with pytest.raises((KeyError, ValueError)):
            await again(state).snapshot(goal(), 1)
