"""What people answered while the bot was away takes effect once, when it is back."""

from pathlib import Path
from typing import Any

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
    await react_while_away(house, await house.question(thread), *reactions)
    return thread


async def react_while_away(house: House, message: dict[str, Any], *reactions: tuple[str, str]) -> None:
    await house.close()
    store = await open_store("", Path(house.state))
    for user, emoji in reactions:
        await store.rooms.react(message["id"], user, emoji, on=True)
    await store.close()
    await house.open()


async def test_an_approval_given_while_the_bot_was_away_counts_once(house: House) -> None:
    thread = await given_while_away(house, ("ben", "✅"))
    goal = await house.stands(thread, "completed")
    await house.restart()
    await house.core.inbox.settled()
    decided = [
        row for row in await house.core.store.history.trail(goal["id"]) if "ApprovalDecided" in row.what
    ]
    assert ([row.who for row in decided], goal["approvals"][0]["by"]) == (["ben"], "ben")


async def test_a_denial_given_while_the_bot_was_away_beats_an_approval(house: House) -> None:
    thread = await given_while_away(house, ("ana", "✅"), ("ben", "❌"))
    goal = await house.stands(thread, "paused")
    assert [(row["status"], row["by"]) for row in goal["approvals"]] == [("denied", "ben")]


async def test_the_yes_that_counts_is_not_lost_behind_one_that_does_not(house_with) -> None:
    demo = {"approvals": {"self_approval": False}}
    async with house_with(channels={"local:demo": demo}) as house:
        thread = await given_while_away(house, ("ana", "✅"), ("ben", "✅"))
        goal = await house.stands(thread, "completed")
        assert goal["approvals"][0]["by"] == "ben"


async def drafted(house: House) -> tuple[str, dict[str, Any]]:
    """A draft that may be started: its thread and its message."""
    thread = await house.say("demo", "/goal draft wash up")
    return thread, await house.shown(
        thread, lambda m: any(b["action"] == "start" for b in m.get("buttons", ()))
    )


async def test_a_draft_that_was_approved_while_the_bot_was_away_starts_once(house_with) -> None:
    async with house_with(channels={"local:demo": {"own": ["ana", "ben"]}}) as house:
        thread, message = await drafted(house)
        await react_while_away(house, message, ("eve", "✅"), ("ben", "✅"))
        goal = await house.stands(thread, "pending_approval")
        await house.restart()
        await house.core.inbox.settled()
        assert (goal["owner"], [each["id"] for each in await house.goals()]) == ("ben", [goal["id"]])


async def test_a_draft_that_was_denied_while_the_bot_was_away_is_dropped(house: House) -> None:
    thread, message = await drafted(house)
    await react_while_away(house, message, ("ana", "✅"), ("ben", "❌"))
    await house.shown(thread, lambda m: "Dropped by @ben" in m["text"])
    assert await house.goals() == []


@pytest.mark.parametrize("emoji", ["🎉", "🛑"])
async def test_other_reactions_given_meanwhile_mean_nothing(house: House, emoji: str) -> None:
    thread = await given_while_away(house, ("ben", emoji))
    await house.settled()
    assert (await house.goal(thread))["status"] == Status.PENDING_APPROVAL
