"""What a reaction means: one table for every platform's spelling of an emoji."""

from __future__ import annotations

import re
from enum import StrEnum


class Meaning(StrEnum):
    """What is meant, as the verb that does it."""

    APPROVE = "approve"
    DENY = "deny"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    RAISE = "budget"


SPELLINGS = {
    Meaning.APPROVE: ("✅", "👍", "white_check_mark", "check_mark_button", "thumbsup", "thumbs_up", "+1"),
    Meaning.DENY: ("❌", "👎", "x", "cross_mark", "thumbsdown", "thumbs_down", "-1"),
    Meaning.CANCEL: ("🛑", "octagonal_sign", "stop_sign"),
    Meaning.PAUSE: ("⏸", "double_vertical_bar", "pause_button"),
    Meaning.RESUME: ("▶", "arrow_forward", "play_button"),
    Meaning.RAISE: ("➕", "heavy_plus_sign", "plus"),
}
MEANINGS = {spelling: meaning for meaning, spellings in SPELLINGS.items() for spelling in spellings}

VARIATION_OR_TONE = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
NAMED_TONE = re.compile(r"(::?skin[-_]tone[-_]\d|_tone\d)$")


def meaning(emoji: str) -> Meaning | None:
    """What people mean by an emoji, as a character or by its name; None when it means nothing to us."""
    bare = VARIATION_OR_TONE.sub("", emoji.strip().lower()).strip(":")
    return MEANINGS.get(NAMED_TONE.sub("", bare))
