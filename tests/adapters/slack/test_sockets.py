"""What the library says of sockets in the log."""

import logging

import pytest
from aiohttp import ClientConnectionResetError

from adapters.slack.sockets import brief

LIBRARY = "slack_sdk/socket_mode/async_client.py"


def said(error: Exception, where: str = LIBRARY) -> logging.LogRecord:
    told = (type(error), error, None)
    return logging.LogRecord("slack", logging.ERROR, where, 1, "Failed to run a listener", None, told)


def test_a_socket_that_was_torn_off_is_a_line_in_the_log() -> None:
    record = said(ClientConnectionResetError("Cannot write to closing transport"))
    assert (brief(record), record.levelname, record.exc_info) == (True, "WARNING", None)


@pytest.mark.parametrize(
    ("error", "where"),
    [(ValueError("oops"), LIBRARY), (ConnectionRefusedError(), "slack_bolt/listener/error_handler.py")],
    ids=["not of a socket", "of a handler"],
)
def test_a_fault_keeps_its_trace(error: Exception, where: str) -> None:
    record = said(error, where)
    assert brief(record) and record.exc_info and record.levelno == logging.ERROR
