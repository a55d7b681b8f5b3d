"""Values to JSON and back: what leaves the process's memory and what comes in again."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """A value as lists, dicts and plain scalars, ready for JSON."""
    return adapter(value.__class__).dump_python(value, mode="json")


def from_plain(kind: type[T], plain: Any) -> T:
    """The value that `to_plain` was given. Raises pydantic's ValidationError on anything else."""
    value: T = adapter(kind).validate_python(plain)  # type: ignore[arg-type]
    return value


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """The reader and writer of a dataclass, built once."""
    return TypeAdapter(kind)
