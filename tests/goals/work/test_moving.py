"""A goal goes on on another machine where it stood, and is told what of its workspace did not come with it."""

import asyncio
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.working import snapshots_at
from goals.domain.errors import BadRequest, NotNow, StaleGoal, StoreUnavailable
from goals.domain.values import Goal, Origin, Person, Request
from goals.work.executor import LocalExecutor
from goals.work.restoring import LOST
from goals.work.tree import LARGE
from goals.work.workspace import LocalWorkspaces

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
GOAL = Goal("g1", Request("anything"), Person("ann"), Origin("local", "demo", "1"), NOON, NOON)


class Machine:
    """One of several that share a volume. `epoch` counts how often the goal was taken over."""

    def __init__(self, place: Path, name: str, snapshots: str | Path) -> None:
        self.state = place / name
        executor = LocalExecutor(self.state, environ={"PATH": "/usr/bin:/bin"})
        stored = snapshots_at(str(snapshots), executor)
        self.workspaces = LocalWorkspaces(self.state, executor, snapshots=stored)

    async def turn(self, goal: Goal, turn: int, **files: str) -> str:
        """Take a turn that writes these files; returns what saving says."""
        place = await self.workspaces.open(goal)
        for name, text in files.items():
            (place / name).write_text(text)
        await self.workspaces.snapshot(goal, turn)
        return await self.workspaces.save(goal)

    async def finds(self, goal: Goal) -> dict[str, str]:
        """The files of the goal's workspace."""
        place = await self.workspaces.open(goal)
        return {path.name: path.read_text() for path in place.iterdir() if path.is_file()}


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    place = tmp_path / "volume"
    place.mkdir()
    return place


@pytest.fixture
def one(tmp_path: Path, volume: Path) -> Machine:
    return Machine(tmp_path, "one", volume)


@pytest.fixture
def other(tmp_path: Path, volume: Path) -> Machine:
    return Machine(tmp_path, "other", volume)


def write(path: Path, text: str) -> None:
    path.write_text(text)


def unmount(volume: Path) -> None:
    volume.rename(volume.with_name("unmounted"))


def mount(volume: Path) -> None:
    volume.with_name("unmounted").rename(volume)


def names(volume: Path) -> list[str]:
    return sorted(path.stem for path in volume.iterdir())


def taken_over(goal: Goal = GOAL) -> Goal:
    return replace(goal, epoch=goal.epoch + 1, base_tree="settled")


