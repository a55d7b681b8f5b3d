"""What a unit of work leaves to be told to other processes: noted while it is done, told when it is committed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from goals.ports.sharing import Signal

_NOTES = "what is to be told of this unit of work"


def begin(connection: Connection) -> None:
    """Keep notes from now on; where nobody has begun, there is nobody to tell."""
    connection.info[_NOTES] = []


def note(connection: Connection, signal: Signal) -> None:
    kept = connection.info.get(_NOTES)
    if kept is not None:
        kept.append(signal)


def taken(connection: Connection) -> Sequence[Signal]:
    """What was noted since the beginning."""
    noted: Sequence[Signal] = connection.info.pop(_NOTES, ())
    return noted
