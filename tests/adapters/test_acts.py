"""What people do in a channel, where a platform and its record do not keep step."""

from typing import Any, cast

import pytest

from adapters.acts import GoalActs
from adapters.buttons import Act
from adapters.chat import Message, Press, Reaction
from adapters.wishes import CHANNEL_VERBS, GOAL_VERBS
from goals.domain.errors import BadRequest, GoalError
from goals.domain.values import Goal, Person
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


class NoGoals:
    """A service that knows of no goal."""

    async def goals(self, *, thread_key: str) -> list[Goal]:
        return []

    async def unfinished(self, *, channel_key: str, owner: str = "") -> list[Goal]:
        return []


@pytest.mark.parametrize(
    ("verb", "text", "sentence"),
    [
        (
            "add",
            "/goal add and test it",
            "You have no unfinished goal in this channel to add; say its id first.",
        ),
        ("wait", "/goal wait soon", "`wait` is said like `/goal wait 30m`."),
        ("help", "/goal help me", "`help` is said like `/goal help [WORD]`."),
    ],
)
async def test_a_verb_that_was_picked_from_a_list_never_becomes_an_objective(
    verb: str, text: str, sentence: str
) -> None:
    acts = GoalActs(cast(Any, NoGoals()), cast(Any, None), cast(Any, None), ManualClock())
    with pytest.raises(GoalError) as refused:
        await acts.act(Message("k1", BEN, ORIGIN, "", text, verb))
    assert str(refused.value) == sentence
