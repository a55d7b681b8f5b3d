"""Reactions mean the same whoever's platform spells them."""

import pytest

from adapters.emoji import Meaning, meaning

MEANT = {
    Meaning.APPROVE: [
        "✅",
        "👍",
        "👍🏽",
        "👍🏿",
        "👍️",
        ":thumbsup:",
        "thumbsup::skin-tone-3",
        ":+1:",
        "+1",
        "+1::skin-tone-6",
        "thumbsup_tone5",
        "white_check_mark",
        ":White_Check_Mark:",
    ],
    Meaning.DENY: ["❌", "👎", "👎🏻", "x", ":x:", "-1", ":thumbsdown:", "thumbsdown::skin-tone-2"],
    Meaning.CANCEL: ["🛑", ":octagonal_sign:"],
    Meaning.PAUSE: ["⏸️", "⏸", "⏸\ufe0e", "double_vertical_bar", ":pause_button:"],
    Meaning.RESUME: ["▶️", "▶", ":arrow_forward:"],
    Meaning.RAISE: ["➕", ":heavy_plus_sign:"],
}


@pytest.mark.parametrize(("emoji", "meant"), [(e, m) for m, emojis in MEANT.items() for e in emojis])
def test_every_spelling_of_an_emoji_means_the_same(emoji: str, meant: Meaning) -> None:
    assert meaning(emoji) is meant


@pytest.mark.parametrize(
    "emoji", ["", "👀", "eyes", "🎉", ":tada:", "❎", "ok", "approve", "<:party:123>", "🏽", "::"]
)
def test_other_emoji_mean_nothing(emoji: str) -> None:
    assert meaning(emoji) is None
