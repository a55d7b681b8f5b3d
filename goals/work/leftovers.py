"""Processes of commands whose supervisor is gone: found by what they inherited, and ended.

While a command runs, a file in state/running says so: the goal, the machine's boot, and the id and start of
the supervisor and of the command's first process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from goals.work import processes

MARKER = "GOALWARD_RUN"
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Record:
    """A command on record. Starts are clock ticks since boot."""

    run: str
    boot: str
    supervisor: int
    supervisor_started: int
    leader: int
    leader_started: int


def this_boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def purpose(goal_id: str) -> str:
    """How a record begins; the supervisor adds the processes."""
    return f"{goal_id or '-'} {this_boot()}"


def read(path: Path) -> Record | None:
    """None for what was cut short (then nothing had been started yet), and for what we did not write."""
    words = _text(path).split()
    if len(words) != 6 or not all(word.isdecimal() for word in words[2:]):
        return None
    return Record(path.name, words[1], *map(int, words[2:]))


def _text(path: Path) -> str:
    """Commands can write where records lie, and a pipe there would hold up our start for ever."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as file:
            return file.read(1000).decode("utf-8", "replace")
    except OSError:
        return ""


def on_record(running: Path) -> list[Path]:
    found = running.iterdir() if running.is_dir() else ()
    return sorted(path for path in found if path.is_symlink() or not path.is_dir())


def end_recorded(path: Path) -> bool:
    """End what an earlier process of ours left of one command, and forget it. True when anything lived."""
    record = read(path)
    if record is None or record.boot != this_boot():
        path.unlink(missing_ok=True)
        return False
    killed = processes.end(lambda: of(record), PATIENCE)
    path.unlink(missing_ok=True)
    return bool(killed)


def of(record: Record) -> set[int]:
    """The supervisor where it still lives, the command's session and whatever carries the marker."""
    roots = marked(record.run)
    if processes.started(record.supervisor) == record.supervisor_started:
        roots.add(record.supervisor)
    for pid in processes.everything():
        if processes.session(pid) == record.leader and (processes.started(pid) or 0) >= record.leader_started:
            roots.add(pid)
    return roots


def marked(run: str) -> set[int]:
    marker = f"{MARKER}={run}".encode()
    return {pid for pid in processes.everything() if processes.marked(pid, marker)}


def end_strays(run: str, supervisor: int, since: int, ours: Callable[[], Collection[int]]) -> None:
    """End what is left of a command whose supervisor was killed under our eyes.

    We adopt it once the supervisor is dead: so strays are also those children of ours, younger than `since`
    (clock ticks since boot), that lead a session we did not give them. `ours` names the supervisors of all
    commands.
    """
    processes.wait_for_end(supervisor, PATIENCE)
    killed = processes.end(lambda: (marked(run) | adopted(since, ours())) - {supervisor}, PATIENCE)
    for pid in killed:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def adopted(since: int, ours: Collection[int]) -> set[int]:
    me, session = os.getpid(), os.getsid(0)
    strangers = set(processes.children(me)).difference(ours)
    return {
        pid
        for pid in strangers
        if processes.session(pid) not in (None, session) and (processes.started(pid) or 0) >= since
    }
