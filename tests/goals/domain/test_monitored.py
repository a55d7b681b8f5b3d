"""What a monitor may be asked for: how it watches, with which verifiers, and nothing that an agent would need."""

from dataclasses import fields
from typing import Any

import pytest

from goals.domain.contract import Asked, Defaults, request
from goals.domain.errors import BadRequest
from goals.domain.values import Budget, Mode, Request, VerifierSpec
from goals.domain.watching import Trigger, Watch

DEFAULTS = Defaults(
    monitor_every=90.0, repo="git@example/r.git", presets={"up": VerifierSpec("http", {}, "up")}
)
KNOWN = ("command", "http", "data", "human", "all", "any", "not")
UP = {"type": "http", "url": "https://example.com/health"}


def asked(options: dict[str, Any] | None = None, *verify: str | dict[str, Any], **more: Any) -> Request:
    return request(Asked("it is up", verify=verify or (UP,), monitor=options or {}, **more), DEFAULTS, KNOWN)


def refusal(options: dict[str, Any] | None = None, *verify: str | dict[str, Any], **more: Any) -> str:
    with pytest.raises(BadRequest) as error:
        asked(options, *verify, **more)
    return str(error.value)


def test_a_monitor_is_looked_at_as_the_settings_say_and_has_no_agent_and_no_budget() -> None:
    assert asked() == Request(
        "it is up",
        verifiers=(VerifierSpec("http", {"url": "https://example.com/health"}),),
        budget=Budget(turns=None),
        mode=Mode.MONITOR,
        agent="",
        repo="git@example/r.git",
        watch=Watch(every=90.0),
    )


def test_what_was_asked_for_beats_the_settings() -> None:
    every = {"every": 30.0, "trigger": "change", "repeat": True, "stall_after": 9}
    assert asked(every).watch == Watch(30.0, trigger=Trigger.CHANGE, repeat=True, stall_after=9)
    cron = {"cron": "0 9 * * MON", "timezone": "Europe/Berlin"}
    assert asked(cron).watch == Watch(90.0, cron="0 9 * * MON", timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"every": 60.0, "cron": "0 9 * * *"}, "`--every` and `--cron` both say when to look: leave one of them out."),
        ({"timezone": "Europe/Berlin"}, "`timezone` is the zone of a `cron` line, and there is none."),
        ({"cron": "0 9 * * *", "timezone": "Berlin"}, "There is no time zone “Berlin”. Did you mean `Europe/Berlin`?"),
        ({"every": 1.0}, "A monitor looks every 5 seconds at the most, and at least once a year: `--every 1m`."),
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_cannot_be_is_refused(options: dict[str, Any], sentence: str) -> None:
    assert refusal(options) == sentence


@pytest.mark.parametrize(("type_", "why"), [("llm", "no model is asked"), ("human", "nobody is asked")])
@pytest.mark.parametrize("around", ("", "all", "any", "not"))
def test_what_decides_by_a_word_is_refused_wherever_it_stands(type_: str, why: str, around: str) -> None:
    word = {"type": type_, "prompt": "is it good?"}
    told = refusal(None, {"type": around, "of": [word]} if around else word)
    assert told == (
        f"A `{type_}` verifier cannot be polled: while a monitor watches, {why}."
        " Name one that runs, such as a command, `http` or `metric`."
    )


def test_a_monitor_that_has_nothing_to_look_at_is_refused() -> None:
    with pytest.raises(BadRequest, match="A monitor needs something to look at: add `--verify …`"):
        request(Asked("it is up", monitor={}), DEFAULTS, KNOWN)


SAID: dict[str, Any] = {
    "criteria": ("a",), "constraints": ("b",), "subgoals": ("c",), "protect": ("tests/**",), "max_turns": 3,
    "max_seconds": 60.0, "max_tokens": 500, "max_usd": 2.0, "agent": "fixer", "model": "m", "judge_model": "j",
    "priority": 2, "auto_approve": True, "clean_check": True, "verbose": True, "checkpoint": True,
    "fresh_context": True, "no_progress_limit": 1,
}  # fmt: skip
SHARED = {"objective", "verify", "repo", "branch", "replace", "deadline", "monitor", "hooks"}


@pytest.mark.parametrize("field", SAID)
def test_what_is_for_goals_with_an_agent_is_refused_and_says_what_to_leave_out(field: str) -> None:
    told = refusal(None, **{field: SAID[field]})
    assert told.startswith("`") and "is for goals that an agent works on; a monitor only looks." in told


def test_everything_that_can_be_asked_for_is_for_monitors_or_refused() -> None:
    assert {field.name for field in fields(Asked)} == set(SAID) | SHARED
