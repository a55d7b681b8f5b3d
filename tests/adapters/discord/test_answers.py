"""What somebody did is answered privately as long as Discord takes it, and no longer."""

from __future__ import annotations

from adapters.discord.answers import LIVES, Answers
from tests.peers.clock import ManualClock


def test_an_act_is_answered_for_a_quarter_of_an_hour() -> None:
    clock = ManualClock()
    answers = Answers(clock)
    followup = object()
    answers.remember("k", followup)
    at_once = answers.followup("k")
    clock.advance(LIVES)
    assert (at_once, answers.followup("k"), answers.followup("other")) == (followup, None, None)
