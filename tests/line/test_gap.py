"""What people answered while the bot was away takes effect once, when it is back."""

from pathlib import Path

import pytest

from goals.domain.values import Status
from goals.store import open_store
from tests.peers.house import House

OPEN = "/goal --verify 'test -f done' wash up"


async def given_while_away(house: House, *reactions: tuple[str, str]) -> str:
    """Ask for an approval, end, react to its message in the platform alone, start again. Returns the thread."""
    house.agent("touch done")
    thread = await house.say("demo", OPEN)
    await house.stands(thread, "pending_approval")
    message = await house.question(thread)
    await house.close()
    store = await open_store("", Path(house.state))
    for user, emoji in reactions:
        await store.rooms.react(message["id"], user, emoji, on=True)
    await store.close()
    await house.open()
    return thread


async def test_an_approval_given_while_the_bot_was_away_counts_once(house: House) -> None:
    thread = await given_while_away(house, ("ben", "✅"))
    goal = await house.stands(thread, "completed")
    await house.restart()
    await house.core.inbox.settled()
    decided = [row for row in await house.core.service.trail(goal["id"]) if "ApprovalDecided" in row.what]
    assert ([row.who for row in decided], goal["approvals"][0]["by"]) == (["ben"], "ben")


async def test_a_denial_given_while_the_bot_was_away_beats_an_approval(house: House) -> None:
    thread = await given_while_away(house, ("ana", "✅"), ("ben", "❌"))
    goal = await house.stands(thread, "paused")
    assert [(row["status"], row["by"]) for row in goal["approvals"]] == [("denied", "ben")]


@pytest.mark.parametrize("emoji", ["🎉", "🛑"])
async def test_other_reactions_given_meanwhile_mean_nothing(house: House, emoji: str) -> None:
    thread = await given_while_away(house, ("ben", emoji))
    await house.settled()
    assert (await house.goal(thread))["status"] == Status.PENDING_APPROVAL
