"""What somebody must be allowed to do before it is done for them."""

from __future__ import annotations

from goals.domain.errors import NotAllowed
from goals.domain.rules import Right, lacks
from goals.domain.values import Origin, Person
from goals.service import GoalService


def need(service: GoalService, who: Person, right: Right, at: Origin) -> None:
    """Raises NotAllowed, with the line of the settings that would grant it, for a right that somebody lacks."""
    if not service.may(who, right, at.channel_key):
        raise NotAllowed(lacks(who, right, at.channel_key))
