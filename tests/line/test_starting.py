"""How goals begin: the thread, the card, the queue, what is refused, what an agent is told."""

import asyncio
from dataclasses import replace

from goals.domain.contract import Asked
from tests.given import ANA, ORIGIN
from tests.peers.house import House

DONE = '--auto-approve --verify "test -f done"'


async def test_a_goal_opens_a_thread_and_starts_by_itself(house: House) -> None:
    house.agent("touch done")
    thread = await house.say("demo", f"/goal {DONE} put a file there")
    goal = await house.stands(thread, "completed")
    assert (goal["thread"], goal["turns"], goal["label"]) == (thread, 1, "proven")


async def test_an_agent_is_told_the_objective_and_every_criterion(house: House) -> None:
    house.agent("touch done")
    wish = f'/goal {DONE} --accept "the file is small" --accept "nothing else changes" put a file there'
    goal = await house.stands(await house.say("demo", wish), "completed")
    (prompt,) = house.prompts(goal["id"])
    wanted = ("put a file there", "1. the file is small", "2. nothing else changes", "test -f done")
    assert [text for text in wanted if text not in prompt] == []


REFUSED = {
    "/goal --max-turns 3": "The objective is blank (0 characters): say what is to be reached.",
    f"/goal {'x' * 4001}": "The objective has 4,001 characters; at most 4,000 are allowed.",
    "/goal --max-turns 0 x": "`--max-turns` wants a whole number from 1, not “0”.",
    "/goal --max-turns -5 x": "`--max-turns` wants a whole number from 1, not “-5”.",
    "/goal --token-budget 50q x": "`--token-budget` wants a number of tokens from 1, like `50k`, `1.5m` or `1e6`, not “50q”.",
    "/goal --max-time 0 x": "`--max-time` wants a time like `90m`, `2h` or `1h30m`, not “0”.",
    "/goal --max-tunrs 5 x": "There is no option “--max-tunrs”. Did you mean `--max-turns`?",
    "/goal --agent workre x": "There is no agent “workre”. Did you mean `worker`?",
    '/goal --verify {"type":"tset","command":"x"} x': "There is no verifier type “tset”. Did you mean `test`?",
    '/goal {"objective": "x", "verifier": "pytest"}': "There is no verifier preset “pytest”.",
    '/goal {"objective": "x", "max_iterations": "5"}': "`max_iterations` wants a whole number from 1, not the text “5”.",
    '/goal {"objective": "x", "max_turnz": 5}': "There is no key “max_turnz” in a goal. Did you mean `max_turns`?",
    "/goal --monitor x": "A monitor needs something to look at: add `--verify …`",
    '/goal --monitor --verify {"type":"human"} x': "A `human` verifier cannot be polled",
    '/goal --monitor --verify {"type":"not","of":{"type":"llm"}} x': "A `llm` verifier cannot be polled",
    "/goal --monitor --max-turns 5 --verify true x": "`--max-turns` is for goals that an agent works on",
    "/goal --every 5m --verify true x": "`--every` is for goals that only watch: add `--monitor`",
    "/goal --monitor --every 2s --verify true x": "A monitor looks every 5 seconds at the most",
    '/goal --monitor --cron "0 9 * *" --verify true x': "A cron line has five fields",
    '/goal {"objective": "x", "mode": "monitor", "verifier": {"type": "command", "command": "true"}, "deadline": "2020-01-01"}': "The deadline 2020-01-01 23:59 UTC has passed: today is",
    "/goal --deadline 2020-01-01 x": "The deadline 2020-01-01 23:59 UTC has passed: today is",
    "/goal --token-budget 50k x": "reports no usage",
    "/goal --agent builtin x": "model",
}


async def test_bad_input_gets_one_sentence_and_stores_nothing(house: House) -> None:
    threads = [await house.say("demo", wish) for wish in REFUSED]
    await house.settled()
    said = [await house.texts(thread) for thread in threads]
    wrong = [
        (wish, texts)
        for (wish, wanted), texts in zip(REFUSED.items(), said, strict=True)
        if len(texts) != 1 or wanted not in texts[0]
    ]
    assert (wrong, await house.goals()) == ([], [])


async def test_an_objective_of_4000_characters_is_fine(house: House) -> None:
    goal = await house.stands(await house.say("demo", f"/goal {'x' * 4000}"), "pending_approval")
    assert len(goal["objective"]) == 4000


READ_AS_MEANT = {
    "/goal document the --replace flag": "document the --replace flag",
    "/goal stop the flaky tests": "stop the flaky tests",
    "/goal complete the migration": "complete the migration",
    "/goal add tests to the parser": "add tests to the parser",
    "/goal -- stop": "stop",
    "/goal —max-turns 5 “fix it”": "“fix it”",
    "/goal --verify “test -f a &amp;&amp; test -f b” tidy &amp; sort": "tidy & sort",
}


