"""What a command printed, as text that people and models can read."""

from __future__ import annotations

import re

from goals.clean import Clean

LONGEST_LINE = 4000
_HALF = re.compile(rb"\S{0,512}")
ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)"  # operating system commands: titles, links
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)"  # strings for the device
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*(?:[@-~]|$)"  # colours, cursor
    r"|\x1b[ -/]*(?:[0-~]|$)"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def readable(raw: bytes, clean: Clean = str) -> str:
    """Text without terminal codes and control characters; a line that was overwritten shows its last state.

    Bytes that are no UTF-8 become �; `clean` takes secrets out before lines are cut after LONGEST_LINE characters.
    """
    text = ESCAPES.sub("", raw.decode("utf-8", "replace")).replace("\r\n", "\n")
    shown = clean("\n".join([_line(line) for line in text.split("\n")]))
    return shown if len(shown) <= LONGEST_LINE else "\n".join([_cut(line) for line in shown.split("\n")])


def unbroken(head: bytes, tail: bytes) -> tuple[bytes, bytes]:
    """Both ends of an output without the words through which it was cut: nobody can tell what half a word hides."""
    if not tail:
        return head, tail
    last, first = _HALF.match(head[::-1]), _HALF.match(tail)
    assert last and first
    return head[: len(head) - last.end()], tail[first.end() :]


def _line(line: str) -> str:
    return CONTROLS.sub("", line.rstrip("\r").rpartition("\r")[2])


def _cut(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    half = LONGEST_LINE // 2
    return f"{line[:half]}[… {len(line) - LONGEST_LINE} characters …]{line[-half:]}"
