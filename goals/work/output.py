"""What a command printed, as text that people and models can read."""

from __future__ import annotations

import re

LONGEST_LINE = 4000
ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)"  # operating system commands: titles, links
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)"  # strings for the device
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*(?:[@-~]|$)"  # colours, cursor
    r"|\x1b[ -/]*(?:[0-~]|$)"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def readable(raw: bytes) -> str:
    """Text without terminal codes and control characters; a line that was overwritten shows its last state.

    Bytes that are no UTF-8 become �; lines are cut after LONGEST_LINE characters.
    """
    text = ESCAPES.sub("", raw.decode("utf-8", "replace")).replace("\r\n", "\n")
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    shown = CONTROLS.sub("", line.rstrip("\r").rpartition("\r")[2])
    if len(shown) <= LONGEST_LINE:
        return shown
    half = LONGEST_LINE // 2
    return f"{shown[:half]}[… {len(shown) - LONGEST_LINE} characters …]{shown[-half:]}"
