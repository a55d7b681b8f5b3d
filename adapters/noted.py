"""What is found where a platform's set-up is looked at, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing that was looked at; `advice` is empty where all is well."""

    level: Literal["ok", "warn", "fail"]
    what: str
    advice: str = ""
