"""What people do in a channel, where a platform and its record do not keep step."""

from typing import Any, cast

import pytest

from adapters.acts import GoalActs
from adapters.buttons import Act
from adapters.chat import Press, Reaction
from adapters.wishes import CHANNEL_VERBS, GOAL_VERBS
from goals.domain.errors import BadRequest
from goals.domain.values import Person
from goals.ports import Posted
from tests.given import BEN, ORIGIN
from tests.peers.clock import ManualClock


class Service:
    """Hears what is approved."""

    def __init__(self) -> None:
        self.approved: list[str] = []

    async def approve(self, approval_id: str, by: Person, *, act: str = "") -> None:
        self.approved.append(approval_id)


class LateMessages:
    """The record of a message, which comes after the second look."""

    def __init__(self) -> None:
        self.looks = 0

    async def posted(self, thread_key: str, message: str) -> Posted | None:
        self.looks += 1
        return Posted("g7k2", thread_key, message, "approval:g7k2-1") if self.looks > 1 else None


async def test_a_yes_to_a_message_that_is_not_on_record_yet_counts() -> None:
    service = Service()
    acts = GoalActs(cast(Any, service), cast(Any, None), cast(Any, LateMessages()), ManualClock())
    await acts.act(Reaction("k1", BEN, ORIGIN, "m7", "✅"))
    assert service.approved == ["g7k2-1"]


@pytest.mark.parametrize("action", ["", "Pause", "show", *sorted({*GOAL_VERBS, *CHANNEL_VERBS} - set(Act))])
async def test_only_what_a_button_offers_can_be_pressed(action: str) -> None:
    acts = GoalActs(cast(Any, None), cast(Any, None), cast(Any, None), ManualClock())
    with pytest.raises(BadRequest) as refused:
        await acts.act(Press("k1", BEN, ORIGIN, "m7", action, "g7k2"))
    assert str(refused.value) == f"There is no button {action!r}."
