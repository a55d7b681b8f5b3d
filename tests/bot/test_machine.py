"""The doctor says whether this machine can carry a state, a store and commands."""

import os
import sqlite3
from pathlib import Path

import pytest

from bot import machine
from bot.findings import Finding, Level
from bot.lock import StateLock
from goals.store import migrate
from goals.store.schema import HEAD

MOUNTS = """\
21 1 8:1 / / rw,relatime - ext4 /dev/root rw
22 21 0:5 / /mnt rw - nfs4 server:/export rw
23 22 0:6 / /mnt/my\\040disk rw - xfs /dev/sdb rw
"""


def test_a_state_that_is_not_there_yet_can_be_made(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    assert machine.state_directory(state) == Finding(Level.OK, f"The state directory {state} can be made.")
    assert not state.exists()


def test_a_state_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert machine.state_directory(tmp_path) == Finding(
        Level.WARN, f"Others on this machine can look into {tmp_path}.", f"Run `chmod 700 {tmp_path}`."
    )
    tmp_path.chmod(0o700)
    assert machine.state_directory(tmp_path).level is Level.OK


def test_a_file_is_no_state(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    assert machine.state_directory(tmp_path / "state").level is Level.FAIL


@pytest.mark.parametrize(
    ("place", "kind"),
    [("/", "ext4"), ("/home/ana", "ext4"), ("/mnt/x", "nfs4"), ("/mnt/my disk/x", "xfs"), ("/mntx", "ext4")],
)
def test_the_longest_mount_that_holds_a_place_names_its_file_system(
    place: str, kind: str, tmp_path: Path
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert machine._kind(Path(place), mounts) == kind


def test_a_state_on_a_shared_file_system_is_warned_of(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("21 1 8:1 / / rw - nfs4 server:/export rw\n")
    assert machine.file_system(tmp_path, mounts).level is Level.WARN


def test_a_system_without_a_list_of_mounts_says_so(tmp_path: Path) -> None:
    found = machine.file_system(tmp_path, tmp_path / "nothing")
    assert found.what.startswith("The state lies on an unknown file system with ")


def test_a_running_server_is_named_by_its_process(tmp_path: Path) -> None:
    lock = StateLock(tmp_path)
    assert machine.server(tmp_path).what == "No server runs on this state."
    lock.acquire()
    assert machine.server(tmp_path).what == f"A server runs on this state, process {os.getpid()}."
    lock.release()


def test_a_store_of_the_newest_revision_is_fine(tmp_path: Path) -> None:
    assert machine.store("", tmp_path).what == "There is no store yet; the first start makes it."
    migrate("", tmp_path)
    assert machine.store("", tmp_path).what == f"The store can be read; its revision {HEAD} is the newest."


@pytest.mark.parametrize(("revision", "level"), [("0000", Level.WARN), ("9999", Level.FAIL)])
def test_a_store_of_another_revision_is_said(revision: str, level: Level, tmp_path: Path) -> None:
    migrate("", tmp_path)
    with sqlite3.connect(tmp_path / "goalward.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    assert machine.store("", tmp_path).level is level


def test_a_store_that_cannot_be_reached_fails(tmp_path: Path) -> None:
    (tmp_path / "goalward.db").write_text("no database" * 100)
    assert [machine.store(url, tmp_path).level for url in ("", "mysql://x/y")] == [Level.FAIL] * 2


async def test_commands_are_tried_with_git(tmp_path: Path) -> None:
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\necho git version 2.99\n")
    git.chmod(0o755)
    found = await machine.commands({"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert [finding.what for finding in found] == [
        "Commands run, and no process of theirs outlives them.",
        "git is there: git version 2.99.",
    ]


async def test_a_machine_without_git_is_warned_of(tmp_path: Path) -> None:
    found = await machine.commands({"PATH": str(tmp_path)})
    assert [finding.level for finding in found] == [Level.OK, Level.WARN]
