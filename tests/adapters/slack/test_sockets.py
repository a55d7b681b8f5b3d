"""What the library says of sockets in the log."""

import logging

import pytest
from aiohttp import ClientConnectionResetError

from adapters.slack.sockets import brief


def said(error: Exception) -> logging.LogRecord:
    told = (type(error), error, None)
    return logging.LogRecord("slack", logging.ERROR, "", 1, "Failed to run a request listener", None, told)


def test_a_socket_that_was_torn_off_is_a_line_in_the_log() -> None:
    record = said(ClientConnectionResetError("Cannot write to closing transport"))
    assert (brief(record), record.levelname, record.exc_info) == (True, "WARNING", None)


@pytest.mark.parametrize("error", [ValueError("oops"), KeyError("type")])
def test_a_fault_keeps_its_trace(error: Exception) -> None:
    record = said(error)
    assert brief(record) and record.exc_info and record.levelno == logging.ERROR
