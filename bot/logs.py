"""The log: one line per record on stderr, tracebacks included, and no secret in any of them."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Literal

from bot.json_lines import JsonLines
from goals.clean import Clean

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger("goalward")


class CleanFormatter(logging.Formatter):
    """Cleans what is written, with all that belongs to it; `clean` is another one once the settings are read."""

    def __init__(self, clean: Clean) -> None:
        super().__init__(FORMAT)
        self.clean = clean

    def format(self, record: logging.LogRecord) -> str:
        return self.clean(super().format(record))


def begin(clean: Clean) -> None:
    """Log warnings and worse to stderr; what ends the process is told there as well."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CleanFormatter(clean))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    sys.excepthook = _broken


def write(kind: Literal["text", "json"]) -> None:
    """From now on our handlers write lines for people or JSON, and what becomes of goals is told too."""
    log.setLevel(logging.INFO)
    if kind == "json":
        for handler in logging.getLogger().handlers:
            if isinstance(handler.formatter, CleanFormatter):
                handler.setFormatter(JsonLines(handler.formatter.clean))


def keep_out(clean: Clean) -> None:
    """From now on every log of ours is cleaned with `clean`."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, CleanFormatter | JsonLines):
            handler.formatter.clean = clean


def _broken(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("Goalward ends: something is broken in it.", exc_info=(kind, error, trace))
