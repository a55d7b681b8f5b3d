"""Puts a file's whole new content in place at once: readers see the old file or the new one, never a half."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from secrets import token_hex
from threading import Event

from goals.agents.tools.inside import Kind, Spot
from goals.agents.tools.threads import go_on
from goals.agents.tools.tool import Refused
from goals.domain.nearest import shown

LARGEST = 2_000_000


def put(spot: Spot, content: bytes, stop: Event) -> None:
    """Write the file at a spot, its mode kept. Raises Refused for what is no file, and for too much content."""
    if spot.kind not in (Kind.FILE, Kind.NOTHING):
        raise Refused(f"{shown(spot.path)} is {spot.kind.value}, so no file can be written there.")
    if len(content) > LARGEST:
        raise Refused(f"A file of {len(content):,} bytes is too large; at most {LARGEST:,} can be written.")
    fresh = f".{token_hex(8)}.new"
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=spot.folder)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            if spot.fd is not None:
                os.fchmod(fd, stat.S_IMODE(os.fstat(spot.fd).st_mode) & 0o777)
        go_on(stop)
        os.rename(fresh, spot.name, src_dir_fd=spot.folder, dst_dir_fd=spot.folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh, dir_fd=spot.folder)
        raise
