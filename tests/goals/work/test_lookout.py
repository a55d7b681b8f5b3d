"""Where monitors look: a directory as it is, the newest commit of a repository elsewhere, or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from goals.domain.errors import BadRequest
from goals.domain.values import Goal
from goals.domain.watching import Watch
from goals.work.executor import LocalExecutor
from goals.work.lookout import Lookouts
from tests.goals.work.test_workspace import git, write
from tests.goals.work.test_workspace import goal as working
from tests.peers.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def lookouts(tmp_path: Path, clock: ManualClock) -> Lookouts:
    state = tmp_path / "state"
    return Lookouts(state, LocalExecutor(state), clock)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    directory = tmp_path / "source"
    write(directory, "depth.txt", "12\n")
    git(directory, "init", "--quiet", "--initial-branch=main")
    commit(directory)
    return directory


def commit(directory: Path) -> None:
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message=more")


def goal(repo: Path | str = "", branch: str = "", every: float = 60.0) -> Goal:
    plain = working(repo, branch)
    return replace(plain, request=replace(plain.request, watch=Watch(every=every)))


async def seen(lookouts: Lookouts, of: Goal) -> dict[str, str]:
    """The files that are found, by name."""
    async with lookouts.at(of) as place:
        return {path.name: path.read_text() for path in place.iterdir() if path.is_file()}


async def test_without_a_repository_there_is_nothing(lookouts: Lookouts) -> None:
    assert await seen(lookouts, goal()) == {}


async def test_a_directory_of_this_machine_is_read_where_it_is(lookouts: Lookouts, source: Path) -> None:
    async with lookouts.at(goal(source)) as place:
        assert place == source


async def test_a_branch_is_read_from_a_copy_that_follows_it_once_a_minute(
    lookouts: Lookouts, source: Path, clock: ManualClock
) -> None:
    first = await seen(lookouts, goal(source, "main"))
    write(source, "depth.txt", "2\n")
    commit(source)
    at_once = await seen(lookouts, goal(source, "main"))
    clock.advance(61)
    later = await seen(lookouts, goal(source, "main"))

    assert [found["depth.txt"] for found in (first, at_once, later)] == ["12\n", "12\n", "2\n"]


async def test_what_somebody_looks_at_stays_as_it_is_until_he_has_looked(
    lookouts: Lookouts, source: Path, clock: ManualClock
) -> None:
    async with lookouts.at(goal(source, "main")) as place:
        write(source, "depth.txt", "2\n")
        commit(source)
        clock.advance(61)
        newer = await seen(lookouts, goal(source, "main"))
        older = (place / "depth.txt").read_text()

    assert (newer["depth.txt"], older, place.exists()) == ("2\n", "12\n", False)


async def test_what_cannot_be_had_is_said_and_not_asked_again_before_a_minute_has_passed(
    lookouts: Lookouts, source: Path, clock: ManualClock
) -> None:
    gone = goal(source, "later")
    said = await refusal(lookouts, gone)
    git(source, "branch", "later")
    at_once = await refusal(lookouts, gone)
    clock.advance(61)

    assert said == at_once == f"The repository {source} has no branch later."
    assert await seen(lookouts, gone) == {"depth.txt": "12\n"}


async def test_a_directory_that_is_not_there_is_said(lookouts: Lookouts, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert (
        await refusal(lookouts, goal(missing)) == f"There is no repository or directory {missing.absolute()}."
    )


async def test_two_at_once_are_given_one_copy(lookouts: Lookouts, source: Path) -> None:
    async def where() -> Path:
        async with lookouts.at(goal(source, "main")) as place:
            return place

    first, second = await asyncio.gather(where(), where())
    assert first == second


async def refusal(lookouts: Lookouts, of: Goal) -> str:
    with pytest.raises(BadRequest) as refused:
        await seen(lookouts, of)
    return str(refused.value)
