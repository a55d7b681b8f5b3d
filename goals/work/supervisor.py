"""Runs one command in a process of its own and sees to it that nothing of it outlives it.

Started by the executor in a bare interpreter. Standard input brings the order and, when it closes (we are
to stop, or whoever gave the order has died), ends the command. Standard output takes the report.
"""

# ruff: noqa: PTH108, PTH123

from __future__ import annotations

import marshal
import os
import resource
import select
import time
from itertools import islice

from goals.work import lifeline, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

CHUNK = 1 << 16
SIGPIPE, SIGXFSZ = 13, 25
SHORTEST, LONGEST = 0.02, 0.1
GROWTH = 8
LITTLE = 16 << 20
UNKNOWN = 1 << 62
MOST_OF_USER = 8192  # processes and threads of the user in all; root is exempt


class Order:
    """What to run and within which limits: bytes, seconds, numbers of processes.

    `stdin` is a file descriptor, `record` the file that says that it runs, `purpose` its first words. `room` stays
    free on the file systems of `disks`. `seal` begins the report: a command can write to our output through /proc,
    but it never learns the seal. `lifeline` is the descriptor of one that the command does not outlive, or -1.
    """

    argv: list[str]
    cwd: str
    env: dict[str, str]
    stdin: int
    timeout: float
    memory: int
    processes: int
    output: int
    kept: int
    file_size: int
    room: int
    disks: list[str]
    nice: int
    record: str
    purpose: str
    seal: str
    lifeline: int

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class Output:
    """What the command has written: its head and its tail, and how much it was."""

    def __init__(self, fd: int, kept: int) -> None:
        self.fd, self.kept = fd, kept
        self.head, self.tail = bytearray(), bytearray()
        self.size = 0

    def read(self) -> bool:
        """Take what is there; False when there is nothing now."""
        try:
            piece = os.read(self.fd, CHUNK)
        except BlockingIOError:
            return False
        self.size += len(piece)
        room = self.kept - len(self.head)
        self.head += piece[:room]
        self.tail += piece[room:] if room > 0 else piece
        if len(self.tail) > 4 * self.kept:
            del self.tail[: -self.kept]
        return bool(piece)

    def drain(self, most: int) -> None:
        """Take what is left in the pipe, up to `most` bytes."""
        enough = self.size + most
        while self.size < enough and self.read():
            continue

    def ends(self) -> tuple[bytes, bytes]:
        """Head and tail; all of it is the head when nothing was left out."""
        if self.size <= 2 * self.kept:
            return bytes(self.head + self.tail), b""
        return bytes(self.head), bytes(self.tail[-self.kept :])


class Watch:
    """When a command has run long enough, and for which of its limits."""

    def __init__(self, order: Order, output: Output) -> None:
        self.order, self.output = order, output
        self.deadline = time.monotonic() + order.timeout
        self.pause, self.next, self.count = SHORTEST, 0.0, 0
        self.least = {disk: floor(order.room, disk) for disk in order.disks}

    def broken(self) -> str:
        """The limit that is overstepped, or nothing."""
        now = time.monotonic()
        if self.order.lifeline >= 0 and lifeline.until(self.order.lifeline) <= lifeline.now():
            return "cancelled"
        if now >= self.deadline:
            return "timeout"
        if self.output.size > self.order.output:
            return "output"
        if now < self.next:
            return ""
        return self._tree() or ("disk" if any(free(d) < least for d, least in self.least.items()) else "")

    def wait(self) -> float:
        """Seconds until it is worth another look."""
        return max(0.0, min(self.next, self.deadline) - time.monotonic())

    def _tree(self) -> str:
        """Look at the processes: often while their number grows, else ten times per second."""
        tree = list(islice(processes.descendants(os.getpid()), self.order.processes + 1))
        self.pause = SHORTEST if len(tree) > self.count + GROWTH else min(LONGEST, 1.5 * self.pause)
        self.next, self.count = time.monotonic() + self.pause, len(tree)
        if len(tree) > self.order.processes:
            return "processes"
        if sum(map(processes.resident, tree)) <= self.order.memory:
            return ""
        return "memory" if sum(map(processes.proportional, tree)) > self.order.memory else ""


def free(disk: str) -> int:
    """Bytes that are left on the file system of a place; of one that is gone nobody knows, and nothing is held
    against a command.
    """
    try:
        found = os.statvfs(disk)
    except OSError:
        return UNKNOWN
    return found.f_bavail * found.f_frsize


def floor(room: int, disk: str) -> int:
    """What a command leaves free, in bytes; where there is less from the start, it may take a LITTLE."""
    return min(room, max(0, free(disk) - LITTLE))


