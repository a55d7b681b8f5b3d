"""How long this process may still let commands run, where somebody else would take their goals over: a moment that
every supervisor of a command reads for itself, so that commands end even while this process stands still.

A supervisor runs this in a bare interpreter: only modules that load in no time are imported.
"""

from __future__ import annotations

import os
import time

FOR_EVER = (1 << 63) - 1
SIZE = 8


def now() -> int:
    """Nanoseconds since boot, a machine's sleep included; the same for every process of the machine."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def until(fd: int) -> int:
    """The moment that stands in the file of a lifeline."""
    return int.from_bytes(os.pread(fd, SIZE, 0), "little")


class Lifeline:
    """A moment in a file in memory, which whoever inherits `fd` can read. It lies in no end of time at first."""

    def __init__(self) -> None:
        self.fd = os.memfd_create("lifeline", os.MFD_CLOEXEC)
        self._write(FOR_EVER)

    @property
    def left(self) -> float:
        """Seconds until it is over; negative since then."""
        return (until(self.fd) - now()) / 1e9

    @property
    def holds(self) -> bool:
        return self.left > 0

    def renew(self, since: int, seconds: float) -> None:
        """It holds until so many seconds after `since`, a moment of `now`."""
        self._write(since + int(seconds * 1e9))

    def cut(self) -> None:
        """It is over at once."""
        self._write(0)

    def _write(self, moment: int) -> None:
        os.pwrite(self.fd, moment.to_bytes(SIZE, "little"), 0)
