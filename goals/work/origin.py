"""Where a workspace comes from: nothing, a clone of a repository, or a copy of a plain directory."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path

from goals.domain.errors import BadRequest
from goals.domain.values import Goal
from goals.ports import Command, Executor
from goals.work.libgit import pygit2
from goals.work.tree import Size

TIMEOUT = 600.0
REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|[\w.-]+@[\w.-]+:)", re.IGNORECASE)
OURS = ("workspaces", "shadow", "checkouts", "running", "scratch", "lookouts", "mirrors")
"""Folders of the state directory that no goal begins with."""
_NOT_THERE = "There is no repository or directory {} that a goal could begin with."
GIT = (
    *(
        "git",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "protocol.ext.allow=never",
    ),
    *("-c", "core.symlinks=true", "-c", "advice.detachedHead=false", "-c", "init.defaultBranch=main"),
)
GIT_ENV = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}


async def bring(goal: Goal, directory: Path, state: Path, executor: Executor, largest: Size) -> None:
    """Make the goal's workspace, all or nothing. Raises BadRequest with a sentence when it cannot be made."""
    half_made = directory.with_name(f".{directory.name}.half-made")
    try:
        await fill(goal, half_made, state, executor, largest)
        await asyncio.to_thread(_publish, half_made, directory)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, half_made, True)
        raise


async def begin_at(goal: Goal, directory: Path, commit: str, executor: Executor) -> None:
    """Put a clone's branch of the goal back to where it began. Raises BadRequest with a sentence."""
    await _git(goal, executor, directory, "checkout", "--quiet", "-B", f"goal/{goal.id}", commit)


def cloned_at(directory: Path) -> str:
    """The commit that a fresh clone stands at; empty for what is no clone, or an empty one. Blocks."""
    try:
        return str(pygit2.Repository(str(directory)).head.target)
    except (pygit2.GitError, KeyError):
        return ""


def remote_of(repo: str) -> str:
    """The URL that a repository has elsewhere, `origin` of one on this machine; empty for none. Blocks."""
    if REMOTE.match(repo):
        return repo
    try:
        return str(pygit2.Repository(str(_local(repo))).remotes["origin"].url or "")
    except (pygit2.GitError, KeyError, ValueError):
        return ""


async def fill(goal: Goal, directory: Path, state: Path, executor: Executor, largest: Size) -> None:
    """Begin the goal's workspace in a directory, whatever was in its place. Raises BadRequest with a sentence."""
    await asyncio.to_thread(_fresh, directory)
    repo = goal.request.repo
    if not repo:
        return
    if REMOTE.match(repo):
        await _clone(goal, repo, directory, executor)
        return
    source = _local(repo)
    await asyncio.to_thread(_refuse_ours, source, state)
    if await asyncio.to_thread(_is_repository, source):
        await _clone(goal, str(source), directory, executor)
    else:
        await asyncio.to_thread(_copy, source, directory, state, largest)


async def _clone(goal: Goal, source: str, directory: Path, executor: Executor) -> None:
    """A full clone of its own, without sharing a file with its source, on the branch `goal/<id>`."""
    await _copied(goal, source, directory, executor)
    await _git(goal, executor, directory, "checkout", "--quiet", "-b", f"goal/{goal.id}")


def standing(repo: str, state: Path) -> Path:
    """Where a repository or directory of this machine is. Raises BadRequest for one that is not there. Blocks."""
    source = _local(repo)
    _refuse_ours(source, state)
    if not source.is_dir():
        raise BadRequest(f"There is no repository or directory {source}.")
    return source


async def newest(goal: Goal, directory: Path, executor: Executor) -> str:
    """The commit at the head of the goal's repository, or of its branch. Raises BadRequest with a sentence."""
    branch = goal.request.branch
    ref = f"refs/heads/{branch}" if branch else "HEAD"
    found = await _git(goal, executor, directory, "ls-remote", "--quiet", "--", _source(goal), ref)
    if not found.split():
        raise BadRequest(
            f"The repository {without_password(goal.request.repo)} has no branch {branch or ref}."
        )
    return found.split()[0]


