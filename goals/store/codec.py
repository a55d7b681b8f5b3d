"""Goals, events and approvals as JSON documents, and back, exactly as they were."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic_core import PydanticSerializationError, to_jsonable_python

from goals.codec import adapter
from goals.domain.events import EVENTS, Event
from goals.store.columns import storable

T = TypeVar("T")

_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dump(value: Any) -> str:
    """A frozen value as JSON. Numbers that JSON does not know (infinite, not a number) become null."""
    kind = adapter(value.__class__)
    try:
        return kind.dump_json(value).decode()
    except PydanticSerializationError:
        # Half a surrogate pair somewhere in a stranger's text.
        return storable(json.dumps(kind.dump_python(value), default=to_jsonable_python, ensure_ascii=False))


def load(kind: type[T], document: str) -> T:
    """The value that `dump` wrote. Raises pydantic.ValidationError when it is not one."""
    loaded: T = adapter(kind).validate_json(document)  # type: ignore[arg-type]
    return loaded


def load_event(name: str, document: str) -> Event:
    return load(EVENTS[name], document)


def dump_body(body: dict[str, Any]) -> str:
    return storable(_PLAIN.encode(body))


def load_body(document: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(document)
    return body
