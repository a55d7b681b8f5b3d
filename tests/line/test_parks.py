"""Goals wait without anything running, answer to a check or a last word by hand, and keep silent when told to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'
WAITS = """[ -f back ] && touch done || { touch back; echo '<goal_wait for="30m" why="the build runs"/>'; }"""


async def test_a_goal_waits_as_its_agent_asked_and_time_wakes_it_also_after_a_restart(house: House) -> None:
    house.agent(WAITS)
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    waits = await house.stands(thread, "waiting")
    card = await house.card(thread, saying="the build runs")
    await house.restart()
    still = await house.goal(thread)
    house.clock.advance(1801)
    done = await house.stands(thread, "completed")
    assert (waits["reason"], still["status"], "It waits until" in card["text"]) == ("time", "waiting", True)
    assert (done["turns"], done["active_seconds"] < 60, len(house.prompts(done["id"]))) == (2, True, 2)
    assert "you asked to wait for 30m (the build runs)" in house.prompts(done["id"])[-1]


def waits_for(verifier: str) -> str:
    """An agent that waits for it in its first turn, and is done in its second."""
    return f"""[ -f back ] && touch done || {{ touch back; echo '<goal_wait verifier="{verifier}"/>'; }}"""


async def test_a_goal_waits_for_a_verifier_without_its_slot_and_is_woken_once(house: House) -> None:
    flag = house.place / "flag"
    house.agent(waits_for("2"))
    thread = await house.say("demo", f'/goal {DONE} --verify "test -e {flag}" put a file there')
    waits = await house.stands(thread, "waiting")
    await house.card(thread, saying=f"It waits for `command: test -e {flag}`, until")
    house.agent("touch done", "other")
    second = await house.say("demo", f"/goal {DONE} --agent other second")
    house.clock.advance(601)
    await house.stands(second, "completed")
    flag.touch()
    house.clock.advance(61)
    done = await house.stands(thread, "completed")
    assert (waits["reason"], done["turns"], done["active_seconds"] < 60) == ("verifier", 2, True)
    assert f"Your wait ended: `command: test -e {flag}` is met: exit code 0." in house.prompts(done["id"])[-1]


async def test_a_restart_while_a_goal_waits_for_a_verifier_wakes_nobody_and_what_is_met_after_it_does(
    house: House,
) -> None:
    flag = house.place / "flag"
    house.agent(waits_for("2"))
    thread = await house.say("demo", f'/goal {DONE} --verify "test -e {flag}" put a file there')
    await house.stands(thread, "waiting")
    await house.restart()
    house.clock.advance(61)
    still = await house.goal(thread)
    flag.touch()
    house.clock.advance(61)
    done = await house.stands(thread, "completed")
    assert (still["status"], still["reason"], done["turns"]) == ("waiting", "verifier", 2)
    assert f"Your wait ended: `command: test -e {flag}` is met: exit code 0." in house.prompts(done["id"])[-1]


async def test_what_cannot_be_waited_for_is_told_to_the_agent_in_its_next_turn(house: House) -> None:
    house.agent(waits_for("make all"))
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    done = await house.stands(thread, "completed")
    assert done["turns"] == 2
    assert "There is no verifier “make all” to wait for." in house.prompts(done["id"])[-1]


async def test_a_goal_whose_verifier_is_gone_is_woken_with_that_reason(
    house_with: Callable[..., Any], tmp_path: Path
) -> None:
    query = '{"type": "sql", "database": "shop", "query": "select 1", "op": "==", "value": 2}'
    async with house_with(databases={"shop": {"url": f"sqlite:///{tmp_path}/shop.db"}}) as house:
        house.agent(waits_for("2"))
        thread = await house.say("demo", f"/goal {DONE} --verify '{query}' put a file there")
        waits = await house.stands(thread, "waiting")
        house.settings = house.settings.model_copy(update={"databases": {}})
        await house.restart()
        house.clock.advance(61)
        await house.until(lambda: len(house.prompts(waits["id"])) == 2)
    told = house.prompts(waits["id"])[-1]
    assert "Your wait ended: `sql: select 1` cannot be looked at any more: " in told


async def test_while_a_goal_is_put_aside_the_next_one_runs(house: House) -> None:
    house.agent(f"echo $$ > {house.place}/pid; sleep 60", "other")
    first = await house.say("demo", f"/goal {DONE} --agent other first")
    await house.until((house.place / "pid").exists)
    said = "\n".join(await house.reply(first, "/goal wait 2h"))
    aside = await house.stands(first, "waiting")
    house.agent("touch done")
    second = await house.say("demo", f"/goal {DONE} second")
    house.clock.advance(601)
    await house.stands(second, "completed")
    house.agent("touch done", "other")
    house.clock.advance(7200)
    done = await house.stands(first, "completed")
    assert ("is put aside" in said, "unwait" in said, aside["reason"], aside["turns"]) == (
        True, True, "time", 0,
    )  # fmt: skip
    assert done["label"] == "proven"


async def test_unwait_wakes_a_goal_and_is_refused_where_nothing_waits(house: House) -> None:
    house.agent(WAITS)
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    await house.stands(thread, "waiting")
    said = "\n".join(await house.reply(thread, "/goal unwait"))
    await house.stands(thread, "completed")
    refused = "\n".join(await house.reply(thread, "/goal unwait"))
    assert ("goes on" in said, "has ended" in refused) == (True, True)


async def test_a_check_of_a_paused_goal_says_what_is_found_and_leaves_it_paused(house: House) -> None:
    thread = await house.say("demo", f"/goal {DONE} --max-turns 1 put a file there")
    before = await house.stands(thread, "paused")
    said = "\n".join(await house.reply(thread, "/goal check"))
    found = await house.shown(thread, lambda m: m["text"].startswith("🔎"))
    after = await house.stands(thread, "paused")
    assert "what is found is said here" in said
    assert all(part in found["text"] for part in ("✗", "It is paused, as before."))
    kept = ("status", "reason", "explanation", "turns", "budgets")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert after["checks"] == before["checks"] + 1


async def test_a_check_of_a_paused_goal_that_is_met_completes_it(house: House) -> None:
    thread = await house.say("demo", f"/goal {DONE} --max-turns 1 put a file there")
    paused = await house.stands(thread, "paused")
    (house.workspace(paused["id"]) / "done").touch()
    await house.reply(thread, "/goal check")
    done = await house.stands(thread, "completed")
    assert (done["label"], done["turns"]) == ("proven", 1)


async def test_a_goal_cancelled_during_a_check_stays_cancelled(house: House) -> None:
    slow = f"test ! -f {house.place}/slow || {{ touch {house.place}/began; sleep 60; }}; test -f done"
    thread = await house.say("demo", f'/goal --auto-approve --verify "{slow}" --max-turns 1 put a file there')
    await house.stands(thread, "paused")
    (house.place / "slow").touch()
    await house.reply(thread, "/goal check")
    await house.until((house.place / "began").exists)
    await house.reply(thread, "/goal cancel")
    await house.until(lambda: not house.core.dispatcher.driven)
    assert (await house.stands(thread, "cancelled"))["checks"] == 1


async def test_a_check_that_a_restart_cuts_short_is_made_after_it(house: House) -> None:
    slow = f"test -f {house.place}/go || sleep 60; test -f done"
    thread = await house.say("demo", f'/goal --auto-approve --verify "{slow}" --max-turns 1 put a file there')
    (house.place / "go").touch()
    await house.restart()
    await house.stands(thread, "paused")
    (house.place / "go").unlink()
    await house.reply(thread, "/goal check")
    await house.stands(thread, "active")
    (house.place / "go").touch()
    await house.restart()
    await house.shown(thread, lambda m: m["text"].startswith("🔎"))
    assert (await house.stands(thread, "paused"))["reason"] == "budget"


async def test_a_wrap_up_cuts_the_turn_short_and_pauses_with_a_summary(house: House) -> None:
    house.agent(f"echo half > half; echo $$ > {house.place}/pid; sleep 60")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    await house.until((house.place / "pid").exists)
    said = "\n".join(await house.reply(thread, "/goal wrap up"))
    paused = await house.stands(thread, "paused")
    told = await house.shown(thread, lambda m: m["text"].startswith("⏸"))
    house.agent("touch done")
    await house.reply(thread, "/goal resume")
    done = await house.stands(thread, "completed")
    assert ("sums up" in said, paused["reason"], paused["explanation"]) == (
        True, "owner", "@ana had it wrapped up.",
    )  # fmt: skip
    assert ("0 turns" in told["text"], done["label"]) == (True, "proven")


async def test_a_muted_goal_says_only_its_questions_and_its_end(house: House) -> None:
    wait = "until test -f %s/go; do sleep 0.02; done"
    house.agent(
        f"[ $GOALWARD_TURN != 1 ] || {{ {wait % house.place}; }}; [ $GOALWARD_TURN != 4 ] || touch done"
    )
    look = """--verify '{"type": "human", "prompt": "Does it look right?"}'"""
    thread = await house.say("demo", f"/goal {look} {DONE} --max-turns 4 --no-progress-limit 9 paint it")
    said = "\n".join(await house.reply(thread, "/goal mute"))
    (house.place / "go").touch()
    await house.react(await house.question(thread), "✅")
    await house.stands(thread, "completed")
    texts = await house.texts(thread)  # the question is repainted with its answer
    assert ("is muted" in said, [t[0] for t in texts if t[0] in "⚠⏸✋✅🟡"]) == (True, ["✅", "✅"])


@pytest.mark.parametrize(("words", "heard"), [(["mute"], False), (["mute", "unmute"], True)])
async def test_a_goal_that_is_unmuted_speaks_again(house: House, words: list[str], heard: bool) -> None:
    house.agent(f"until [ -f {house.place}/go ]; do sleep 0.02; done")
    thread = await house.say("demo", f"/goal {DONE} --max-turns 1 put a file there")
    for word in words:
        await house.reply(thread, f"/goal {word}")
    (house.place / "go").touch()
    await house.stands(thread, "paused")
    assert any(text.startswith("⏸") for text in await house.texts(thread)) is heard


async def test_a_warning_has_a_rate_and_a_way_to_wrap_up(house: House) -> None:
    house.agent("[ $GOALWARD_TURN -lt 2 ] || { touch up; sleep 60; }")
    thread = await house.say("demo", f"/goal {DONE} --max-turns 2 put a file there")
    warning = await house.shown(thread, lambda m: m["text"].startswith("⚠️"))
    goal = await house.goal(thread)
    await house.until((house.workspace(goal["id"]) / "up").exists)
    await house.press(warning, "wrap up")
    paused = await house.stands(thread, "paused")
    assert [b["label"] for b in warning["buttons"]] == ["+50 % turns", "Wrap up now", "Stop"]
    assert ("at this rate the turns are used up at" in warning["text"], paused["reason"]) == (True, "owner")


async def test_a_finished_plan_item_pauses_a_goal_with_checkpoints(house: House) -> None:
    house.agent(
        "if [ $GOALWARD_TURN = 1 ]; then printf '<goal_plan>\\n- [ ] look\\n- [ ] fix\\n</goal_plan>';"
        " elif [ $GOALWARD_TURN = 2 ]; then printf '<goal_plan>\\n- [x] look\\n- [ ] fix\\n</goal_plan>';"
        " else touch done; fi"
    )
    thread = await house.say("demo", f"/goal --checkpoint {DONE} put a file there")
    paused = await house.stands(thread, "paused")
    await house.reply(thread, "/goal resume")
    done = await house.stands(thread, "completed")
    assert (paused["reason"], paused["turns"], done["turns"]) == ("checkpoint", 2, 3)
    assert paused["explanation"] == "It has finished “look”; 1 of 2 plan items are left."


async def test_the_time_between_turns_shows_on_the_card_and_survives_a_restart(
    house_with: Callable[..., Any],
) -> None:
    async with house_with(defaults={"turn_gap": 3600}) as house:
        house.agent("[ $GOALWARD_TURN = 1 ] || touch done")
        thread = await house.say("demo", f"/goal {DONE} put a file there")
        card = await house.card(thread, saying="The next turn starts at")
        goal = await house.goal(thread)
        await house.restart()
        house.clock.advance(1800)
        await house.settled()
        between = [len(house.prompts(goal["id"])), goal["next_at"] is not None]
        house.clock.advance(1801)
        done = await house.stands(thread, "completed")
        assert (between, done["turns"], "UTC on" in card["text"]) == ([1, True], 2, True)


async def test_a_word_ends_the_time_between_two_turns(house_with: Callable[..., Any]) -> None:
    async with house_with(defaults={"turn_gap": 3600}) as house:
        house.agent("[ $GOALWARD_TURN = 1 ] || touch done")
        thread = await house.say("demo", f"/goal {DONE} put a file there")
        await house.card(thread, saying="The next turn starts at")
        await house.reply(thread, "go on")
        assert (await house.stands(thread, "completed"))["turns"] == 2