async def test_objectives_are_kept_as_they_were_meant(house: House) -> None:
    for wish in READ_AS_MEANT:
        await house.goal(await house.say("demo", wish))
    goals = await house.goals()
    assert [goal["objective"] for goal in goals] == list(READ_AS_MEANT.values())
    assert (goals[5]["budgets"]["max_turns"], goals[6]["audit"][0]["how"]) == (
        5,
        "command: test -f a && test -f b",
    )


async def test_stop_ends_the_callers_only_goal_and_else_lists_the_choices(house: House) -> None:
    first = await house.say("demo", "/goal wash up")
    second = await house.say("demo", "/goal dry up")
    goals = [await house.stands(first, "pending_approval"), await house.stands(second, "pending_approval")]
    elsewhere = await house.say("demo", "/goal stop")
    await house.settled()
    (said,) = await house.texts(elsewhere)
    assert [f"`/goal {goal['id']} cancel`" in said for goal in goals] == [True, True]
    await house.reply(first, "/goal stop")
    await house.say("demo", "/goal stop")
    await house.stands(second, "cancelled")
    assert (await house.goal(first))["status"] == "cancelled"


# --- one after the other ----------------------------------------------------------------------------------


async def test_a_second_goal_is_queued_and_says_its_place(house: House) -> None:
    house.agent(f"until [ -f {house.place}/go ]; do sleep 0.02; done; touch done")
    first = await house.say("demo", f"/goal {DONE} one")
    await house.stands(first, "active")
    second = await house.say("demo", f"/goal {DONE} two")
    await house.stands(second, "queued")
    await house.card(second, saying="number 1 in the queue")
    (house.place / "go").touch()
    await house.stands(second, "completed")


async def test_of_two_goals_at_once_exactly_one_is_active(house: House) -> None:
    house.agent("sleep 1")
    wishes = [house.say("demo", f"/goal {DONE} number {n}") for n in range(2)]
    await asyncio.gather(*wishes)
    await house.settled()
    await house.until(house.goals)
    statuses = sorted([goal["status"] for goal in await house.goals()])
    assert statuses == ["active", "queued"]


async def test_a_thread_has_one_unfinished_goal_and_says_how_to_go_on(house: House) -> None:
    thread = await house.say("demo", "/goal wash up")
    await house.stands(thread, "pending_approval")
    (said,) = await house.reply(thread, "/goal rather dry up")
    assert ("--replace" in said, len(await house.goals())) == (True, 1)


async def test_replace_cancels_the_threads_goal_first(house: House) -> None:
    thread = await house.say("demo", "/goal wash up")
    await house.stands(thread, "pending_approval")
    await house.reply(thread, "/goal --replace dry up")
    await house.stands(thread, "pending_approval")
    assert [(g["objective"], g["status"]) for g in await house.goals()] == [
        ("wash up", "cancelled"),
        ("dry up", "pending_approval"),
    ]


async def test_nothing_of_a_cleared_goal_reaches_the_next_ones_agent(house: House) -> None:
    house.agent('echo "<goal_plan>\n- [x] OLD plan\n</goal_plan>"')
    thread = await house.say(
        "demo", '/goal --auto-approve --max-turns 7 --verify "echo OLD; exit 1" OLD wish'
    )
    goal = await house.goal(thread)
    await house.until(lambda: len(house.prompts(goal["id"])) >= 2)
    await house.reply(thread, "remember the OLD days")
    await house.reply(thread, "/goal clear")
    house.agent("touch done")
    await house.reply(thread, f"/goal {DONE} a new wish")
    goal = await house.stands(thread, "completed")
    (prompt,) = house.prompts(goal["id"])
    assert ("OLD" in prompt, "turns, this one included: 20" in prompt) == (False, True)


# --- what the card says first -----------------------------------------------------------------------------


async def test_verifiers_that_pass_before_complete_nothing_and_the_card_says_so(house: House) -> None:
    thread = await house.say("demo", "/goal --verify true keep it so")
    goal = await house.stands(thread, "pending_approval")
    await house.card(thread, saying="passed before we began")
    assert goal["turns"] == 0


async def test_a_goal_without_a_verifier_says_that_only_a_person_can_end_it(house: House) -> None:
    thread = await house.say("demo", "/goal vague")
    await house.stands(thread, "pending_approval")
    await house.card(thread, saying="Only a person can end this goal")


async def test_of_three_goals_that_are_opened_in_a_thread_at_once_one_is(house: House) -> None:
    wish, at = Asked("wash up", agent="worker"), replace(ORIGIN, thread="t1", root="t1")
    opening = (house.core.service.open(wish, by=ANA, origin=at) for _ in range(3))
    made = await asyncio.gather(*opening, return_exceptions=True)
    assert sorted(type(each).__name__ for each in made) == ["Goal", "NotNow", "NotNow"]
