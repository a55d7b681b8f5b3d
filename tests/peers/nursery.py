"""Where processes of the command `goalward` are forked that need not load it first: each has an environment, a
directory, descriptors and an end of its own, and from `bot.__main__` on it does what one does that was started anew.

What the start itself is (the interpreter, the imports, secrets in the environment) is seen in those that begin `anew`,
in `tests/bot/test_envelope.py` and `tests/bot/test_cli.py`. `tests.peers.started` runs this program.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import gc
import importlib
import json
import os
import select
import socket
import sys
from typing import Any

from bot import __main__ as command
from bot import envelope
from bot.secret_names import parted
from goals.models.llm import LiteLLM

LONGEST = 1 << 17
LOADED = (
    "bot.cli",
    "bot.serve",
    "bot.run",
    "bot.runs",
    "bot.demo.show",
    "bot.doctor",
    "fastapi.openapi.utils",
)


def main() -> None:
    end = End()
    atexit.register(end.at_once)
    orders = socket.socket(fileno=int(sys.argv[1]))
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()
    if born(orders):
        end.status = ended()


class End:
    """Ends a process that is through with everything but taking down what it has loaded, which takes longer than all
    else. One that was broken off ends as ever.
    """

    status: int | None = None

    def at_once(self) -> None:
        if self.status is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self.status)


def ended() -> int:
    """The status with which the command ends."""
    try:
        command.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def born(orders: socket.socket) -> bool:
    """Fork as ordered until nobody orders any more. True in each of those that were born."""
    at_large: dict[int, int] = {}
    poll = select.poll()
    poll.register(orders, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd in at_large:
                poll.unregister(fd)
                bury(fd, at_large.pop(fd))
                continue
            text, fds, *_ = socket.recv_fds(orders, LONGEST, 4)
            if not text:
                return False
            order = json.loads(text)
            if order["models"]:
                load_models()
            if (pid := os.fork()) == 0:
                orders.close()
                become(order, fds, [*at_large, *at_large.values()])
                return True
            *theirs, told = fds
            for other in theirs:
                os.close(other)
            os.write(told, f"{pid}\n".encode())
            at_large[watched := os.pidfd_open(pid)] = told
            poll.register(watched, select.POLLIN)


def bury(pidfd: int, told: int) -> None:
    """Take leave of one that has ended, and tell how."""
    ended = os.waitid(os.P_PIDFD, pidfd, os.WEXITED)
    assert ended is not None
    status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    os.write(told, f"{status}\n".encode())
    os.close(told)
    os.close(pidfd)


def become(order: dict[str, Any], fds: list[int], foreign: list[int]) -> None:
    """Turn this forked process into the one that was ordered."""
    for number, fd in enumerate(fds[:3]):
        os.dup2(fd, number)
    for fd in (*fds, *foreign):
        os.close(fd)
    if order["alone"]:
        os.setsid()
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(sealed(order["env"]))
    sys.path[:0] = [
        path for path in os.environ.get("PYTHONPATH", "").split(":") if path not in ("", *sys.path)
    ]
    start = [sys.executable, "-m", "bot"]
    sys.argv, sys.orig_argv = [command.__file__, *order["words"]], [*start, *order["words"]]
    sys.stdin = os.fdopen(0, encoding="utf-8", errors="surrogateescape")
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape")
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace")


def sealed(environ: dict[str, str]) -> dict[str, str]:
    """The environment of a process that began with these variables, in its second life."""
    public, secrets = parted(environ)
    if not secrets:
        return public
    fd = os.memfd_create(envelope.LABEL, 0)
    os.write(fd, os.fsencode("\0".join(f"{name}={value}" for name, value in secrets.items())))
    return {**public, envelope.NAME: str(fd)}


@functools.cache
def load_models() -> None:
    """What takes seconds to load where a model is asked."""
    asyncio.run(LiteLLM().warm())
    gc.freeze()


if __name__ == "__main__":
    main()
