"""Whom a message pings: those whom it addresses, people and groups."""

from adapters.slack.text import notified, runs
from goals.domain.values import Person

BEN = Person("U0BEN", platform="slack")
ONCALL = Person("S1", platform="slack")


def test_a_group_is_pinged_as_a_group_and_a_person_as_a_person() -> None:
    assert notified("@S1: look, @U0BEN", (ONCALL, BEN)) == "<!subteam^S1>: look, <@U0BEN>"
    assert runs("@S1: look", (ONCALL,)) == [
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "text", "text": ": look"},
    ]
