"""Case 20 and case 61 over HTTP: what cannot be asked is asked again without a turn, foreign hosts need an operator."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.peers.forge import REPO, Forge, run, sha
from tests.peers.house import House
from tests.peers.prometheus import Prometheus, sample, vector
from tests.peers.web import Page, serving


def verify(url: str, **more: Any) -> str:
    return f"--verify '{json.dumps({'type': 'http', 'url': url, **more})}'"


async def hold_the_slot(house: House) -> None:
    """Goals after it are queued: nothing is asked for them."""
    house.agent("sleep 60")
    await house.stands(await house.say("demo", "/goal --auto-approve hold the slot"), "active")


async def test_an_unreachable_url_is_asked_again_without_a_turn_and_goes_on_when_it_answers(
    house_with: Callable[..., Any],
) -> None:
    async with serving(Page()) as there:
        gone = there
    async with house_with(http={"hosts": [gone.host]}) as house:
        thread = await house.say("demo", f"/goal --auto-approve {verify(gone.url)} bring it up")
        waiting = await house.stands(thread, "waiting")
        async with serving(Page(), port=int(gone.host.rpartition(":")[2])):
            house.clock.advance(10)
            done = await house.stands(thread, "completed")
    assert (waiting["verifiers"][0]["met"], waiting["turns"]) == (None, 1)
    assert "could not be reached" in waiting["verifiers"][0]["reason"]
    assert (done["reason"], done["turns"], done["checks"]) == ("proven", 1, 2)


async def test_the_third_silence_in_a_row_pauses_the_goal_and_says_what_was_asked(
    house_with: Callable[..., Any],
) -> None:
    async with serving(Page()) as there:
        gone = there
    async with house_with(http={"hosts": [gone.host]}) as house:
        thread = await house.say(
            "demo", f"/goal --auto-approve {verify(gone.url + '/?key=hush')} bring it up"
        )
        for check in (1, 2):
            await house.until(lambda check=check: checks(house, thread, check))
            house.clock.advance(30)
        paused = await house.stands(thread, "paused")
        said = "\n".join(await house.texts(thread))
    assert (paused["reason"], paused["turns"], paused["checks"]) == ("verifier", 1, 3)
    assert (f"http: {gone.url}" in said, "hush" in said) == (True, False)


async def checks(house: House, thread: str, count: int) -> bool:
    goal = await house.goal(thread)
    return bool(goal["checks"] == count and goal["status"] == "waiting")


async def test_a_foreign_host_is_refused_to_a_member_and_nothing_is_stored(
    house_with: Callable[..., Any],
) -> None:
    channels = {"local:demo": {"operate": ["olga"], "hosts": ["status.example.com"]}}
    async with house_with(channels=channels) as house:
        await hold_the_slot(house)
        refused = await house.say("demo", f"/goal {verify('https://evil.example/')} look there")
        await house.settled()
        (said,) = await house.texts(refused)
        stored = [goal["objective"] for goal in await house.goals()]
        await house.say("demo", f"/goal {verify('https://status.example.com/')} look here")
        await house.say("demo", f"/goal {verify('https://evil.example/')} look there", user="olga")
        await house.settled()
        owners = [goal["owner"] for goal in await house.goals()]
    assert "The host evil.example is not among the allowed ones" in said
    assert 'operate = ["ana"]' in said
    assert (stored, owners) == (["hold the slot"], ["ana", "ana", "olga"])


async def test_a_private_address_is_refused_to_operators_too_unless_the_settings_name_it(
    house: House,
) -> None:
    thread = await house.say("demo", f"/goal {verify('http://169.254.169.254/latest/meta-data')} look there")
    await house.settled()
    assert (
        "169.254.169.254 is a private address: only the settings can open it"
        in (await house.texts(thread))[0]
    )
    assert await house.goals() == []


@pytest.mark.parametrize("inside", [False, True])
async def test_a_preset_is_open_to_every_owner_also_inside_another(
    house_with: Callable[..., Any], inside: bool
) -> None:
    async with serving(Page(body="up")) as there:
        asked = {"type": "http", "url": there.url, "contains": "up"}
        settings = {
            "verifiers": {"health": {"type": "all", "of": [asked]} if inside else asked},
            "channels": {"local:demo": {"operate": ["olga"]}},
        }
        async with house_with(**settings) as house:
            thread = await house.say("demo", "/goal --auto-approve --verify health see that it is up")
            done = await house.stands(thread, "completed")
    assert done["reason"] == "proven"
    assert "it answers 200 and contains 'up'" in done["verifiers"][0]["reason"]


async def test_a_goal_waits_for_a_limit_to_end_and_is_proven_by_the_checks_of_its_pull_request(
    house_with: Callable[..., Any],
) -> None:
    forge = Forge({"7": sha("a")}, check_runs={sha("a"): [run("build")]}, token="token-of-the-forge")
    forge.before = lambda asked: Page(429, "", {"Retry-After": "1800"})
    async with serving(forge) as there:
        section = {"base_url": there.url, "repo": REPO, "token": "token-of-the-forge"}
        async with house_with(forge=section) as house:
            spec = json.dumps({"type": "ci", "pr": 7})
            thread = await house.say("demo", f"/goal --auto-approve --verify '{spec}' get it merged")
            waiting = await house.stands(thread, "waiting")
            asked = len(there.asked)
            forge.before = lambda asked: None
            house.clock.advance(1_900)
            done = await house.stands(thread, "completed")
            await house.shown(thread, lambda m: "all 1 check passed on aaaaaaaaaa" in m["text"])
            said = "\n".join(await house.texts(thread))
    assert ("was asked too often" in waiting["verifiers"][0]["reason"], asked) == (True, 1)
    assert (done["reason"], done["turns"]) == ("proven", 1)
    assert "token-of-the-forge" not in said


async def test_a_query_needs_an_operator_and_a_preset_of_it_is_open_to_every_owner(
    house_with: Callable[..., Any],
) -> None:
    query = {"type": "metric", "query": "up", "op": "==", "value": 1}
    async with serving(Prometheus(up=vector(sample("1")))) as there:
        settings = {
            "prometheus": {"url": there.url},
            "verifiers": {"up": query},
            "channels": {"local:demo": {"operate": ["olga"]}},
        }
        async with house_with(**settings) as house:
            refused = await house.say("demo", f"/goal --verify '{json.dumps(query)}' bring it up")
            await house.settled()
            (said,) = await house.texts(refused)
            thread = await house.say("demo", "/goal --auto-approve --verify up bring it up")
            done = await house.stands(thread, "completed")
            goals = await house.goals()
    assert "It is a query of one's own, and no preset of the settings." in said
    assert (len(goals), done["reason"], done["verifiers"][0]["reason"]) == (
        1,
        "proven",
        "the query gives 1, == 1 is wanted",
    )


async def test_a_query_is_refused_where_the_settings_name_no_server(house: House) -> None:
    query = json.dumps({"type": "metric", "query": "up", "op": "==", "value": 1})
    thread = await house.say("demo", f"/goal --verify '{query}' bring it up")
    await house.settled()
    (said,) = await house.texts(thread)
    assert ("`url` under `[prometheus]`" in said, await house.goals()) == (True, [])


async def test_who_operates_no_longer_does_not_reopen_a_goal_that_asks_a_foreign_host(
    house_with: Callable[..., Any],
) -> None:
    async with house_with(channels={"local:demo": {"operate": ["olga"]}}) as house:
        await hold_the_slot(house)
        thread = await house.say("demo", f"/goal {verify('https://evil.example/')} look there", user="olga")
        await house.stands(thread, "queued")
        await house.reply(thread, "/goal cancel", user="olga")
        rules = house.settings.channels["local:demo"]
        house.settings.channels["local:demo"] = rules.model_copy(update={"operate": ("ben",)})
        await house.restart()
        (said,) = await house.reply(thread, "/goal reopen", user="olga")
    assert "may be set by operators only" in said
