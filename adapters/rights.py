"""What somebody must be allowed to do before it is done for them."""

from __future__ import annotations

from goals.domain.contract import Asked
from goals.domain.errors import NotAllowed
from goals.domain.rules import Right
from goals.domain.values import Origin, Person
from goals.service import GoalService, lacks


def need(service: GoalService, who: Person, right: Right, at: Origin) -> None:
    """Raises NotAllowed, with the line of the settings that would grant it, for a right that somebody lacks."""
    if not service.may(who, right, at.channel_key):
        raise NotAllowed(lacks(who, right, at.channel_key))


def need_to_start(service: GoalService, asked: Asked, who: Person, at: Origin) -> None:
    """Raises NotAllowed for who may not open this goal."""
    need(service, who, Right.OWN, at)
    if asked.auto_approve:
        need(service, who, Right.APPROVE, at)
