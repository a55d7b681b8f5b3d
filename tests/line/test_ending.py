"""How goals end or pause by themselves: what proves one, what does not, when patience or a budget is spent."""

from collections.abc import Callable
from typing import Any

from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'


async def test_a_verifier_that_passes_after_the_first_turn_completes_with_one_audit(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    goal = await house.stands(thread, "completed")
    audits = [text for text in await house.texts(thread) if text.startswith("✅")]
    assert (goal["turns"], goal["checks"], goal["audit"][0]["met"], len(audits)) == (1, 1, True, 1)


async def test_passing_beats_giving_up_and_a_spent_budget(house: House) -> None:
    house.agent("""touch done; echo '<goal_unachievable reason="nobody can"/>'""")
    goal = await house.stands(await house.say("demo", f"/goal {DONE} --max-turns 1 try it"), "completed")
    assert (goal["label"], goal["turns"]) == ("proven", 1)


async def test_an_agent_that_gives_up_fails_the_goal_with_its_reason(house: House) -> None:
    house.agent("""echo '<goal_unachievable reason="there is no such file"/>'""")
    goal = await house.stands(await house.say("demo", f"/goal {DONE} try it"), "failed")
    assert (goal["reason"], goal["explanation"]) == ("unachievable", "there is no such file")


async def test_done_without_any_work_is_checked_and_neither_believed_nor_punished(house: House) -> None:
    house.agent("case $GOALWARD_TURN in 1) echo '<goal_complete/>';; *) touch done;; esac")
    goal = await house.stands(await house.say("demo", f"/goal {DONE} put a file there"), "completed")
    assert (goal["turns"], goal["checks"]) == (2, 2)


async def test_one_of_two_verifiers_failing_goes_on_and_the_agent_is_told_which(house: House) -> None:
    house.agent("case $GOALWARD_TURN in 1) touch a; echo '<goal_complete/>';; *) touch b;; esac")
    wish = '/goal --auto-approve --verify "test -f a" --verify "test -f b" put both there'
    goal = await house.stands(await house.say("demo", wish), "completed")
    told = house.prompts(goal["id"])[1]
    assert ("- met: command: test -f a" in told, "- NOT MET: command: test -f b" in told) == (True, True)


async def test_one_turn_allowed_and_failing_is_one_turn_one_check_and_one_pause(house: House) -> None:
    thread = await house.say("demo", f"/goal {DONE} --max-turns 1 put a file there")
    goal = await house.stands(thread, "paused")
    pauses = [text for text in await house.texts(thread) if text.startswith("⏸")]
    assert (goal["reason"], goal["turns"], goal["checks"], len(pauses)) == ("budget", 1, 1, 1)
    assert len(house.prompts(goal["id"])) == 1


async def test_a_test_run_without_a_test_is_not_met(house: House) -> None:
    wish = '/goal --auto-approve --max-turns 1 --verify "python3 -m unittest -q" have tests'
    goal = await house.stands(await house.say("demo", wish), "paused")
    (found,) = goal["verifiers"]
    assert (found["met"], found["reason"].startswith("no test ran")) == (False, True)


NOISY = "echo took $$.$(date +%N | cut -c1-3)s in /tmp/run-$$; exit 1"


async def test_a_finding_that_differs_in_noise_only_stalls_at_the_limit(house: House) -> None:
    thread = await house.say("demo", f'/goal --auto-approve --verify "{NOISY}" make it pass')
    goal = await house.stands(thread, "paused")
    assert (goal["reason"], goal["turns"]) == ("stalled", 4)


async def test_a_changed_file_or_a_finished_plan_item_is_progress(house: House) -> None:
    house.agent("""
        echo $GOALWARD_TURN > "file$((GOALWARD_TURN / 2))"
        [ $GOALWARD_TURN -lt 7 ] || { echo '<goal_plan>'; for n in $(seq 7 $GOALWARD_TURN); do echo "- [x] $n"; done
        echo '</goal_plan>'; exit 0; }""")
    wish = f'/goal --auto-approve --no-progress-limit 1 --max-turns 9 --verify "{NOISY}" make it pass'
    goal = await house.stands(await house.say("demo", wish), "paused")
    assert (goal["reason"], goal["turns"]) == ("budget", 9)


async def test_a_verifier_that_hangs_is_told_to_the_agent_and_pauses_the_third_time(house: House) -> None:
    verifier = '{"type": "test", "command": "sleep 60", "timeout": 0.2}'
    thread = await house.say("demo", f"/goal --auto-approve --verify {verifier} make it end")
    goal = await house.stands(thread, "paused")
    prompts = house.prompts(goal["id"])
    assert (goal["reason"], goal["turns"]) == ("verifier", 3)
    assert ["BROKEN" in prompt and "sleep 60" in prompt for prompt in prompts] == [True, True, True]
    assert any("sleep 60" in text for text in await house.texts(thread) if text.startswith("⏸"))


async def test_a_script_that_is_not_there_yet_is_not_met_rather_than_broken(house: House) -> None:
    house.agent(
        "case $GOALWARD_TURN in 4) echo exit 0 > x.sh; chmod +x x.sh;; *) touch f$GOALWARD_TURN;; esac"
    )
    wish = "/goal --auto-approve --verify ./x.sh write the script"
    goal = await house.stands(await house.say("demo", wish), "completed")
    assert ("NOT MET" in house.prompts(goal["id"])[0], goal["turns"]) == (True, 4)


async def test_active_time_that_is_spent_stops_the_agent_and_pauses(house: House) -> None:
    house.agent("sleep 60")
    thread = await house.say("demo", f"/goal {DONE} --max-time 1s put a file there")
    goal = await house.stands(thread, "paused")
    assert (goal["reason"], goal["turns"], goal["active_seconds"] < 5) == ("budget", 1, True)


async def test_an_agent_whose_command_cannot_run_pauses_with_its_reason(house_with) -> None:
    async with house_with(defaults={"agent": "missing"}, agents={"missing": "no-such-program"}) as house:
        goal = await house.stands(await house.say("demo", f"/goal {DONE} try it"), "paused")
        assert (goal["reason"], "no-such-program" in goal["explanation"]) == ("agent", True)


async def test_a_deadline_that_passes_fails_the_goal_in_any_status(house: House) -> None:
    thread = await house.say("demo", "/goal --deadline 1h wash up")
    await house.stands(thread, "pending_approval")
    house.clock.advance(3601)
    goal = await house.stands(thread, "failed")
    assert goal["reason"] == "expired"


async def test_a_protected_file_that_was_touched_keeps_a_goal_open_until_it_is_as_it_was(
    house: House,
) -> None:
    house.agent(
        "case $GOALWARD_TURN in 1) touch done; mkdir tests; touch tests/a;; 3) rm tests/a;; *) echo 2;; esac"
    )
    thread = await house.say("demo", f'/goal {DONE} --protect "tests/**" put a file there')
    goal = await house.stands(thread, "completed")
    told = ["`tests/a`" in prompt for prompt in house.prompts(goal["id"])]
    assert (goal["turns"], told) == (3, [False, True, True])


async def test_a_protected_file_that_is_changed_while_the_verifiers_run_keeps_a_goal_open(
    house: House,
) -> None:
    house.agent("echo 'echo forged > want' > run")
    wish = '/goal --auto-approve --max-turns 1 --protect want --verify "sh run" forge it'
    goal = await house.stands(await house.say("demo", wish), "paused")
    assert (goal["reason"], goal["protected"]["touched"]) == ("budget", ["want"])


async def test_what_is_still_touched_at_the_end_is_in_the_goal_object(house: House) -> None:
    house.agent("touch done a.lock")
    thread = await house.say("demo", f'/goal {DONE} --max-turns 2 --protect "*.lock" put a file there')
    goal = await house.stands(thread, "paused")
    assert goal["protected"] == {"globs": ["*.lock"], "touched": ["a.lock"]}


async def test_who_does_not_operate_a_channel_protects_nothing_in_it(house_with: Callable[..., Any]) -> None:
    async with house_with(channels={"local:demo": {"operate": ["ben"]}}) as house:
        thread = await house.say("demo", f'/goal {DONE} --protect "*.lock" put a file there')
        await house.settled()
        said = [m["text"] for m in await house.messages(thread) if m["bot"]]
        assert (await house.goals(), "operate" in said[-1]) == ([], True)