async def copy(goal: Goal, directory: Path, executor: Executor) -> None:
    """The newest commit of the goal's repository alone, to look at. Raises BadRequest with a sentence."""
    await _copied(goal, _source(goal), directory, executor, "--depth=1", "--single-branch")


def _source(goal: Goal) -> str:
    repo = goal.request.repo
    return repo if REMOTE.match(repo) else _local(repo).as_uri()


async def _copied(goal: Goal, source: str, directory: Path, executor: Executor, *how: str) -> None:
    branch = ("--branch", goal.request.branch) if goal.request.branch else ()
    words = ("--quiet", "--no-hardlinks", "--template=", *how, *branch, "--", source, ".")
    await _git(goal, executor, directory, "clone", *words)


async def _git(goal: Goal, executor: Executor, directory: Path, *words: str) -> str:
    """What git printed."""
    ran = await executor.run(
        Command(
            cwd=directory,
            argv=(*GIT, *words),
            env=GIT_ENV,
            timeout=TIMEOUT,
            goal_id=goal.id,
            confinement=None,
        )
    )
    if ran.exit_code != 0:
        why = (
            f"it took longer than {TIMEOUT:.0f} seconds"
            if ran.stopped == "timeout"
            else last_line(ran.output)
        )
        raise BadRequest(f"The repository {without_password(goal.request.repo)} cannot be cloned: {why}.")
    return ran.output


def _refuse_ours(source: Path, state: Path) -> None:
    """Raises BadRequest for other goals' work and for our own records of it."""
    if source.resolve() == state.resolve():
        raise BadRequest(_NOT_THERE.format(source))
    for name in OURS:
        refuse_within(source, state / name)


def refuse_within(source: Path, place: Path) -> None:
    """Raises BadRequest for a repository or directory in a place of ours. Blocks."""
    if source.resolve().is_relative_to(place.resolve()):
        raise BadRequest(_NOT_THERE.format(source))


def _copy(source: Path, directory: Path, state: Path, largest: Size) -> None:
    if not source.is_dir():
        raise BadRequest(f"There is no repository or directory {source}.")
    if state.resolve().is_relative_to(source.resolve()):
        raise BadRequest(
            f"The state directory {state} may not lie inside the directory {source} to be copied."
        )
    _measure(source, largest)
    shutil.copytree(source, directory, symlinks=True, ignore=_skipped, dirs_exist_ok=True)


def _skipped(directory: str, names: list[str]) -> list[str]:
    """`.git`, and what is no file, directory or link."""
    paths = {name: Path(directory, name) for name in names}
    return [name for name, path in paths.items() if name == ".git" or not (path.is_symlink() or _plain(path))]


def _plain(path: Path) -> bool:
    return path.is_file() or path.is_dir()


def _measure(source: Path, largest: Size) -> None:
    files = size = 0
    for directory, folders, names in os.walk(source):
        if ".git" in folders:
            folders.remove(".git")
        files += len(names)
        size += sum(Path(directory, name).lstat().st_size for name in names)
        if files > largest.files or size > largest.bytes:
            raise BadRequest(
                f"The directory {source} is too large to be copied: "
                f"more than {largest.files:,} files or {largest.bytes / 1e9:g} GB."
            )


def _local(repo: str) -> Path:
    return Path(repo).expanduser().absolute()


def _is_repository(source: Path) -> bool:
    return (source / ".git").exists() or ((source / "HEAD").is_file() and (source / "objects").is_dir())


def _fresh(directory: Path) -> None:
    """An empty directory, whatever was in its place; a link there is not followed."""
    if directory.is_symlink() or directory.is_file():
        directory.unlink()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)


def _publish(half_made: Path, directory: Path) -> None:
    """Bring everything to the disk before it gets its name."""
    os.sync()
    half_made.rename(directory)


def last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()] or ["git gave no reason"]
    told = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
    return told.removeprefix("fatal: ").removeprefix("error: ").rstrip(".")


def without_password(repo: str) -> str:
    return re.sub(r"//[^/@]*@", "//", repo)
