"""What an option fills in: a field of what was asked, or a key inside one, written `hooks.on_achieved`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from goals.domain.contract import Asked


def value(asked: Asked, field: str) -> Any:
    """What was given for it; None of a key that was not given."""
    name, _, key = field.partition(".")
    whole = getattr(asked, name)
    return (whole or {}).get(key) if key else whole


def filled(asked: Asked, field: str, given: Any) -> Asked:
    name, _, key = field.partition(".")
    whole = {**(getattr(asked, name) or {}), key: given} if key else given
    change: dict[str, Any] = {name: whole}
    return replace(asked, **change)