def main() -> None:
    order = receive()
    processes.adopt_orphans()
    processes.go_first()
    began = time.monotonic()
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    leader = start(order, writing)
    os.close(writing)
    output = Output(reading, order.kept)
    stopped, dead = follow(leader, Watch(order, output), output)
    dead |= end_all()
    output.drain(16 * CHUNK)
    code = None if stopped else exit_code(dead[leader])
    report(order.seal, code, stopped, output, time.monotonic() - began)
    os.unlink(order.record)


def receive() -> Order:
    """The order, as the executor wrote it. Ends this process when there will be none."""
    size = _exactly(4)
    return Order(**marshal.loads(_exactly(int.from_bytes(size, "big"))))


def start(order: Order, writing: int) -> int:
    """Fork the command's first process and put it on record before it runs anything; returns its id."""
    waiting, going = os.pipe()
    leader = os.fork()
    if leader == 0:
        os.close(going)
        become(order, writing, waiting)
    os.close(waiting)
    os.close(order.stdin)
    put_on_record(order, leader)
    os.write(going, b"!")
    os.close(going)
    return leader


def put_on_record(order: Order, leader: int) -> None:
    """A crash of ours does not undo what the kernel has taken, and a crash of the machine ends every
    process: there is nothing to flush."""
    me = os.getpid()
    text = f"{order.purpose} {me} {processes.started(me)} {leader} {processes.started(leader)}\n"
    with open(order.record, "w") as file:
        file.write(text)


def become(order: Order, writing: int, waiting: int) -> NoReturn:
    """Turn this forked process into the command, once it is on record."""
    try:
        os.dup2(order.stdin, 0)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.close(order.stdin)
        if order.lifeline >= 0:
            os.close(order.lifeline)
        os.setsid()
        confine(order)
        if not os.read(waiting, 1):
            os._exit(126)
        os.chdir(order.cwd)
        os.execvpe(order.argv[0], order.argv, order.env)
    except OSError as problem:
        os.write(2, f"{problem.filename or order.argv[0]}: {problem.strerror}\n".encode())
        os._exit(126 if isinstance(problem, PermissionError) else 127)
    except BaseException as problem:
        os.write(2, f"{problem}\n".encode())
        os._exit(126)


def confine(order: Order) -> None:
    """Limits that the kernel keeps, and the signals that Python ignores back to their default."""
    import ctypes

    libc = ctypes.CDLL(None)
    libc.signal(SIGPIPE, None)
    libc.signal(SIGXFSZ, None)
    os.nice(order.nice)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_FSIZE, order.file_size)
    lower(resource.RLIMIT_NPROC, MOST_OF_USER)
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


def lower(limit: int, to: int) -> None:
    _, hard = resource.getrlimit(limit)
    allowed = to if hard == resource.RLIM_INFINITY else min(to, hard)
    resource.setrlimit(limit, (allowed, allowed))


def follow(leader: int, watch: Watch, output: Output) -> tuple[str, dict[int, int]]:
    """Read and watch until the first process ends, a limit is overstepped or we are to stop.

    Returns what stopped it, if anything did, and the processes that have died.
    """
    ended = os.pidfd_open(leader)
    poll = select.poll()
    for fd in (0, output.fd, ended):
        poll.register(fd, select.POLLIN)
    dead: dict[int, int] = {}
    while True:
        ready = {fd for fd, _ in poll.poll(1 + int(1000 * watch.wait()))}
        if output.fd in ready and not output.read():
            poll.unregister(output.fd)
        dead |= processes.collect()
        if leader in dead:
            return "", dead
        if 0 in ready and not os.read(0, CHUNK):
            return "cancelled", dead
        if limit := watch.broken():
            return limit, dead


def end_all() -> dict[int, int]:
    """Kill every descendant, also those that left the session. Returns how they died."""
    dead: dict[int, int] = {}
    while True:
        processes.kill_below(os.getpid())
        dead |= processes.collect()
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return dead
        time.sleep(0.001)


def exit_code(status: int) -> int:
    """As a shell says it: 128 and the signal's number when a signal ended it."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def report(seal: str, code: int | None, stopped: str, output: Output, seconds: float) -> None:
    """The seal and one line of JSON, then the head and the tail."""
    head, tail = output.ends()
    said = "null" if code is None else code
    line = (
        f'{seal}{{"exit_code": {said}, "stopped": "{stopped}", "size": {output.size}, "seconds": {seconds:.4f}, '
        f'"head": {len(head)}, "tail": {len(tail)}}}\n'
    )
    rest = memoryview(line.encode() + head + tail)
    while rest:
        rest = rest[os.write(1, rest) :]


def _exactly(size: int) -> bytes:
    taken = b""
    while len(taken) < size:
        piece = os.read(0, size - len(taken))
        if not piece:
            raise SystemExit(0)
        taken += piece
    return taken