def git(directory: Path, *words: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@localhost")
    done = subprocess.run(
        ("git", *identity, *words), cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository with one commit."""
    directory = tmp_path / "source"
    directory.mkdir()
    (directory / "a").write_text("one\n")
    git(directory, "init", "-q", "-b", "main")
    commit(directory, "first")
    return directory


def commit(directory: Path, what: str) -> str:
    git(directory, "add", ".")
    git(directory, "commit", "-q", "-m", what)
    return git(directory, "rev-parse", "HEAD")


def of(source: Path) -> Goal:
    return replace(GOAL, request=replace(GOAL.request, repo=str(source)))


async def test_another_machine_goes_on_where_the_last_turn_ended(one: Machine, other: Machine) -> None:
    await one.turn(GOAL, 0, a="begun")
    await one.turn(GOAL, 1, a="done", b="new")
    assert await other.finds(taken_over()) == {"a": "done", "b": "new"}


async def test_what_was_not_recorded_and_what_git_ignores_does_not_come_and_is_said(
    one: Machine, other: Machine
) -> None:
    await one.turn(GOAL, 1, **{".gitignore": "cache\n", "cache": "made", "a": "done"})
    (one.state / "workspaces/g1/a").write_text("in the middle of a turn")
    found = await other.finds(taken_over())
    said = await other.workspaces.news(GOAL)
    assert (found, said) == (
        {".gitignore": "cache\n", "a": "done"},
        "The workspace was moved to another machine, as it stood after turn 1. What was changed in it since then "
        "is not there, nor are files that git ignores, like installed packages and build results: make again what "
        "you need, and look before you rely on anything.",
    )


async def test_what_is_said_is_said_until_it_was_heard_also_after_a_restart(
    tmp_path: Path, volume: Path, one: Machine, other: Machine
) -> None:
    await one.turn(GOAL, 1, a="done")
    await other.workspaces.open(taken_over())
    again = Machine(tmp_path, "other", volume)
    await again.workspaces.open(taken_over())
    before = await again.workspaces.news(GOAL)
    await again.workspaces.heard(GOAL)
    assert (bool(before), await again.workspaces.news(GOAL)) == (True, "")


async def test_a_large_file_is_named_among_what_is_not_there(one: Machine, other: Machine) -> None:
    await one.turn(GOAL, 1, a="done", film="x" * (LARGE + 1))
    found = await other.finds(taken_over())
    assert (found, "These large files are not there: film." in await other.workspaces.news(GOAL)) == (
        {"a": "done"},
        True,
    )


async def test_a_large_file_of_the_repository_comes_from_there(
    one: Machine, other: Machine, source: Path
) -> None:
    (source / "film").write_text("x" * (LARGE + 1))
    commit(source, "a film")
    await one.turn(of(source), 1, a="done")
    found = await other.finds(taken_over(of(source)))
    assert (len(found["film"]), "film" in await other.workspaces.news(GOAL)) == (LARGE + 1, False)


async def test_a_repository_stands_at_the_commit_with_which_the_goal_began(
    one: Machine, other: Machine, source: Path
) -> None:
    first = git(source, "rev-parse", "HEAD")
    await one.turn(of(source), 1, a="two\n")
    (source / "b").write_text("later\n")
    commit(source, "later")
    place = await other.workspaces.open(taken_over(of(source)))
    assert (
        git(place, "rev-parse", "HEAD"),
        git(place, "branch", "--show-current"),
        git(place, "status", "--porcelain"),
    ) == (first, "goal/g1", "M a")


async def test_a_file_that_the_agent_removed_stays_away(one: Machine, other: Machine, source: Path) -> None:
    goal = of(source)
    (await one.workspaces.open(goal) / "a").unlink()
    await one.turn(goal, 1, b="new")
    assert await other.finds(taken_over(goal)) == {"b": "new"}


async def test_a_workspace_that_others_have_gone_on_with_is_brought_up_to_date(
    one: Machine, other: Machine
) -> None:
    await one.turn(GOAL, 1, a="one", left="behind")
    second = taken_over()
    (await other.workspaces.open(second) / "left").unlink()
    await other.turn(second, 2, a="two")
    assert await one.finds(taken_over(second)) == {"a": "two"}


async def test_who_drives_a_goal_that_nobody_else_has_had_keeps_what_is_not_recorded(one: Machine) -> None:
    await one.turn(GOAL, 1, a="done")
    (one.state / "workspaces/g1/a").write_text("in the middle of a turn")
    assert (await one.finds(taken_over()), await one.workspaces.news(GOAL)) == (
        {"a": "in the middle of a turn"},
        "",
    )


async def test_a_workspace_in_which_others_have_begun_a_turn_is_not_taken_for_the_last_one(
    one: Machine, other: Machine
) -> None:
    await one.turn(GOAL, 1, a="one")
    (one.state / "workspaces/g1/a").write_text("begun here")
    await other.workspaces.open(taken_over())
    found = await one.finds(taken_over(taken_over()))
    assert (found, "after turn 1" in await one.workspaces.news(GOAL)) == ({"a": "one"}, True)


async def test_who_was_overtaken_stores_nothing_any_more(one: Machine, other: Machine) -> None:
    await one.turn(GOAL, 1, a="one")
    await other.turn(taken_over(), 2, a="two")
    with pytest.raises(StaleGoal):
        await one.turn(GOAL, 2, a="woken too late")
    assert await one.finds(taken_over(taken_over())) == {"a": "two"}


async def test_the_same_turn_recorded_again_is_stored_again(one: Machine, other: Machine) -> None:
    await one.turn(GOAL, 0, a="one")
    await one.turn(GOAL, 1, a="two")
    await one.turn(GOAL, 1, a="three")
    assert await other.finds(taken_over()) == {"a": "three"}


async def test_a_restart_between_storing_and_remembering_is_nobody_elses_work(
    tmp_path: Path, volume: Path, one: Machine
) -> None:
    await one.turn(GOAL, 0, a="one")
    await one.turn(GOAL, 1, a="two")
    again = Machine(tmp_path, "one", volume)
    await again.turn(GOAL, 1, a="three")
    (again.state / "workspaces/g1/a").write_text("four")
    assert (await again.finds(taken_over()), await again.workspaces.news(GOAL)) == ({"a": "four"}, "")


async def test_a_volume_that_is_not_there_is_said_once_and_the_turn_is_kept(
    one: Machine, other: Machine, volume: Path
) -> None:
    await one.turn(GOAL, 0, a="one")
    unmount(volume)
    said = [await one.turn(GOAL, turn, a=str(turn)) for turn in (1, 2)]
    mount(volume)
    after = await one.turn(GOAL, 3, a="three")
    assert (said, after, await other.finds(taken_over())) == (
        [
            f"There is no directory {volume} for the snapshots of workspaces: is the volume mounted? "
            "Until it can be, the goal can go on on this machine alone.",
            "",
        ],
        "",
        {"a": "three"},
    )


async def test_where_nobody_can_say_what_others_did_the_goal_waits(
    one: Machine, other: Machine, volume: Path
) -> None:
    await one.turn(GOAL, 0, a="one")
    unmount(volume)
    with pytest.raises(StoreUnavailable, match="is the volume mounted"):
        await other.workspaces.open(taken_over())


async def test_while_nobody_can_say_it_a_goal_goes_on_where_it_stands_as_the_store_says(
    tmp_path: Path, one: Machine, volume: Path
) -> None:
    await one.turn(GOAL, 1, a="one")
    stands = replace(taken_over(), tree=one.workspaces.shadows.of("g1").tree)
    unmount(volume)
    again = Machine(tmp_path, "one", volume)
    found = await again.finds(stands)
    with pytest.raises(StoreUnavailable):
        await Machine(tmp_path, "one", volume).workspaces.open(replace(stands, tree="another"))
    assert found == {"a": "one"}


async def test_a_workspace_that_was_lost_with_its_machine_is_begun_anew_and_that_is_said(
    one: Machine, other: Machine, volume: Path
) -> None:
    await one.turn(GOAL, 1, a="done")
    shutil.rmtree(volume / "g1.git")
    assert (await other.finds(taken_over()), await other.workspaces.news(GOAL)) == ({}, LOST)


async def test_a_goal_that_begins_has_nothing_to_be_told(one: Machine) -> None:
    await one.workspaces.open(GOAL)
    assert await one.workspaces.news(GOAL) == ""


async def test_protected_files_are_compared_with_the_base_of_the_first_machine(
    one: Machine, other: Machine
) -> None:
    goal = replace(GOAL, request=replace(GOAL.request, protect=("a",)))
    await one.turn(goal, 0, a="as it was")
    await one.turn(goal, 1, a="changed")
    moved = taken_over(goal)
    await other.workspaces.open(moved)
    assert await other.workspaces.touched(moved) == ("a",)


async def test_a_reopened_goal_goes_on_elsewhere_from_where_the_old_one_ended(
    one: Machine, other: Machine
) -> None:
    await one.turn(GOAL, 1, a="done")
    reopened = replace(GOAL, id="g2", home="g1", reopens="g1")
    assert await other.finds(reopened) == {"a": "done"}


async def test_a_repository_elsewhere_keeps_the_snapshots_of_all_goals(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "snapshots.git")
    url = (tmp_path / "snapshots.git").as_uri()
    one, other = Machine(tmp_path, "one", url), Machine(tmp_path, "other", url)
    second = replace(GOAL, id="g2")
    await one.turn(GOAL, 1, a="of one")
    await one.turn(second, 1, a="of two")
    moving = other.workspaces.moving
    assert moving
    found = [await other.finds(taken_over(goal)) for goal in (GOAL, second)]
    kept = sorted(await moving.kept())
    await moving.forget("g1")
    assert (found, kept, await moving.kept()) == ([{"a": "of one"}, {"a": "of two"}], ["g1", "g2"], ["g2"])


async def test_nothing_is_pushed_to_the_repository_that_a_goal_works_on(tmp_path: Path, source: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "project.git")
    url = (tmp_path / "project.git").as_uri()
    git(source, "remote", "add", "origin", url)
    said = await Machine(tmp_path, "one", url).turn(of(source), 1, a="done")
    refs = git(tmp_path / "project.git", "for-each-ref")
    assert (said.startswith(f"{url} is the goal's own repository"), refs) == (True, "")


async def test_what_is_stored_of_others_is_nothing_to_begin_with(one: Machine, volume: Path) -> None:
    await one.turn(GOAL, 1, a="secret")
    curious = replace(GOAL, id="g2", request=replace(GOAL.request, repo=str(volume / "g1.git")))
    with pytest.raises(BadRequest, match="that a goal could begin with"):
        await one.workspaces.open(curious)


async def test_a_diff_is_shown_where_nobody_works_on_the_goal(one: Machine, other: Machine) -> None:
    await one.turn(GOAL, 0, a="one\n")
    await one.turn(GOAL, 1, a="two\n")
    shown = await other.workspaces.diff("g1")
    assert (shown.splitlines()[-2:], (other.state / "workspaces").exists()) == (["-one", "+two"], False)


async def test_a_diff_that_cannot_be_reached_is_a_sentence(
    one: Machine, other: Machine, volume: Path
) -> None:
    await one.turn(GOAL, 1, a="one\n")
    unmount(volume)
    with pytest.raises(NotNow, match="is the volume mounted"):
        await other.workspaces.diff("g1")


async def test_whoever_works_on_a_goal_sees_in_its_diff_what_is_not_stored_yet(
    one: Machine, other: Machine
) -> None:
    await one.turn(GOAL, 1, a="one\n")
    place = await other.workspaces.open(taken_over())
    write(place / "a", "two\n")
    await other.workspaces.snapshot(taken_over(), 2)
    assert (await other.workspaces.diff("g1", 2)).splitlines()[-2:] == ["-one", "+two"]


async def test_who_only_looks_sees_what_was_stored_and_the_workspace_stays_where_it_is(
    one: Machine, other: Machine
) -> None:
    await one.turn(GOAL, 1, **{"a": "one", ".gitignore": "built"})
    write(await one.workspaces.open(GOAL) / "built", "for long")
    async with other.workspaces.seen(taken_over()) as place:
        looked = (place / "a").read_text()
    said = await one.turn(GOAL, 2, a="two")
    found = await one.finds(taken_over())
    left = list(other.workspaces.checkouts.iterdir())
    assert (looked, said, found["a"], found["built"], left) == ("one", "", "two", "for long", [])


async def test_who_only_looks_where_a_goal_is_sees_also_what_is_not_stored(one: Machine) -> None:
    await one.turn(GOAL, 1, a="one")
    write(await one.workspaces.open(GOAL) / "new", "not stored")
    async with one.workspaces.seen(taken_over()) as place:
        assert (place / "new").read_text() == "not stored"


async def test_who_only_looks_is_told_that_there_is_nothing_and_begins_nothing_anew(tmp_path: Path) -> None:
    alone = LocalWorkspaces(tmp_path, LocalExecutor(tmp_path, environ={"PATH": "/usr/bin:/bin"}))
    with pytest.raises(BadRequest, match="not on this machine"):
        async with alone.seen(taken_over()):
            pass
    assert not (tmp_path / "workspaces").exists()


async def test_what_is_forgotten_is_gone(one: Machine, volume: Path) -> None:
    await one.turn(GOAL, 1, a="done")
    assert one.workspaces.moving
    await one.workspaces.moving.forget("g1")
    assert (names(volume), await one.workspaces.moving.kept()) == ([], [])


async def test_many_goals_are_stored_at_once(one: Machine, volume: Path) -> None:
    goals = [replace(GOAL, id=f"g{number}") for number in range(8)]
    said = await asyncio.gather(*(one.turn(goal, 1, a=goal.id) for goal in goals))
    assert (set(said), names(volume)) == ({""}, [goal.id for goal in goals])
