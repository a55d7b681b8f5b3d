"""Hooks that were given up: listed, tried again by somebody who is named in the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.peers.house import House
from tests.peers.web import Page, serving


async def given_up(house: House, url: str) -> tuple[str, str]:
    """A goal whose hook was given up, with its thread."""
    thread = await house.say(
        "demo", f"/goal --auto-approve --verify true --on-achieved webhook:{url} say hello"
    )
    await house.stands(thread, "completed")
    await house.shown(thread, lambda m: m["text"].startswith("📪"))
    return (await house.goal(thread))["id"], thread


async def listed(house: House, **query: str) -> list[dict[str, Any]]:
    return list((await house.http.get("/api/hooks", params=query)).json()["hooks"])


async def test_a_hook_that_was_given_up_is_tried_again_and_arrives_under_its_key(
    house_with: Callable[..., Any],
) -> None:
    answers = [Page(410), Page(200)]
    async with (
        serving(lambda asked: answers.pop(0)) as there,
        house_with(http={"hosts": [there.host]}) as house,
    ):
        goal_id, _ = await given_up(house, there.url)
        (dead,) = await listed(house)
        retried = await house.http.post(
            "/api/hooks/retry", json={"which": str(dead["number"]), "user": "ben"}
        )
        await house.until(lambda: len(there.asked) == 2)
        await house.settled()
        (sent,) = await listed(house, goal=goal_id)
        trail = (await house.http.get(f"/api/goals/{goal_id}/trail")).json()
        open_ = await listed(house)
    first, second = (asked.headers["idempotency-key"] for asked in there.asked)
    assert (first == second == dead["key"], dead["state"], dead["tries"]) == (True, "dead", 1)
    assert [one["state"] for one in retried.json()["hooks"]] == ["pending"]
    assert (sent["state"], sent["error"], open_, trail["holds"]) == ("sent", "", [], True)
    assert [(row["what"], row["who"]) for row in trail["rows"] if "Hook" in row["what"]] == [
        ("HookGivenUp", "goalward"),
        ("HookRetried", "ben"),
        ("HookFired", "goalward"),
    ]


async def test_a_hook_that_is_given_up_again_is_said_again(house_with: Callable[..., Any]) -> None:
    async with serving(Page(410)) as there, house_with(http={"hosts": [there.host]}) as house:
        goal_id, thread = await given_up(house, there.url)
        await house.http.post("/api/hooks/retry", json={"which": goal_id})
        await house.until(lambda: len(there.asked) == 2)
        await house.settled()
        said = [text for text in await house.texts(thread) if text.startswith("📪")]
    assert len(said) == 2


async def test_what_cannot_be_tried_again_is_said_in_a_sentence(house: House) -> None:
    answers = [
        await house.http.post("/api/hooks/retry", json={"which": which}) for which in ("", "7", "g7k2")
    ]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (409, "No hook was given up: there is nothing to try again."),
        (404, "There is no hook 7; `goalward hooks list` names them."),
        (409, "No hook of goal g7k2 was given up: there is nothing to try again."),
    ]
