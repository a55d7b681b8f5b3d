"""Hooks of goals in the channel: set by text or spec, fired once per edge, given up visibly, refused whole."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.peers.house import House
from tests.peers.web import Page, serving

SECRET = "what-the-receiver-knows"


async def test_a_goal_that_is_met_calls_a_webhook_once_and_says_so(house_with: Callable[..., Any]) -> None:
    async with (
        serving(Page(200)) as there,
        house_with(http={"hosts": [there.host]}, hooks={"secret": SECRET}) as house,
    ):
        thread = await house.say(
            "demo", f"/goal --auto-approve --verify true --on-achieved webhook:{there.url}/met say hello"
        )
        done = await house.stands(thread, "completed")
        await house.until(lambda: there.asked)
        await house.settled()
    (asked,) = there.asked
    signed = f"sha256={hmac.new(SECRET.encode(), asked.body, hashlib.sha256).hexdigest()}"
    body = json.loads(asked.body)
    assert asked.headers["x-goalward-signature"] == signed
    assert (body["event"], body["goal"]["id"], body["goal"]["label"]) == (
        "on_achieved",
        done["id"],
        "proven",
    )


async def test_somebody_is_told_in_the_thread_and_another_channel_hears_of_it(house: House) -> None:
    thread = await house.say(
        "demo",
        "/goal --auto-approve --verify true --on-achieved notify:@ben --on-achieved notify:#ops say hello",
    )
    await house.stands(thread, "completed")
    told = await house.shown(thread, lambda m: m["text"].startswith("🔔"))
    there = await house.http.get("/api/channels/ops/messages")
    assert told["text"].startswith("🔔 @ben: Goal ")
    assert [m["text"].startswith("🔔 Goal ") for m in there.json()["messages"]] == [True]


async def test_a_pause_fires_its_hooks_and_a_cancelled_goal_fires_none(house: House) -> None:
    house.agent("sleep 60")
    spec = json.dumps(
        {
            "objective": "say hello",
            "auto_approve": True,
            "on_paused": "notify:@ben",
            "on_failed": ["notify:@failed"],
            "on_achieved": ["notify:@met"],
        }
    )
    thread = await house.say("demo", f"/goal {spec}")
    await house.stands(thread, "active")
    await house.reply(thread, "/goal pause")
    await house.shown(thread, lambda m: m["text"].startswith("🔔 @ben: Goal "))
    await house.reply(thread, "/goal cancel")
    await house.settled()
    assert sum("🔔" in text for text in await house.texts(thread)) == 1


async def test_a_hook_that_is_given_up_is_said_loudly_with_how_to_try_it_again(
    house_with: Callable[..., Any],
) -> None:
    async with serving(Page(410)) as there, house_with(http={"hosts": [there.host]}) as house:
        thread = await house.say(
            "demo", f"/goal --auto-approve --verify true --on-achieved webhook:{there.url}/met say hello"
        )
        await house.stands(thread, "completed")
        told = await house.shown(thread, lambda m: m["text"].startswith("📪"))
        ended = await house.shown(thread, lambda m: m["text"].startswith("✅") and "given up" in m["text"])
    assert "given up after one try" in ended["text"]
    assert f"webhook: {there.url}/met` was given up at once: {there.url}/met answers 410." in told["text"]
    assert "`goalward hooks retry " in told["text"]


@pytest.mark.parametrize(
    ("hook", "sentence"),
    [
        (
            "webhok:https://example.com",
            "There is no hook “webhok:https://example.com”. Did you mean `webhook`?",
        ),
        ("webhook:ftp://example.com", "a URL is written like `https://host/path`"),
        ("webhook:http://10.0.0.7/", "10.0.0.7 is a private address: only the settings can open it"),
        ("command:deplyo", "there is no such command under `[hooks.commands]`. Did you mean `deploy`?"),
        ("notify:ana", "somebody is written `@who`, a channel `#channel`"),
        ("resume:zz9z", "There is no goal zz9z."),
        ("'goal:--max-turns many tidy up'", "The goal that `on_achieved` is to start cannot be read: "),
    ],
)
async def test_a_hook_that_cannot_be_is_refused_and_nothing_is_stored(
    house_with: Callable[..., Any], hook: str, sentence: str
) -> None:
    async with house_with(hooks={"commands": {"deploy": {"command": "true"}}}) as house:
        thread = await house.say("demo", f"/goal --verify true --on-achieved {hook} say hello")
        await house.settled()
        (said,) = await house.texts(thread)
        stored = await house.goals()
    assert (sentence in said, stored) == (True, [])


@pytest.mark.parametrize(
    ("hook", "opened"), [("webhook:https://example.com/hook", False), ("command:deploy", True)]
)
async def test_a_foreign_host_needs_an_operator_and_a_command_of_the_settings_is_open_to_every_owner(
    house_with: Callable[..., Any], hook: str, opened: bool
) -> None:
    channels = {"local:demo": {"operate": ["boss"]}}
    async with house_with(hooks={"commands": {"deploy": {"command": "true"}}}, channels=channels) as house:
        thread = await house.say("demo", f"/goal --on-achieved {hook} say hello")
        await house.settled()
        said = "\n".join(await house.texts(thread))
        stored = await house.goals()
    refused = ("may be set by operators only" in said, 'operate = ["ana"]' in said)
    assert (refused, len(stored)) == ((not opened, not opened), int(opened))


async def test_a_monitor_that_fires_runs_its_command_where_it_looks_and_says_how_its_hooks_stand(
    house_with: Callable[..., Any], tmp_path: Path
) -> None:
    place, told = tmp_path / "queue", tmp_path / "told"
    place.mkdir()
    (place / "depth.json").write_text("12")
    command = {"deploy": {"command": f"cat depth.json > {told}; cat >> {told}"}}
    verifier = json.dumps({"type": "data", "path": "depth.json", "expr": "data < 3"})
    async with house_with(hooks={"commands": command}) as house:
        thread = await house.say(
            "demo",
            f"/goal --monitor --repeat --every 1m --repo {place} --verify '{verifier}' "
            "--on-achieved command:deploy --on-achieved notify:@ben the queue is short",
        )
        await house.until(lambda: checked(house, thread))
        (place / "depth.json").write_text("2")
        house.clock.advance(70)
        await house.until(told.exists)
        fired = await house.shown(thread, lambda m: "command: deploy" in m["text"] and "🔔" in m["text"])
        goal = await house.goal(thread)
    seen, body = told.read_text()[0], json.loads(told.read_text()[1:])
    assert (seen, body["goal"]["mode"], body["verdict"]["met"], goal["status"]) == (
        *("2", "monitor", True),
        "active",
    )
    assert "notify: @ben" in fired["text"]


async def checked(house: House, thread: str) -> bool:
    return bool((await house.goal(thread))["checks"])
