"""One verb of one person, and the two shapes of what carries it out. The right it needs is in the grammar."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.chat import Body
from adapters.verbs import Verb
from goals.domain.values import Goal, Origin, Person
from goals.service import GoalService


@dataclass(frozen=True, slots=True)
class Wish:
    """One verb of one person; `act` is the key of what they did."""

    verb: Verb
    who: Person
    at: Origin
    act: str


ChannelVerb = Callable[[GoalService, Wish], Awaitable[Body]]
GoalVerb = Callable[[GoalService, Goal, Wish], Awaitable[Body | None]]
ChannelVerbs = dict[str, ChannelVerb]
GoalVerbs = dict[str, GoalVerb]
