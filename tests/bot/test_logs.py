"""No secret stands in the log: neither in a message nor in its arguments nor in a traceback."""

import contextvars
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest

from bot import logs, subject
from goals.work.redact import Redactor
from tests.peers.started import ROOT

KEY = "hunter2-correct-horse"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What is logged through a handler of ours, before it is known what the secrets are."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.CleanFormatter(str))
    logging.getLogger().addHandler(handler)
    level = logs.log.level
    yield stream
    logs.log.setLevel(level)
    logging.getLogger().removeHandler(handler)


def test_from_when_the_secrets_are_known_none_is_written(written: StringIO) -> None:
    log = logging.getLogger("uvicorn.error")
    logs.keep_out(Redactor([KEY]).clean)
    try:
        raise RuntimeError(f"refused: {KEY}")
    except RuntimeError:
        log.exception("it said %s to %s", KEY, {"key": KEY})
    told = written.getvalue()
    assert (KEY in told, told.count("[redacted]"), "Traceback" in told) == (False, 3, True)


def test_a_line_for_machines_names_goal_and_turn_and_holds_no_secret(written: StringIO) -> None:
    logs.keep_out(Redactor([KEY]).clean)
    logs.write("json")
    tell(contextvars.copy_context())
    (line,) = written.getvalue().splitlines()
    said = json.loads(line)
    trace, time = said.pop("error"), said.pop("time")
    assert (trace.splitlines()[0], KEY in line, time[-6:]) == (
        "Traceback (most recent call last):",
        False,
        "+00:00",
    )
    assert said == {
        "level": "error",
        "logger": "bot.dispatch",
        "message": "it said [redacted]\nand more",
        "goal": "g7k2",
        "turn": 3,
        "reason": "proven",
    }


def tell(context: contextvars.Context) -> None:
    """Tell of an error in the third turn of a goal."""
    context.run(subject.begin, "g7k2")
    context.run(subject.turn, 3)
    try:
        raise RuntimeError(f"refused: {KEY}")
    except RuntimeError:
        context.run(
            logging.getLogger("bot.dispatch").exception,
            "it said %s\nand more",
            KEY,
            extra={"reason": "proven"},
        )


BROKEN = """
from bot import logs
from goals.work.redact import Redactor
logs.begin(Redactor(()).clean)
logs.keep_out(Redactor(["{0}"]).clean)
raise RuntimeError("cannot sign in with {0}")
"""


def test_what_ends_the_process_is_told_without_secrets() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN.format(KEY)], cwd=ROOT, capture_output=True, text=True, timeout=150
    )
    told = "RuntimeError: cannot sign in with [redacted]" in ended.stderr
    assert (ended.returncode, told, KEY in ended.stderr) == (1, True, False)
