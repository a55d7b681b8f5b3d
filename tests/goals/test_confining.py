"""Which commands of a goal may reach the network, and what the audit says of it."""

from pathlib import Path

import pytest

from goals.confining import PLAIN, Confining
from goals.domain.rules import ChannelRules
from goals.ports import Confinement
from tests.given import goal

PLACE = Path("/workspace")


def confining(sandbox: str, channel: bool, agent: bool | None) -> Confining:
    """What holds where the channel allows the network or not, and the agent's section says so or nothing."""
    agents = {} if agent is None else {"worker": agent}
    return Confining(sandbox, lambda key: ChannelRules(network=channel), agents)


@pytest.mark.parametrize(
    ("channel", "agent", "of_agent", "of_checks"),
    [
        (False, None, False, False),
        (True, None, True, True),
        (False, True, True, False),
        (True, False, False, True),
    ],
)
def test_what_an_agents_section_says_counts_for_it_and_for_nobody_else(
    channel: bool, agent: bool | None, of_agent: bool, of_checks: bool
) -> None:
    walls, one = confining("bubblewrap", channel, agent), goal(agent="worker")
    assert (walls.of_agent(one, PLACE), walls.of_checks(one, PLACE)) == (
        Confinement(PLACE, of_agent, one.id),
        Confinement(PLACE, of_checks),
    )


@pytest.mark.parametrize(
    ("sandbox", "channel", "agent", "told"),
    [
        ("", False, True, PLAIN),
        ("bubblewrap", False, None, "Commands ran in bubblewrap without network."),
        ("bubblewrap", True, None, "Commands ran in bubblewrap with network."),
        (
            "bubblewrap",
            False,
            True,
            "The agent's commands ran in bubblewrap with network, those of verifiers without network.",
        ),
    ],
)
def test_the_audit_says_in_what_commands_ran(
    sandbox: str, channel: bool, agent: bool | None, told: str
) -> None:
    assert confining(sandbox, channel, agent).told(goal(agent="worker")) == told
