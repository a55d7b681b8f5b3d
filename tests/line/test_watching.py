"""Goals that only watch, in the channel: looked at, told of once, ended or armed again, and looked after by people."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.peers.house import House

HOUR, SPREAD = 3600, 31
"""Seconds between two looks, and by how many at most the first of them may come later."""


def flag(house: House) -> Path:
    """A file that is there when what is watched for holds."""
    return house.place / "flag"


def on(house: House, options: str = "", objective: str = "the flag is up") -> str:
    return f'/goal --monitor --every 1h {options} --verify "test -e {flag(house)}" {objective}'


async def opened(house: House, text: str) -> str:
    """The thread of a monitor that has looked once and looks again within the next hour, whenever that begins."""
    thread = await house.say("demo", text)
    await seen(house, thread, 1)
    house.clock.advance(SPREAD)
    return thread


async def looks(house: House, thread: str, number: int = 1) -> dict[str, Any]:
    """The goal after so many further looks, an hour apart."""
    for _ in range(number):
        before = (await house.goal(thread))["checks"]
        house.clock.advance(HOUR)
        await seen(house, thread, before + 1)
    return await house.goal(thread)


async def seen(house: House, thread: str, checks: int) -> dict[str, Any]:
    async def there() -> bool:
        return bool((await house.goal(thread))["checks"] >= checks)

    await house.until(there)
    await house.settled()
    return await house.goal(thread)


async def card(house: House, thread: str) -> dict[str, Any]:
    return await house.shown(thread, lambda m: m["text"].startswith("👁"))


async def told(house: House, thread: str) -> list[str]:
    """The first line of each message but the card, oldest first."""
    await house.settled()
    return [text.splitlines()[0] for text in await house.texts(thread) if not text.startswith("👁")]


async def test_a_monitor_is_looked_at_at_once_and_needs_neither_slot_nor_approval(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", on(house))
    goal = await seen(house, thread, 1)
    assert (goal["mode"], goal["status"], goal["checks"], goal["turns"]) == ("monitor", "active", 1, 0)
    assert goal["verifiers"] == [{"type": "command", "met": False, "reason": "exit code 1"}]
    other = await house.say("demo", '/goal --auto-approve --verify "test -f done" make it')
    assert (await house.stands(other, "completed"))["label"] == "proven"


async def test_an_edge_is_one_message_and_the_end(house: House) -> None:
    thread = await opened(house, on(house))
    await looks(house, thread, 2)
    flag(house).touch()
    house.clock.advance(HOUR)
    goal = await house.stands(thread, "completed")
    assert (goal["label"], goal["checks"], goal["next_at"]) == ("proven", 4, None)
    assert goal["verdict"] == {"score": 1.0, "complete": True, "missing": ""}
    assert await told(house, thread) == [
        f"🔔 {goal['id']} met: the flag is up. ✓ command: test -e {flag(house)}: exit code 0. It has ended after 4 checks."
    ]
    assert f"{goal['id']} · proven" in (await card(house, thread))["text"]


async def test_a_first_look_that_is_met_is_an_edge(house: House) -> None:
    flag(house).touch()
    thread = await house.say("demo", on(house))
    assert (await house.stands(thread, "completed"))["checks"] == 1
    assert len(await told(house, thread)) == 1


async def test_with_repeat_every_edge_is_told_once(house: House) -> None:
    thread = await opened(house, on(house, "--repeat"))
    for there in (True, True, True, False, True):
        flag(house).touch() if there else flag(house).unlink(missing_ok=True)
        await looks(house, thread)
    assert [line.partition(":")[0] for line in await told(house, thread)] == [
        f"🔔 {(await house.goal(thread))['id']} met"
    ] * 2


async def test_changes_are_told_and_the_first_value_is_none(house: House) -> None:
    number = house.place / "number"
    number.write_text("100")
    watch = f'/goal --monitor --every 1h --trigger change --repeat --verify "cat {number}" the price'
    thread = await opened(house, watch)
    for value in (100, 250, 250, 900):
        number.write_text(str(value))
        await looks(house, thread)
    messages = [text for text in await house.texts(thread) if text.startswith("🔔")]
    assert len(messages) == 2


async def test_a_deadline_ends_it_and_met_on_the_last_look_wins(house: House) -> None:
    lost = await house.say("demo", on(house, "--deadline 3m"))
    won = await house.say(
        "demo", on(house, "--deadline 3m --repeat", "the other flag").replace('flag"', 'flag2"')
    )
    for thread in (lost, won):
        await seen(house, thread, 1)
    (house.place / "flag2").touch()
    house.clock.advance(200)
    expired, met = await house.stands(lost, "failed"), await house.stands(won, "completed")
    assert (expired["reason"], met["reason"]) == ("expired", "proven")
    assert [line.partition(":")[0] for line in await told(house, lost)] == [
        f"⌛ Goal {expired['id']} has expired"
    ]


async def test_a_finding_that_stays_is_told_once(house: House) -> None:
    thread = await opened(house, on(house, "--stall-after 2"))
    await looks(house, thread, 4)
    (line,) = await told(house, thread)
    assert "has found the same 3 times" in line


@pytest.fixture
def report(tmp_path: Path) -> Callable[[str], None]:
    """The repository of the channel is a directory with a report; gives how the report is written."""
    place = tmp_path / "import"
    place.mkdir()

    def write(text: str) -> None:
        (place / "last.json").write_text(text)

    write('{"rows": 0}')
    return write


ROWS = json.dumps({"type": "data", "path": "last.json", "expr": "data['rows'] > 0"})


async def test_a_broken_verifier_is_told_once_shown_on_the_card_and_mended_in_silence(
    house_with: Any, report: Callable[[str], None], tmp_path: Path
) -> None:
    async with house_with(channels={"local:demo": {"repo": str(tmp_path / "import")}}) as house:
        thread = await opened(house, f"/goal --monitor --every 1h --verify '{ROWS}' the import has run")
        assert (await house.goal(thread))["verifiers"][0]["met"] is False
        report("{")
        goal = await looks(house, thread)
        assert (goal["status"], goal["verifiers"][0]["met"]) == ("active", None)
        await looks(house, thread)
        (line,) = await told(house, thread)
        assert line.startswith(f"⚠️ Monitor {goal['id']} cannot look: ")
        assert f"{goal['id']} · broken" in (await card(house, thread))["text"]
        report('{"rows": 0}')
        house.clock.advance(HOUR)
        await seen(house, thread, 4)
        assert f"{goal['id']} · watching" in (await card(house, thread))["text"]
        report('{"rows": 7}')
        house.clock.advance(HOUR)
        await house.stands(thread, "completed")
        assert len(await told(house, thread)) == 2


async def test_people_check_pause_resume_rename_and_end_it(house: House) -> None:
    thread = await house.say("demo", on(house))
    goal = await seen(house, thread, 1)
    asked = await house.reply(thread, "/goal check")
    assert asked[0] == f"Goal {goal['id']} is checked now; what is found is said here."
    await seen(house, thread, 2)
    assert (await told(house, thread))[-1] == (
        f"🔎 Goal {goal['id']} was checked for @ana: ✗ command: test -e {flag(house)}: exit code 1. It is watching, as before."
    )
    await house.reply(thread, "/goal pause")
    flag(house).touch()
    house.clock.advance(3600)
    paused = await house.stands(thread, "paused")
    assert (paused["reason"], paused["checks"], paused["next_at"]) == ("owner", 2, None)
    await house.reply(thread, "/goal edit the flag is up, again")
    flag(house).unlink()
    await house.reply(thread, "/goal resume")
    again = await seen(house, thread, 3)
    assert (again["status"], again["objective"], again["revision"]) == ("active", "the flag is up, again", 2)
    await house.reply(thread, "/goal complete")
    ended = await house.stands(thread, "completed")
    assert (ended["label"], (await told(house, thread))[-1].partition(":")[0]) == (
        "by_hand",
        f"👤 Goal {goal['id']} was completed by hand by @ana, unproven",
    )


async def test_a_monitor_that_has_ended_is_begun_again(house: House) -> None:
    flag(house).touch()
    thread = await house.say("demo", on(house))
    first = await house.stands(thread, "completed")
    flag(house).unlink()
    await house.reply(thread, "/goal reopen")
    again = await seen(house, thread, 1)
    assert (again["id"] != first["id"], again["mode"], again["status"]) == (True, "monitor", "active")


async def test_what_is_said_in_its_thread_is_left_alone_and_what_is_nothing_for_it_is_refused(
    house: House,
) -> None:
    thread = await house.say("demo", on(house))
    goal = await seen(house, thread, 1)
    assert await house.reply(thread, "is anybody on this?", user="ben") == []
    refused = {
        "steer look closer": "no agent works on it that could be steered",
        "wait 30m": "`/goal {id} pause` stops it",
        "wrap up": "there is no turn to wrap up",
        "budget +$2": "there is no budget to change",
        "add document it": "nobody judges criteria or constraints",
        "approve": "no open approval",
    }
    said = {verb: await house.reply(thread, f"/goal {verb}") for verb in refused}
    wrong = {
        v: texts
        for v, texts in said.items()
        if len(texts) != 1 or refused[v].format(id=goal["id"]) not in texts[0]
    }
    assert wrong == {}
    assert (await house.goal(thread))["status"] == "active"


async def test_everything_that_can_be_asked_about_it_has_an_answer(house: House) -> None:
    thread = await house.say("demo", on(house, "--repeat --on-achieved notify:@ana"))
    goal = await seen(house, thread, 1)
    wanted = {
        "status": "Fires each time it becomes met",
        f"show {goal['id']}": '"mode": "monitor"',
        "plan": "there is no plan",
        "audit": "1 check in",
        "summary": "1 check in",
        "diff": "has changed no file",
        "log": "opened by @ana",
        "board": "Monitors",
        "queue": "The queue is empty",
    }
    said = {verb: await house.reply(thread, f"/goal {verb}") for verb in wanted}
    wrong = {verb: texts for verb, texts in said.items() if len(texts) != 1 or wanted[verb] not in texts[0]}
    assert wrong == {}


async def test_what_show_prints_sets_the_same_monitor(house: House) -> None:
    thread = await house.say("demo", on(house, "--trigger change --stall-after 7"))
    goal = await seen(house, thread, 1)
    await house.reply(thread, f"/goal show {goal['id']}")
    shown = await house.shown(thread, lambda m: "As a spec" in str(m))
    codes = [row["code"] for section in shown["card"]["sections"] for row in section["rows"]]
    spec = next(code for code in codes if code.startswith("/goal"))
    again = await house.say("demo", spec)
    copy = await seen(house, again, 1)
    same = ("mode", "objective", "verifiers", "status")
    assert [copy[key] for key in same] == [goal[key] for key in same]


async def test_buttons_check_pause_and_stop_it(house: House) -> None:
    thread = await opened(house, on(house))
    await house.press(await card(house, thread), "check")
    await seen(house, thread, 2)
    await house.press(await card(house, thread), "pause")
    await house.stands(thread, "paused")
    await house.press(await card(house, thread), "resume")
    await seen(house, thread, 3)
    await house.press(await card(house, thread), "cancel")
    assert (await house.stands(thread, "cancelled"))["reason"] == "cancelled"


async def test_a_muted_monitor_says_its_edges_and_nothing_else(house: House) -> None:
    thread = await opened(house, on(house, "--stall-after 1"))
    await house.reply(thread, "/goal mute")
    await looks(house, thread, 2)
    flag(house).touch()
    house.clock.advance(HOUR)
    await house.stands(thread, "completed")
    assert [line[0] for line in await told(house, thread) if line[0] in "🔔💤"] == ["🔔"]


async def test_the_card_shows_the_first_look_at_once_and_quiet_ones_after_a_while(house: House) -> None:
    thread = await house.say("demo", on(house))

    async def shows(words: str) -> bool:
        return words in (await card(house, thread))["text"]

    await house.until(lambda: shows("1 check"))
    house.clock.advance(SPREAD)
    await looks(house, thread, 2)
    await house.until(lambda: shows("3 checks"))
    assert "Verifier ✗ exit code 1" in (await card(house, thread))["text"]


async def test_a_monitor_reaches_no_further_than_its_owner_may(house_with: Any) -> None:
    abroad = json.dumps({"type": "http", "url": "https://elsewhere.example.com/health"})
    channel = {"operate": ["olga"], "own": ["ana", "olga"]}
    async with house_with(channels={"local:demo": channel}) as house:
        said = [
            await house.say("demo", f"/goal --monitor --verify {abroad} it is up", user=user)
            for user in ("ana", "olga", "ben")
        ]
        await house.settled()
        told = [await house.texts(thread) for thread in said]
        opened = await house.goals()
    assert ("may be set by operators only" in told[0][0], "may not own here" in told[2][0]) == (True, True)
    assert [(goal["owner"], goal["mode"]) for goal in opened] == [("olga", "monitor")]


async def test_only_its_owner_or_an_operator_ends_it_and_anybody_pauses_it(house_with: Any) -> None:
    async with house_with(channels={"local:demo": {"operate": ["ana", "olga"]}}) as house:
        thread = await opened(house, on(house))
        (refused,) = await house.reply(thread, "/goal cancel", user="ben")
        await house.reply(thread, "/goal pause", user="ben")
        paused = await house.stands(thread, "paused")
        await house.reply(thread, "/goal cancel", user="olga")
        ended = await house.stands(thread, "cancelled")
    assert ('operate = ["ben"]' in refused, paused["reason"], ended["reason"]) == (True, "owner", "cancelled")


async def test_where_goal_mode_is_switched_off_monitors_stand_still(house: House) -> None:
    thread = await opened(house, on(house))
    await house.reply(thread, "/goal disable")
    await house.stands(thread, "paused")
    (refused,) = await house.reply(thread, "/goal resume")
    assert refused.startswith("Goal mode is off in this channel")
    await house.reply(thread, "/goal enable")
    await house.reply(thread, "/goal resume")
    assert (await seen(house, thread, 2))["status"] == "active"


async def test_a_monitor_is_not_drafted(house: House) -> None:
    thread = await house.say("demo", "/goal draft --monitor --verify true it is up")
    await house.settled()
    (told,) = await house.texts(thread)
    assert told.startswith("A monitor needs no draft: `/goal --monitor --verify … OBJECTIVE` starts it")


async def test_met_wins_also_where_the_deadline_passed_while_nothing_ran(house: House) -> None:
    thread = await opened(house, on(house, "--deadline 3m"))
    await house.close()
    flag(house).touch()
    house.clock.advance(5 * HOUR)
    await house.open()
    goal = await house.stands(thread, "completed")
    assert (goal["reason"], goal["checks"]) == ("proven", 2)


async def test_a_monitor_that_expires_fires_its_hooks_once(house: House) -> None:
    thread = await opened(house, on(house, "--deadline 3m --on-failed notify:#ops --on-achieved notify:@ben"))
    house.clock.advance(200)
    goal = await house.stands(thread, "failed")
    there = (await house.http.get("/api/channels/ops/messages")).json()["messages"]
    assert [message["text"].split(":")[0] for message in there] == [f"🔔 Monitor {goal['id']} has failed"]
    assert [line[0] for line in await told(house, thread)] == ["⌛"]


async def test_a_monitor_looks_at_the_times_of_its_cron_line_in_its_own_zone(house: House) -> None:
    spec = {
        "objective": "the flag is up",
        "mode": "monitor",
        "verifier": {"type": "command", "command": f"test -e {flag(house)}"},
        "repeat": True,
        "cron": "0 9 * * 1",
        "timezone": "Asia/Tokyo",
    }
    thread = await house.say("demo", f"/goal {json.dumps(spec)}")
    goal = await seen(house, thread, 1)
    slots = []
    for checks in (2, 3):
        slot = datetime.fromisoformat(goal["next_at"])
        slots.append(slot.astimezone(ZoneInfo("Asia/Tokyo")))
        house.clock.advance((slot - house.clock.now()).total_seconds())
        goal = await seen(house, thread, checks)
    assert [f"{slot:%a %H:%M}" for slot in slots] == ["Mon 09:00"] * 2
    assert ((slots[1] - slots[0]).days, goal["checks"]) == (7, 3)
