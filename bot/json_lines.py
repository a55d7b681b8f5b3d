"""The log for machines: one JSON object per line, with the goal and the turn that it is about, and no secret in it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from bot import subject
from goals.clean import Clean

EXTRA = ("goal", "mode", "status", "label", "reason")
"""What a record may say besides its message."""


class JsonLines(logging.Formatter):
    """`time`, `level`, `logger`, `message`; `goal` and `turn` where they are known, `error` with a traceback.

    Texts are cleaned one by one, before they are quoted; `clean` is another one once the settings are read.
    """

    def __init__(self, clean: Clean) -> None:
        super().__init__()
        self.clean = clean

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **subject.now(),
            **{name: getattr(record, name) for name in EXTRA if hasattr(record, name)},
            **({"error": self.formatException(record.exc_info)} if record.exc_info else {}),
        }
        cleaned = {name: self.clean(one) if isinstance(one, str) else one for name, one in said.items()}
        return json.dumps(cleaned, ensure_ascii=False)
