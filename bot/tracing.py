"""What a goal did when, as spans: a trace for each goal, in it the turns, and in those the steps and checks.

Made from what is stored, as it is stored. No text of people, models or programs is in them: names, numbers and the
words of Goalward alone. Nothing here knows in which format they are told, or to whom.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot.settings import Settings
from bot.spans import Attribute, Sink, Span
from goals.agents.tools.toolbox import TOOLS
from goals.domain.change import Change
from goals.domain.events import (
    ApprovalAsked,
    BaselineTaken,
    Checked,
    CheckedByHand,
    Event,
    Finished,
    TurnEnded,
)
from goals.domain.values import ApprovalKind, Check, Goal, Step
from goals.ports import Clock

CALL, RESULT = "call", "result"
ANSWERS = ("reply", "summary")
"""Steps that a model has answered."""

VARIABLES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
TOOL_NAMES = frozenset(tool.name for tool in TOOLS)
UNKNOWN = "other"
"""Stands for the name of a tool that does not exist: such a name is a model's text."""


def tracing(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Tracing | None:
    """None where nobody has asked for traces: then nothing of OpenTelemetry is loaded."""
    url = settings.telemetry.traces
    off = (
        environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        or environ.get("OTEL_TRACES_EXPORTER") == "none"
    )
    if off or not (url or any(environ.get(name) for name in VARIABLES)):
        return None
    from bot.otlp import Sender

    secrets = {name: secret.get_secret_value() for name, secret in settings.variables.items()}
    return Tracing(Sender(url, environ, secrets), clock)


class Tracing:
    """Hands every span that has ended to the sink. Those of one goal belong together, whichever process tells them."""

    def __init__(self, sink: Sink, clock: Clock) -> None:
        self._sink = sink
        self._clock = clock
        self._turns: dict[tuple[str, int], datetime] = {}
        self._calls: dict[tuple[str, str], Step] = {}

    def stepped(self, goal: Goal, step: Step) -> None:
        """A step was stored."""
        self._turns.setdefault((goal.id, step.turn), _begun(step))
        if step.kind == CALL:
            self._calls[goal.id, _call(step)] = step
        elif step.kind == RESULT:
            called = self._calls.pop((goal.id, _call(step)), None)
            self._sink.send(_tool(goal, step, called))
        elif step.kind in ANSWERS:
            self._sink.send(_model(goal, step))

    def changed(self, change: Change) -> None:
        """A subscriber of the journal."""
        for event in change.events:
            for span in self._spans(change.goal, event):
                self._sink.send(span)
        if change.goal.status.terminal:
            self._forget(change.goal.id)

    async def close(self) -> None:
        await self._sink.close()

    def _spans(self, goal: Goal, event: Event) -> Iterator[Span]:
        if isinstance(event, TurnEnded):
            turn = self._turn(goal, event)
            yield turn
            if event.check:
                yield _check(goal, event.check, turn.id)
        elif isinstance(event, ApprovalAsked) and event.approval.kind is ApprovalKind.PLAN:
            yield self._planning(goal)
        elif isinstance(event, BaselineTaken | Checked | CheckedByHand):
            yield _check(goal, event.check, root(goal))
        elif isinstance(event, Finished):
            yield self._whole(goal, event)

    def _turn(self, goal: Goal, event: TurnEnded) -> Span:
        now = goal.ended_at or self._clock.now()
        begun = self._turns.pop((goal.id, event.turn), now - timedelta(seconds=event.seconds))
        told = {
            **about(goal),
            "goalward.turn": event.turn,
            "goalward.turn.decision": event.decision,
            "goalward.turn.interrupted": event.interrupted,
            "goalward.turn.files_changed": len(event.files),
            "goalward.turn.active_seconds": event.seconds,
        }
        return Span(
            f"turn {event.turn}",
            trace(goal),
            begun,
            now,
            turn_id(goal, event.turn),
            root(goal),
            attributes=told,
        )

    def _planning(self, goal: Goal) -> Span:
        now = self._clock.now()
        begun = self._turns.pop((goal.id, 0), now)
        return Span("planning", trace(goal), begun, now, turn_id(goal, 0), root(goal), attributes=about(goal))

    def _whole(self, goal: Goal, event: Finished) -> Span:
        told = {
            **about(goal),
            "goalward.status": event.status.value,
            "goalward.reason": event.reason.value,
            "goalward.turns": goal.spent.turns,
            "goalward.tokens": goal.spent.tokens,
            "goalward.usd": goal.spent.usd,
            "goalward.active_seconds": goal.spent.seconds,
        }
        ended = goal.ended_at or self._clock.now()
        return Span("goal", trace(goal), goal.created_at, ended, root(goal), attributes=told)

    def _forget(self, goal_id: str) -> None:
        self._turns = {key: at for key, at in self._turns.items() if key[0] != goal_id}
        self._calls = {key: step for key, step in self._calls.items() if key[0] != goal_id}


def about(goal: Goal) -> dict[str, Attribute]:
    return {
        "goalward.goal": goal.id,
        "goalward.mode": goal.request.mode.value,
        "goalward.agent": goal.request.agent,
        "goalward.platform": goal.origin.platform,
    }


def trace(goal: Goal) -> int:
    return _number(goal, "trace", 16)


def root(goal: Goal) -> int:
    """The id of the goal's own span."""
    return _number(goal, "goal", 8)


def turn_id(goal: Goal, turn: int) -> int:
    return _number(goal, f"turn {turn}", 8)


def _number(goal: Goal, what: str, size: int) -> int:
    """The same on every machine, another for each goal that there ever was. `size` in bytes."""
    name = f"{goal.id} {goal.created_at.isoformat()} {what}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:size], "big")


def _tool(goal: Goal, step: Step, called: Step | None) -> Span:
    name = str(called.body.get("name", "command")) if called else UNKNOWN
    name = name if name in TOOL_NAMES or name == "command" else UNKNOWN
    begun = called.at if called else _begun(step)
    failed = bool(step.body.get("failed"))
    told: dict[str, Attribute] = {**_of(goal, step), "gen_ai.tool.name": name}
    if isinstance(code := step.body.get("exit_code"), int):
        told["goalward.exit_code"] = code
    return Span(f"tool {name}", trace(goal), begun, step.at, 0, turn_id(goal, step.turn), failed, told)


def _model(goal: Goal, step: Step) -> Span:
    told = {
        **_of(goal, step),
        "goalward.answer": step.kind,
        "gen_ai.usage.input_tokens": int(step.body.get("input", 0)),
        "goalward.tool_calls": len(step.body.get("calls", ())),
    }
    return Span("model call", trace(goal), _begun(step), step.at, 0, turn_id(goal, step.turn), False, told)


def _check(goal: Goal, check: Check, parent: int) -> Span:
    told: dict[str, Attribute] = {
        **about(goal),
        "goalward.check.met": check.met,
        "goalward.check.verifiers": len(check.results),
        "goalward.check.broken": len(check.broken),
        "goalward.check.judged": check.judgement is not None,
        "goalward.revision": check.revision,
    }
    begun = check.at - timedelta(seconds=check.seconds)
    return Span("check", trace(goal), begun, check.at, 0, parent, bool(check.broken), told)


def _of(goal: Goal, step: Step) -> dict[str, Attribute]:
    return {**about(goal), "goalward.turn": step.turn, "goalward.step": step.number}


def _begun(step: Step) -> datetime:
    seconds = step.body.get("seconds", 0.0)
    return step.at - timedelta(seconds=seconds if isinstance(seconds, int | float) else 0.0)


def _call(step: Step) -> str:
    """What ties a result to its call."""
    return str(step.body.get("id", step.number))
