"""No secret stands in the log: neither in a message nor in its arguments nor in a traceback."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest

from bot import logs
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
    yield stream
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
