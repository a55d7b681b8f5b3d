"""The contract: what was asked for, read into a Request with every default filled in and every limit checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from goals.domain.values import VerifierSpec


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for, before defaults: only what was given is set. Times in seconds."""

    objective: str
    criteria: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    verify: tuple[str | dict[str, Any], ...] = ()
    protect: tuple[str, ...] = ()
    max_turns: int | None = None
    max_seconds: float | None = None
    max_tokens: int | None = None
    max_usd: float | None = None
    agent: str = ""
    model: str = ""
    judge_model: str = ""
    repo: str = ""
    branch: str = ""
    priority: int | None = None
    replace: bool = False
    auto_approve: bool = False
    clean_check: bool = False
    verbose: bool = False
    checkpoint: bool = False
    fresh_context: bool = False
    no_progress_limit: int | None = None
    deadline: datetime | None = None
    monitor: dict[str, Any] | None = None
    """Monitor options by their spec names (`every`, `cron`, `trigger` …); None for a drive goal."""
    hooks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`on_achieved`, `on_failed`, `on_paused` as they were written."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What settings say where a request is silent. `presets` are the verifiers anybody may name."""

    agent: str = "builtin"
    max_turns: int | None = 20
    no_progress_limit: int = 3
    checkpoint_turns: int = 50
    verify_timeout: float = 120.0
    agents: tuple[str, ...] = ("builtin",)
    presets: dict[str, VerifierSpec] = field(default_factory=dict)
    repo: str = ""
