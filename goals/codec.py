"""Values to JSON and back: what leaves the process's memory and what comes in again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@lru_cache(maxsize=256)
def adapter(kind: type[T]) -> TypeAdapter[T]:
    """The reader and writer of a dataclass, built once."""
    return TypeAdapter(kind)


def to_plain(value: Any) -> Any:
    """A value as lists, dicts and plain scalars, ready for JSON."""
    return adapter(type(value)).dump_python(value, mode="json")


def from_plain(kind: type[T], plain: Any) -> T:
    """The value that `to_plain` was given. Raises pydantic's ValidationError on anything else."""
    return adapter(kind).validate_python(plain, strict=False)
