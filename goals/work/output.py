"""What a command printed, as text that people and models can read."""

from __future__ import annotations

import re

from goals.clean import Clean

LONGEST_LINE = 4000
LONGEST_WORD = 512
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
    begin = re.search(rb"\s", tail[:LONGEST_WORD])
    blanks = [found.start() for found in re.finditer(rb"\s", head[-LONGEST_WORD:])]
    kept = len(head) - LONGEST_WORD + blanks[-1] + 1 if blanks else len(head) - LONGEST_WORD
    return head[: max(0, kept)], tail[begin.start() if begin else LONGEST_WORD :]


def _line(line: str) -> str:
    return CONTROLS.sub("", line.rstrip("\r").rpartition("\r")[2])


def _cut(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    half = LONGEST_LINE // 2
    return f"{line[:half]}[… {len(line) - LONGEST_LINE} characters …]{line[-half:]}"
