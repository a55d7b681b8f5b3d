"""Slack is called as often as it allows in a minute, in each workspace."""

import pytest

from adapters.chat import Busy
from adapters.slack.allowance import Allowance
from tests.peers.clock import ManualClock


class Minutes(ManualClock):
    """One whose seconds are not real either."""

    def monotonic(self) -> float:
        return self.now().timestamp()


def test_no_call_is_made_that_would_be_one_too_many_within_a_minute() -> None:
    clock = Minutes()
    allowance = Allowance(2, clock)
    for _ in range(2):
        allowance.take("T1")
    with pytest.raises(Busy) as busy:
        allowance.take("T1")
    allowance.take("T2")
    clock.advance(60)
    allowance.take("T1")
    assert 59 < busy.value.seconds <= 60


def test_a_workspace_in_which_slack_wants_none_has_none_for_so_long() -> None:
    clock = Minutes()
    allowance = Allowance(2, clock)
    allowance.close("T1", 30)
    with pytest.raises(Busy):
        allowance.take("T1")
    clock.advance(30)
    allowance.take("T1")
