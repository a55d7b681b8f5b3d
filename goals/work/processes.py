"""What runs on this machine, read from /proc: who descends from whom, what it uses, and how a tree is ended.

The supervisor runs this in a bare interpreter: only modules that load in no time are imported (no pathlib).
"""

# ruff: noqa: PTH110, PTH123, PTH208

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SIGKILL = 9
PAGE = os.sysconf("SC_PAGESIZE")
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """From now on descendants whose parent dies become children of this process."""
    import ctypes

    if sys.platform != "linux" or ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("commands can only be run on Linux, where orphaned processes can be adopted")


def everything() -> list[int]:
    """The ids of all processes."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def parent(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def session(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[3]) if fields else None


def started(pid: int) -> int | None:
    """When it started, in clock ticks since boot: with its id it names a process for ever."""
    fields = _stat(pid)
    return int(fields[19]) if fields else None


def alive(pid: int) -> bool:
    """False also for one that has died and was not collected by its parent yet."""
    fields = _stat(pid)
    return bool(fields) and fields[0] not in (b"Z", b"X")


def marked(pid: int, marker: bytes) -> bool:
    """Whether `NAME=value` stands in the environment it was started with."""
    return marker in _read(f"/proc/{pid}/environ").split(b"\0")


def children(pid: int) -> list[int]:
    """Those of every thread. Complete only when nothing forks meanwhile: callers look again."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    texts = (_read(f"/proc/{pid}/task/{thread}/children") for thread in threads)
    return [int(child) for text in texts for child in text.split()]


def descendants(pid: int) -> Iterator[int]:
    """Children before grandchildren; a process is named before its own children are looked up."""
    below = children if os.path.exists(f"/proc/{pid}/task/{pid}/children") else _families()
    found = below(pid)
    for child in found:
        yield child
        found.extend(below(child))


def resident(pid: int) -> int:
    """Bytes of memory, shared pages included."""
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * PAGE if fields else 0


def proportional(pid: int) -> int:
    """Bytes of memory, shared pages divided among those who share them; slow."""
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def kill_below(pid: int) -> set[int]:
    """Kill the descendants from the top down, each before its children are looked up: the dead do not fork."""
    killed = set()
    for child in descendants(pid):
        kill(child)
        killed.add(child)
    return killed


def kill(pid: int) -> None:
    """Kill a process with its process group: a group dies at once, however fast its members fork."""
    with Gone():
        group = os.getpgid(pid)
        if group != os.getpgrp():
            os.killpg(group, SIGKILL)
        os.kill(pid, SIGKILL)


def go_first(*, first: bool = True) -> None:
    """Get the processor before everybody else, where that is allowed; what this thread starts does not."""
    policy, priority = (os.SCHED_RR, 1) if first else (os.SCHED_OTHER, 0)
    with Gone():
        os.sched_setscheduler(0, policy | os.SCHED_RESET_ON_FORK, os.sched_param(priority))


def collect() -> dict[int, int]:
    """The children of this process that have died, by id with their wait status."""
    dead: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return dead
        if pid == 0:
            return dead
        dead[pid] = status


def wait_for_end(pid: int, seconds: float) -> None:
    """Return when a process is dead, collected or not, or the time is over."""
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.001)


def end(find: Callable[[], Iterable[int]], seconds: float) -> set[int]:
    """Kill what `find` names and its descendants until nothing of it is alive; returns all that were killed.

    Gives up after `seconds`: a process may hang in the kernel.
    """
    killed: set[int] = set()
    deadline = time.monotonic() + seconds
    go_first()
    try:
        while time.monotonic() < deadline:
            found = {pid for pid in find() if alive(pid)}
            for pid in found:
                kill(pid)
                killed |= {pid} | kill_below(pid)
            if not found and not any(map(alive, killed)):
                break
            time.sleep(0.001)
    finally:
        go_first(first=False)
    return killed


class Gone:
    """Passes over what is gone or not allowed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, problem: object, trace: object) -> bool:
        return kind is not None and issubclass(kind, (ProcessLookupError, PermissionError))


def _families() -> Callable[[int], list[int]]:
    """The children of each process, for kernels that do not list them."""
    families: dict[int | None, list[int]] = {}
    for pid in everything():
        families.setdefault(parent(pid), []).append(pid)
    return lambda pid: list(families.get(pid, ()))


def _stat(pid: int) -> list[bytes]:
    """The fields of /proc/<pid>/stat after the name, state first; empty when it is gone."""
    text = _read(f"/proc/{pid}/stat")
    return text[text.rfind(b")") + 2 :].split()


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError:
        return b""
