"""What may be asked of a monitor: how it watches, and with which verifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from goals.domain import schedule
from goals.domain.errors import BadRequest
from goals.domain.values import VerifierSpec
from goals.domain.watching import Trigger, Watch

JUDGED = {"llm": "no model is asked", "human": "nobody is asked"}
"""Types of verifiers that decide by somebody's word, and why a monitor has none of it."""

_ONLY_WORKED_ON = {
    "criteria": "--accept",
    "constraints": "--constraint",
    "subgoals": "subgoals",
    "protect": "--protect",
    "max_turns": "--max-turns",
    "max_seconds": "--max-time",
    "max_tokens": "--max-tokens",
    "max_usd": "--max-usd",
    "agent": "--agent",
    "model": "--model",
    "judge_model": "--judge-model",
    "priority": "--priority",
    "auto_approve": "--auto-approve",
    "clean_check": "--clean-check",
    "verbose": "--verbose",
    "checkpoint": "--checkpoint",
    "fresh_context": "--fresh-context",
    "no_progress_limit": "--no-progress-limit",
}
"""What a goal may be asked for only where an agent works on it, by the field and the option that fills it."""


def watch(options: Mapping[str, Any], every: float) -> Watch:
    """How a monitor watches, from its options by their spec names; `every` in seconds where they name nothing.

    Raises BadRequest for what contradicts itself or cannot be.
    """
    if "every" in options and "cron" in options:
        raise BadRequest("`--every` and `--cron` both say when to look: leave one of them out.")
    if "timezone" in options and "cron" not in options:
        raise BadRequest("`timezone` is the zone of a `cron` line, and there is none.")
    watching = Watch(
        every=options.get("every", every),
        cron=options.get("cron", ""),
        timezone=options.get("timezone", "UTC"),
        trigger=Trigger(options.get("trigger", Trigger.MET)),
        repeat=bool(options.get("repeat", False)),
        stall_after=options.get("stall_after"),
    )
    schedule.refuse(watching)
    return watching


def refuse_worked_on(given: Iterable[str]) -> None:
    """Refuse what means nothing without an agent. `given` are the fields that were filled in. Raises BadRequest."""
    for field in given:
        if option := _ONLY_WORKED_ON.get(field):
            raise BadRequest(
                f"`{option}` is for goals that an agent works on; a monitor only looks. Leave it out,"
                " or leave out `--monitor`."
            )


def refuse_verifiers(verifiers: Iterable[VerifierSpec]) -> None:
    """Refuse a monitor that has nothing to look at, or asks for a word. Raises BadRequest."""
    specs = tuple(verifiers)
    if not specs:
        raise BadRequest(
            "A monitor needs something to look at: add `--verify …` with a command, a preset or a verifier as JSON."
        )
    for spec in specs:
        _refuse_judged(spec)


def _refuse_judged(spec: VerifierSpec) -> None:
    if spec.type in JUDGED:
        raise BadRequest(
            f"A `{spec.type}` verifier cannot be polled: while a monitor watches, {JUDGED[spec.type]}."
            " Name one that runs, such as a command, `http` or `metric`."
        )
    for part in spec.parts:
        _refuse_judged(part)
