"""A button comes back as it was drawn, whatever it carries."""

from __future__ import annotations

import pytest

from adapters.chat import Button
from adapters.discord.custom_ids import MOST, Pressed, custom_id, pressed


@pytest.mark.parametrize(
    ("button", "carried", "back"),
    [
        (Button("Pause", "pause", "g7k2"), "gw3-:pause:g7k2", Pressed("pause", "g7k2")),
        (
            Button("+50 %", "raise", "g7k2:usd:+50%:5"),
            "gw3-:raise:g7k2:usd:+50%:5",
            Pressed("raise", "g7k2:usd:+50%:5"),
        ),
        (
            Button("Stop", "cancel", "g7k2", confirm="Stop it?"),
            "gw3!:cancel:g7k2\nStop it?",
            Pressed("cancel", "g7k2", confirm="Stop it?"),
        ),
        (
            Button("Deny…", "deny", "g7k2-2", asks="Why not?"),
            "gw3?:deny:g7k2-2\nWhy not?",
            Pressed("deny", "g7k2-2", asks="Why not?"),
        ),
        (Button("?", "wrap up", ""), "gw3-:wrap up:", Pressed("wrap up", "")),
    ],
)
def test_a_button_comes_back_as_it_was_drawn(button: Button, carried: str, back: Pressed) -> None:
    assert (custom_id(button, 3), pressed(custom_id(button, 3))) == (carried, back)


def test_a_question_that_does_not_fit_is_cut_short() -> None:
    carried = custom_id(Button("Edit…", "edit", "g7k2", asks="why " * 50), 0)
    back = pressed(carried)
    assert back is not None
    assert (len(carried) <= MOST, back.value, back.asks[-4:]) == (True, "g7k2", "why…")


@pytest.mark.parametrize("other", ["", "else", "gw:pause:g7k2", "gw1-pause"])
def test_what_is_no_button_of_ours_says_nothing(other: str) -> None:
    assert pressed(other) is None
