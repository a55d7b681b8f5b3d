"""Examines the machine: the state directory, who uses it, the store, and whether commands can be run."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot import lock
from bot.findings import Finding, failure, fine, warning
from goals.domain.errors import GoalError, StoreUnavailable
from goals.ports import Command
from goals.store.standing import standing
from goals.work.executor import LocalExecutor

LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000
"""Free bytes."""
SHARED = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs")
"""File systems on which locks and SQLite cannot be relied on."""
MOUNTS = Path("/proc/self/mountinfo")


def state_directory(state: Path) -> Finding:
    """Whether it can be written, or made."""
    if state.exists() and not state.is_dir():
        return failure(f"The state {state} is not a directory.", "Name another with `state` or `--state`.")
    place = _existing(state)
    if not os.access(place, os.W_OK | os.X_OK):
        return failure(f"The state directory {state} cannot be written.", f"Let this user write {place}.")
    if place == state and state.stat().st_mode & 0o077:
        return warning(f"Others on this machine can look into {state}.", f"Run `chmod 700 {state}`.")
    return fine(f"The state directory {state} can be {'written' if place == state else 'made'}.")


def file_system(state: Path, mounts: Path = MOUNTS) -> Finding:
    """What the state lies on, and how much room there is."""
    place = _existing(state)
    free = shutil.disk_usage(place).free
    kind = _kind(place.resolve(), mounts)
    said = f"The state lies on {kind} with {free / 1e9:.1f} GB free."
    if kind in SHARED:
        return warning(said, "SQLite needs a local disk: move `state`, or use PostgreSQL as `store`.")
    if free < LITTLE:
        find = failure if free < TOO_LITTLE else warning
        return find(said, "Make room: goals wait when the disk is full.")
    return fine(said)


def server(state: Path) -> Finding:
    """Whether somebody drives this state now."""
    if not state.is_dir() or not os.access(state, os.W_OK | os.X_OK):
        return fine("No server runs on this state.")
    process = lock.holder(state)
    return fine(
        f"A server runs on this state, process {process}." if process else "No server runs on this state."
    )


def store(url: str, state: Path) -> Finding:
    """Whether the store can be read, and whether its tables are those that we want."""
    try:
        found = standing(url, state)
    except StoreUnavailable as error:
        return failure(str(error), "Start the database, or correct `store`.")
    except GoalError as error:
        return failure(str(error), "Correct `store` in the settings.")
    if not found.revision:
        return fine("There is no store yet; the first start makes it.")
    if found.revision < found.newest:
        return warning(
            f"The store has revision {found.revision}, this Goalward wants {found.newest}.",
            "The next start brings it up to date; `goalward migrate` does it now.",
        )
    if found.revision > found.newest:
        return failure(
            f"The store was written by a newer Goalward: its revision is {found.revision}.",
            "Run that version, or name another store.",
        )
    return fine(f"The store can be read; its revision {found.revision} is the newest.")


async def commands(environ: Mapping[str, str]) -> list[Finding]:
    """Whether commands run and end here as they must, tried with git."""
    with tempfile.TemporaryDirectory() as place:
        try:
            executor = LocalExecutor(Path(place) / "state", environ=environ)
        except OSError as error:
            return [failure(f"Commands cannot be run: {error}.", "Run Goalward on Linux.")]
        version = Command(cwd=Path(place), argv=("git", "--version"), timeout=20, confinement=None)
        ran = await executor.run(version)
    if ran.exit_code is None:
        return [failure("A command was stopped before its end.", "Look whether this machine is overloaded.")]
    runs = fine("Commands run, and no process of theirs outlives them.")
    if ran.exit_code != 0:
        return [runs, warning("git is not installed.", "Install git: repositories are cloned with it.")]
    return [runs, fine(f"git is there: {ran.output.strip()}.")]


async def machine(url: str, state: Path, environ: Mapping[str, str]) -> list[Finding]:
    return [
        state_directory(state),
        file_system(state),
        server(state),
        await asyncio.to_thread(store, url, state),
        *await commands(environ),
    ]


def _existing(path: Path) -> Path:
    """The directory itself, or the nearest above it that there is."""
    return next(place for place in (path, *path.absolute().parents) if place.is_dir())


def _kind(place: Path, mounts: Path) -> str:
    """The type of the file system that holds a place; the mount with the longest name wins."""
    held = ("", "an unknown file system")
    for line in mounts.read_text().splitlines() if mounts.exists() else ():
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        if place.is_relative_to(point) and len(point) >= len(held[0]):
            held = (point, after.split()[0])
    return held[1]
