"""Hooks that start goals or wake them: in the same channel, for the same owner, once however often they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.links import ids
from goals.domain.contract import Asked
from goals.domain.values import Origin, Person
from tests.peers.house import House

ANA = Person("ana", "ana")
QUICK = "--auto-approve --verify true"


async def of_channel(house: House, number: int) -> list[dict[str, Any]]:
    """The channel's goals, oldest first, once there are so many and all have ended."""

    async def ended() -> list[dict[str, Any]] | None:
        found = await house.goals()
        done = len(found) == number and all(goal["status"] == "completed" for goal in found)
        return found if done else None

    found: list[dict[str, Any]] = await house.until(ended)
    await house.settled()
    return found


async def test_a_goal_that_is_met_starts_the_next_in_a_thread_that_says_where_it_comes_from(
    house: House,
) -> None:
    thread = await house.say(
        "demo", f'/goal {QUICK} --on-achieved "goal:{QUICK} --max-turns 3 check what was released" release it'
    )
    first, second = await of_channel(house, 2)
    house.know(second["thread"], "demo")
    begins = (await house.texts(second["thread"]))[0]
    assert (second["objective"], second["budgets"], second["owner"]) == (
        "check what was released",
        {"max_turns": 3},
        "ana",
    )
    assert second["thread"] != thread
    assert begins == (
        f"🔗 Goal {first['id']} of @ana is met: release it. Its hook starts the goal in this thread."
    )


async def test_a_chain_delivered_again_opens_no_second_goal(house: House) -> None:
    await house.say("demo", f"/goal {QUICK} --on-achieved 'goal:{QUICK} check it' release it")
    first, second = await of_channel(house, 2)
    (state,) = await house.core.store.hooks.states(first["id"])
    row = await house.core.store.hooks.row(state.row)
    assert row is not None
    for _ in range(2):
        await house.core.hooks._senders["hook"].send(row)
    assert [goal["id"] for goal in await house.goals()] == [first["id"], second["id"]]
    assert second["id"] == next(ids(state.key))


async def test_a_goal_that_may_not_be_started_any_more_is_said_and_no_thread_is_opened(
    house: House,
) -> None:
    thread = await house.say("demo", f"/goal {QUICK} --on-achieved 'goal:--agent nobody check it' release it")
    await house.stands(thread, "completed")
    told = await house.shown(thread, lambda m: m["text"].startswith("📪"))
    messages = (await house.http.get("/api/channels/demo/messages")).json()["messages"]
    assert "There is no agent “nobody”." in told["text"]
    assert not any(message["text"].startswith("🔗") for message in messages)


async def test_a_chain_ends_after_ten_hooks(house: House) -> None:
    written = (f"goal:{QUICK} one more",)
    asked = Asked("the last one", verify=("true",), auto_approve=True, hooks={"on_achieved": written})
    thread = await house.say("demo", "a thread for it")
    at = Origin("local", "demo", thread, thread)
    await house.core.service.open(asked, by=ANA, origin=at, chain=10)
    await house.stands(thread, "completed")
    told = await house.shown(thread, lambda m: m["text"].startswith("📪"))
    assert "is the 11th of a chain, and a chain has at most 10 hooks" in told["text"]


async def test_a_hook_wakes_a_paused_goal_of_the_channel_and_of_its_owner_alone(
    house_with: Callable[..., Any],
) -> None:
    async with house_with(
        channels={"local:demo": {"slots": 3, "operate": ["boss"]}},
        agents={"sleeper": "sleep 60"},
        verifiers={"fine": {"type": "command", "command": "true"}},
    ) as house:
        ids_ = {}
        for user in ("ana", "ben"):
            thread = await house.say("demo", "/goal --auto-approve --agent sleeper sleep", user=user)
            await house.stands(thread, "active")
            await house.reply(thread, "/goal pause", user=user)
            ids_[user] = (await house.stands(thread, "paused"))["id"]
        met = "/goal --auto-approve --verify fine --on-achieved resume:"
        refused = await house.say("demo", f"{met}{ids_['ben']} wake his")
        await house.settled()
        await house.stands(await house.say("demo", f"{met}{ids_['ana']} wake hers"), "completed")
        await house.until(lambda: stands(house, ids_["ana"], "active"))
        said, his = (await house.texts(refused))[0], await stands(house, ids_["ben"], "paused")
    assert ("@ana may not operate here" in said, his) == (True, True)


async def stands(house: House, goal_id: str, status: str) -> bool:
    return (await house.core.service.find(goal_id)).status == status


async def test_a_goal_of_another_channel_is_not_woken(house: House) -> None:
    other = await house.say("ops", "/goal never started")
    there = await house.stands(other, "pending_approval")
    thread = await house.say("demo", f"/goal {QUICK} --on-achieved resume:{there['id']} wake it")
    await house.settled()
    assert "it is of another channel" in (await house.texts(thread))[0]
